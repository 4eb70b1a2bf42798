import { suggestion } from "../../problem/index.ts";
import { yaml } from "../example.ts";
import { itemsOf, membersOf, textOf } from "../read.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import { type CheckedManifest, namespaceOf, type Scope } from "../scope.ts";
import { destinationsOf } from "./istio-routes.ts";

export const istioSubset = rule({
  id: "references/istio-subset",
  severity: "error",
  why: "Istio answers 503 to every request that a route sends to a subset no DestinationRule of the host defines.",
  fix: "Define the subset in the DestinationRule of the host, or correct its name.",
  source: "https://istio.io/latest/docs/ops/common-problems/network-issues/#503-errors-after-setting-destination-rule",
  bad: yaml`
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata: { name: a, namespace: shop }
    spec: { hosts: [web], http: [{ route: [{ destination: { host: web, subset: v2 } }] }] }
    ---
    apiVersion: networking.istio.io/v1
    kind: DestinationRule
    metadata: { name: a, namespace: shop }
    spec: { host: web, subsets: [{ name: v1, labels: { version: v1 } }] }
  `,
  good: yaml`
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata: { name: a, namespace: shop }
    spec: { hosts: [web], http: [{ route: [{ destination: { host: web, subset: v1 } }] }] }
    ---
    apiVersion: networking.istio.io/v1
    kind: DestinationRule
    metadata: { name: a, namespace: shop }
    spec: { host: web, subsets: [{ name: v1, labels: { version: v1 } }] }
  `,
  *check(scope) {
    const routes = scope.ofCustomKind("networking.istio.io/VirtualService");
    const subsets = routes.length === 0 ? new Map<string, Set<string>>() : subsetsByHost(scope);
    // A rule of many hosts may define the subset for any of them.
    if ([...subsets].some(([host, names]) => host.includes("*") && names.size > 0)) return;
    for (const manifest of routes) yield* destinationIssues(manifest, subsets);
  },
});

function* destinationIssues(manifest: CheckedManifest, subsets: ReadonlyMap<string, ReadonlySet<string>>): Generator<ManifestIssue> {
  for (const { destination, path } of destinationsOf(manifest)) {
    const { host, subset } = membersOf(destination);
    const known = subsets.get(fullHost(textOf(host), namespaceOf(manifest)));
    if (!known || textOf(subset) === "" || known.has(textOf(subset))) continue;
    yield {
      manifest,
      path: `${path}.subset`,
      message: `no DestinationRule of the host "${textOf(host)}" defines the subset "${textOf(subset)}"`,
      fix: suggestion(textOf(subset), known, "It has the subsets"),
    };
  }
}

function subsetsByHost(scope: Scope): Map<string, Set<string>> {
  const subsets = new Map<string, Set<string>>();
  for (const manifest of scope.ofCustomKind("networking.istio.io/DestinationRule")) {
    const spec = membersOf(manifest.object.spec);
    const host = fullHost(textOf(spec.host), namespaceOf(manifest));
    const known = subsets.get(host) ?? new Set();
    for (const subset of itemsOf(spec.subsets)) known.add(textOf(membersOf(subset).name));
    subsets.set(host, known);
  }
  return subsets;
}

/** A Service's host in full: Istio adds the namespace of the object that names it. */
function fullHost(host: string, namespace: string): string {
  const [name = "", place = namespace, service = "svc"] = host.split(".");
  return host.split(".").length < 3 || service === "svc" ? `${name}.${place}.svc` : host;
}
