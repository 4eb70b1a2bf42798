import {
  envoyPolicyKinds,
  isGatewayRoute,
  isSameAddress,
  policiesOn,
  type ServedPath,
  servedPaths,
  translateNginx,
  untranslatedAnnotations,
} from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import { type CheckedManifest, namespaceOf, type Scope } from "../scope.ts";
import { routesIn } from "./route-rule-kinds.ts";

const ingress = yaml`
  apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata: { name: a, namespace: shop, annotations: { nginx.ingress.kubernetes.io/upstream-vhost: in.example } }
  spec:
    ingressClassName: nginx
    rules:
      - host: shop.example
        http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: a, port: { number: 80 } } } }] }
`;
const route = (filters: string) => `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: a, namespace: shop }
spec:
  hostnames: [shop.example]
  rules: [{ ${filters}backendRefs: [{ name: a, port: 80 }] }]
---
${yaml`
  apiVersion: v1
  kind: Service
  metadata: { name: a, namespace: shop }
  spec: { clusterIP: None, ports: [{ port: 80 }] }
`}`;

export const leftAnnotation = rule({
  id: "references/left-annotation",
  severity: "warning",
  why: "Only ingress-nginx reads its annotations, and it is retired: they do nothing once a route of the Gateway API serves the address.",
  fix: "Use a field of the route or a policy of its implementation, or remove the annotation where it isn't needed.",
  source: "https://gateway-api.sigs.k8s.io/guides/getting-started/migrating-from-ingress/",
  bad: `${ingress}---\n${route("")}`,
  good: `${ingress}---\n${route("filters: [{ type: URLRewrite, urlRewrite: { hostname: in.example } }], ")}`,
  *check(scope) {
    const routes = routesIn(scope);
    for (const manifest of routes) yield* ownIssues(manifest);
    for (const manifest of scope.ofKind("networking.k8s.io/Ingress")) yield* besideIssues(scope, manifest, routes);
  },
});

/** Annotations that stand on the route itself. */
function* ownIssues(manifest: CheckedManifest): Generator<ManifestIssue> {
  const { metadata } = manifest.object;
  if (!isGatewayRoute(manifest.object)) return;
  for (const { annotation, as, isVoid, reason } of translateNginx(metadata.annotations ?? {}, "/"))
    yield {
      manifest,
      path: `metadata.annotations["${annotation}"]`,
      message: `does nothing on a route: ${reason ?? "only ingress-nginx reads it"}`,
      ...(as === undefined || isVoid ? {} : { fix: `Use ${as}, or remove the annotation.` }),
    };
}

/** Annotations of an Ingress whose addresses a route serves too. */
function* besideIssues(scope: Scope, manifest: CheckedManifest, routes: readonly CheckedManifest[]): Generator<ManifestIssue> {
  const paths = servedPaths(manifest.object);
  const hosts = new Set(paths.map(({ host }) => host));
  const beside = routes.filter(
    (other) => namespaceOf(other) === namespaceOf(manifest) && servedPaths(other.object).some(({ host }) => hosts.has(host)),
  );
  const found = new Map<string, ManifestIssue>();
  for (const other of beside)
    for (const issue of paths.flatMap((from) => leftBehind(scope, manifest, from, other)))
      if (!found.has(issue.path)) found.set(issue.path, issue);
  yield* found.values();
}

/** What an Ingress asks for at one of its paths, and a route that serves it doesn't have. */
function leftBehind(scope: Scope, manifest: CheckedManifest, from: ServedPath, { object, ...other }: CheckedManifest): ManifestIssue[] {
  const to = servedPaths(object).find((path) => isSameAddress(path, from));
  if (!to) return [];
  return untranslatedAnnotations(manifest.object, from, to, policiesOf(scope, { object, ...other }))
    .filter(({ annotation }) => !Object.hasOwn(object.metadata.annotations ?? {}, annotation))
    .map(({ annotation, text }) => ({
      manifest,
      path: `metadata.annotations["${annotation}"]`,
      message: `${object.kind} ${object.metadata.name} serves ${from.host}${from.path} too, without it: ${text}`,
    }));
}

/** Kinds of Envoy Gateway's policies that target a route. */
const policiesOf = (scope: Scope, { object }: CheckedManifest) =>
  policiesOn(
    object,
    envoyPolicyKinds.flatMap((kind) => scope.ofCustomKind(`gateway.envoyproxy.io/${kind}`).map((policy) => policy.object)),
  );
