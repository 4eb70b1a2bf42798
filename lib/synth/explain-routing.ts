import {
  differencesOfMove,
  isGatewayRoute,
  isKind,
  isSameAddress,
  type ServedPath,
  servedPaths,
  shownAddress,
  type Translation,
} from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import { type ResolvedApp, type ResolvedEnvironment, servedBy, translationsOf } from "../overlay/index.ts";
import { InputError } from "../problem/index.ts";
import type { Project } from "../project/index.ts";
import { renderApp } from "./render-app.ts";

/** One way to serve a path: the object that does, and what of a request it takes. */
interface ExplainedWay {
  /** As `HTTPRoute backend-app`. */
  readonly object: string;
  readonly serves: ServedPath;
}

/** A path of an app, by an Ingress and by a Gateway side by side. */
interface ExplainedRoute {
  readonly address: string;
  readonly ingress?: ExplainedWay;
  readonly gateway?: ExplainedWay;
  /** What is different for a client, once the Gateway serves it in place of the Ingress. */
  readonly differences: readonly string[];
}

/** How an app's routes are served, and how they would be. */
export interface ExplainedRouting {
  /** What serves them in this environment. */
  readonly by: readonly ("ingress" | "gateway")[];
  readonly routes: readonly ExplainedRoute[];
  /** What becomes of the annotations of ingress-nginx. */
  readonly annotations: readonly Pick<Translation, "annotation" | "value" | "as" | "reason">[];
}

/** A Gateway for environments that have none, to show what its routes would be. */
const imagined = { parent: { name: "public", namespace: "gateway" } };

/** An app's routes by an Ingress and by a Gateway, whichever of the two the environment has. @throws InputError when the app can't be rendered */
export function explainRouting(environment: ResolvedEnvironment, app: ResolvedApp, project: Project): ExplainedRouting {
  const { ingress, gateway } = servedBy(environment.settings, app.spec);
  const objects = renderedBothWays(environment, app, project);
  const policies = objects.filter(({ apiVersion }) => apiVersion.startsWith("gateway.envoyproxy.io/")).map(({ kind }) => kind);
  const [ofIngress] = objects.filter((object) => isKind(object, "networking.k8s.io/Ingress"));
  const ways = objects.filter(isGatewayRoute).flatMap((object) => servedPaths(object).map((serves) => ({ object: named(object), serves })));
  const old = ofIngress ? servedPaths(ofIngress).map((serves) => ({ object: named(ofIngress), serves })) : [];
  const paired = ways.map((way): ExplainedRoute => {
    const from = old.find(({ serves }) => isSameAddress(serves, way.serves));
    const differences = ofIngress && from ? differencesOfMove(ofIngress, from.serves, way.serves, policies) : [];
    return { address: shownAddress(way.serves), ...(from ? { ingress: from } : {}), gateway: way, differences };
  });
  const alone = old.filter(({ serves }) => !ways.some((way) => isSameAddress(serves, way.serves)));
  return {
    by: [...(ingress ? ["ingress" as const] : []), ...(gateway ? ["gateway" as const] : [])],
    routes: [...paired, ...alone.map((way) => ({ address: shownAddress(way.serves), ingress: way, differences: [] }))],
    annotations: annotationsOf(environment, app),
  };
}

const named = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.name}`;

function renderedBothWays(environment: ResolvedEnvironment, app: ResolvedApp, project: Project): readonly KubernetesObject[] {
  const { routing } = environment.settings;
  const both = { ingress: routing?.ingress ?? {}, gateway: routing?.gateway ?? imagined };
  const { routing: own, ...spec } = app.spec;
  const { ingress, gateway, ...rest } = own ?? {};
  const served = { ...app, spec: { ...spec, routing: rest } };
  const apps = environment.apps.map((other) => (other.name === app.name ? served : other));
  const place = { ...environment, settings: { ...environment.settings, routing: both }, apps };
  const rendered = renderApp(place, served, [], project);
  if (rendered.problems.length > 0) throw new InputError(rendered.problems);
  return rendered.objects;
}

function annotationsOf(environment: ResolvedEnvironment, app: ResolvedApp): ExplainedRouting["annotations"] {
  const { implementation } = environment.settings.routing?.gateway ?? {};
  const all = Object.values(app.spec.routes ?? {}).flatMap((route) => translationsOf({ environment, app }, route));
  const entries = all.map(({ annotation, value, as, isVoid, reason, policies = {} }) => {
    if (isVoid) return { annotation, value, reason: "it does nothing in ingress-nginx either" };
    if (implementation === undefined && Object.keys(policies).length > 0)
      return { annotation, value, reason: `with routing.gateway.implementation "envoy-gateway" it becomes ${as}` };
    return { annotation, value, ...(as ? { as } : {}), ...(reason ? { reason } : {}) };
  });
  return [...new Map(entries.map((entry) => [entry.annotation, entry])).values()];
}
