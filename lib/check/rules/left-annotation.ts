import { isGatewayRoute, isSameAddress, servedPaths, translateNginx, unsaidAnnotations } from "../../kubernetes/index.ts";
import { groupOf } from "../../manifest/index.ts";
import { yaml } from "../example.ts";
import { itemsOf, membersOf } from "../read.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import { type CheckedManifest, namespaceOf, type Scope } from "../scope.ts";

const gatewayGroup = "gateway.networking.k8s.io";
const routesIn = (scope: Scope) => ["HTTPRoute", "GRPCRoute"].flatMap((kind) => scope.ofCustomKind(`${gatewayGroup}/${kind}`));

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
  why: "Only ingress-nginx reads its annotations, and it is retired: what they say no longer holds once a route of the Gateway API serves the address.",
  fix: "Say it by a field of the route or a policy of its implementation, or remove the annotation where it isn't needed.",
  source: "https://gateway-api.sigs.k8s.io/guides/getting-started/migrating-from-ingress/",
  bad: `${ingress}---\n${route("")}`,
  good: `${ingress}---\n${route("filters: [{ type: URLRewrite, urlRewrite: { hostname: in.example } }], ")}`,
  *check(scope) {
    const routes = routesIn(scope);
    for (const manifest of routes) yield* ownIssues(manifest);
    const reported = new Set(routes.flatMap(({ object }) => Object.keys(object.metadata.annotations ?? {})));
    for (const manifest of scope.ofKind("networking.k8s.io/Ingress")) yield* besideIssues(scope, manifest, routes, reported);
  },
});

/** Annotations that stand on the route itself. */
function* ownIssues(manifest: CheckedManifest): Generator<ManifestIssue> {
  const { metadata } = manifest.object;
  if (!isGatewayRoute(manifest.object)) return;
  for (const { annotation, as, reason } of translateNginx(metadata.annotations ?? {}, "/"))
    yield {
      manifest,
      path: `metadata.annotations["${annotation}"]`,
      message: `does nothing on a route: ${reason ?? "only ingress-nginx reads it"}`,
      ...(as === undefined ? {} : { fix: `Say it by ${as}, or remove the annotation.` }),
    };
}

/** Annotations of an Ingress whose addresses a route serves too. */
function* besideIssues(
  scope: Scope,
  manifest: CheckedManifest,
  routes: readonly CheckedManifest[],
  reported: ReadonlySet<string>,
): Generator<ManifestIssue> {
  const found = new Map<string, ManifestIssue>();
  for (const from of servedPaths(manifest.object))
    for (const other of routes.filter((candidate) => namespaceOf(candidate) === namespaceOf(manifest))) {
      const to = servedPaths(other.object).find((path) => isSameAddress(path, from));
      if (!to) continue;
      for (const { annotation, text } of unsaidAnnotations(manifest.object, from, to, policiesOf(scope, other)))
        if (!reported.has(annotation) && !found.has(annotation))
          found.set(annotation, {
            manifest,
            path: `metadata.annotations["${annotation}"]`,
            message: `${other.object.kind} ${other.object.metadata.name} serves ${from.host}${from.path} too, and doesn't say it: ${text}`,
          });
    }
  yield* found.values();
}

/** Kinds of Envoy Gateway's policies that target a route. */
const policiesOf = (scope: Scope, route: CheckedManifest) =>
  ["BackendTrafficPolicy", "SecurityPolicy"].filter((kind) =>
    scope.ofCustomKind(`gateway.envoyproxy.io/${kind}`).some((policy) => {
      const { targetRef, targetRefs } = membersOf(policy.object.spec);
      return (
        groupOf(policy.object) === "gateway.envoyproxy.io" &&
        namespaceOf(policy) === namespaceOf(route) &&
        [targetRef, ...itemsOf(targetRefs)].some((target) => membersOf(target).name === route.object.metadata.name)
      );
    }),
  );
