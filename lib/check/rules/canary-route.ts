import type { ObjectOf } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { itemsOf, membersOf, textOf } from "../read.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import { type CheckedManifest, inNamespace, namespaceOf, type Scope } from "../scope.ts";
import { missing } from "./missing.ts";

type Rollout = ObjectOf<"argoproj.io/Rollout">;

/** The plugin that sets the weights of HTTPRoutes: https://rollouts-plugin-trafficrouter-gatewayapi.readthedocs.io/en/latest/ */
const plugin = "argoproj-labs/gatewayAPI";
const group = "gateway.networking.k8s.io";

const example = (backends: string) => `${yaml`
  apiVersion: argoproj.io/v1alpha1
  kind: Rollout
  metadata: { name: a, namespace: shop }
  spec:
    selector: { matchLabels: { app: a } }
    template:
      metadata: { labels: { app: a } }
      spec: { containers: [{ name: a, image: a:1 }] }
    strategy:
      canary:
        stableService: a
        canaryService: a-canary
        trafficRouting: { plugins: { argoproj-labs/gatewayAPI: { httpRoute: a, namespace: shop } } }
  ---
  apiVersion: gateway.networking.k8s.io/v1
  kind: HTTPRoute
  metadata: { name: a, namespace: shop }
`}spec: { rules: [{ backendRefs: [${backends}] }] }
`;

export const canaryRoute = rule({
  id: "references/canary-route",
  severity: "error",
  why: "Argo Rollouts can't set the weights of an HTTPRoute that isn't there, or that doesn't lead to the old and to the new pods: the rollout stays at its first step, or new pods get no request.",
  fix: "Name an HTTPRoute with the stable and the canary Service as backends of one rule.",
  source: "https://rollouts-plugin-trafficrouter-gatewayapi.readthedocs.io/en/latest/",
  bad: example("{ name: a, port: 80 }"),
  good: example("{ name: a, port: 80 }, { name: a-canary, port: 80, weight: 0 }"),
  *check(scope) {
    for (const manifest of scope.ofKind("argoproj.io/Rollout"))
      for (const { name, namespace, path } of routesOf(manifest)) yield* routeIssues(manifest, name, namespace, path, scope);
  },
});

interface NamedRoute {
  readonly name: string;
  readonly namespace: string;
  readonly path: string;
}

/** The HTTPRoutes that a canary's weights go to. */
function routesOf(manifest: CheckedManifest<Rollout>): NamedRoute[] {
  const config = membersOf(membersOf(manifest.object.spec?.strategy?.canary?.trafficRouting?.plugins)[plugin]);
  const at = `spec.strategy.canary.trafficRouting.plugins["${plugin}"]`;
  const namespace = textOf(config.namespace) || namespaceOf(manifest);
  const named = [
    [textOf(config.httpRoute), `${at}.httpRoute`] as const,
    ...itemsOf(config.httpRoutes).map((route, index) => [textOf(membersOf(route).name), `${at}.httpRoutes[${index}].name`] as const),
  ];
  return named.flatMap(([name, path]) => (name === "" ? [] : [{ name, namespace, path }]));
}

function* routeIssues(
  manifest: CheckedManifest<Rollout>,
  name: string,
  namespace: string,
  path: string,
  scope: Scope,
): Generator<ManifestIssue> {
  const { stableService, canaryService } = manifest.object.spec?.strategy?.canary ?? {};
  if (!scope.has("HTTPRoute", namespace, name, group)) {
    const candidates = scope.namesOf("HTTPRoute", namespace, group);
    yield {
      manifest,
      path,
      message: `there is no HTTPRoute "${name}"${namespace === namespaceOf(manifest) ? inNamespace(manifest) : ` in ${namespace}`}`,
      ...missing({ kind: "HTTPRoute", group, namespace, name, candidates }),
    };
    return;
  }
  const route = scope
    .ofCustomKind(`${group}/HTTPRoute`)
    .find((entry) => entry.object.metadata.name === name && namespaceOf(entry) === namespace);
  const backends = itemsOf(membersOf(route?.object.spec).rules).map((entry) =>
    itemsOf(membersOf(entry).backendRefs).map((to) => textOf(membersOf(to).name)),
  );
  const lacking = [stableService, canaryService].find((service) => service && !backends.some((names) => names.includes(service)));
  if (route && lacking)
    yield { manifest, path, message: `HTTPRoute "${name}" has no rule that leads to Service "${lacking}", so its share can't be set` };
}
