import type { Issue } from "../../kubernetes/index.ts";
import { slipOf } from "../../problem/index.ts";
import { yaml } from "../example.ts";
import { isSeries } from "../missing.ts";
import { rule } from "../rule.ts";
import { namespaceOf, type Pods } from "../scope.ts";
import { each, within } from "./issues.ts";

export const hostName = rule({
  id: "references/host-name",
  severity: "warning",
  why: "A host name with the name of a Service spelt wrong doesn't resolve: the app starts, and each connection fails.",
  fix: "Write the name of the Service as its object has it.",
  source: "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#services",
  bad: yaml`
    apiVersion: v1
    kind: Service
    metadata: { name: cache, namespace: shop }
    spec: { clusterIP: None, ports: [{ port: 6379 }] }
    ---
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      containers:
        - name: a
          image: a:1
          env: [{ name: CACHE_URL, value: "redis://cahce.shop.svc.cluster.local:6379" }]
  `,
  good: yaml`
    apiVersion: v1
    kind: Service
    metadata: { name: cache, namespace: shop }
    spec: { clusterIP: None, ports: [{ port: 6379 }] }
    ---
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      containers:
        - name: a
          image: a:1
          env: [{ name: CACHE_URL, value: "redis://cache.shop.svc.cluster.local:6379" }]
  `,
  *check(scope) {
    const services = new Map<string, Set<string>>();
    for (const manifest of [...scope.manifests, ...scope.unsound]) {
      if (manifest.object.kind !== "Service") continue;
      const namespace = namespaceOf(manifest);
      services.set(namespace, (services.get(namespace) ?? new Set()).add(manifest.object.metadata.name));
    }
    if (services.size > 0) for (const pods of scope.pods) yield* within(pods.manifest, podIssues(pods, services));
  },
});

type Services = ReadonlyMap<string, ReadonlySet<string>>;

function* podIssues({ containers }: Pods, services: Services): Generator<Issue> {
  for (const { container, path } of containers) {
    yield* each(container.env, `${path}.env`, ({ value = "" }, at) => textIssues(value, `${at}.value`, services));
    for (const list of ["args", "command"] as const)
      yield* each(container[list], `${path}.${list}`, (text, at) => textIssues(text, at, services));
  }
}

/** Longer texts are files, and hold names of anything. */
const longest = 2000;
/** The host of a Service with its namespace; before it there may be the name of a pod. */
const host = /(?<![\w.-])(?:[a-z0-9-]{1,63}\.)?([a-z][a-z0-9-]{0,62})\.([a-z0-9][a-z0-9-]{0,62})\.svc(?![\w-])/g;

function* textIssues(text: string, path: string, services: Services): Generator<Issue> {
  if (typeof text !== "string" || text.length > longest || !text.includes(".svc")) return;
  for (const [, name = "", namespace = ""] of text.matchAll(host)) {
    const known = services.get(namespace);
    const meant = known && !known.has(name) ? slipOf(name, known, 1) : undefined;
    if (meant && !isSeries(name, meant))
      yield { path, message: `there is no Service "${name}" in ${namespace}`, fix: `Did you mean "${meant}"?` };
  }
}
