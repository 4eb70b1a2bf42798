import { type Selector, selects, shownValue } from "../../kubernetes/index.ts";
import { slipOf } from "../../problem/index.ts";
import { yaml } from "../example.ts";
import { misspelt } from "../missing.ts";
import { itemsOf, membersOf, textOf, textsOf } from "../read.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import { type CheckedManifest, namespaceOf, type Scope } from "../scope.ts";
import { destinationsOf } from "./istio-routes.ts";
import { missingPods } from "./missing.ts";

const group = "networking.istio.io";

export const istioTarget = rule({
  id: "references/istio-target",
  severity: "error",
  why: "Istio answers 503 to requests that a route sends to a host or port that no Service has, and ignores a rule for such a host.",
  fix: "Name an existing Service, in full where it is of another namespace, and a port that it has.",
  source: "https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination",
  bad: yaml`
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata: { name: a, namespace: shop }
    spec: { hosts: [web], http: [{ route: [{ destination: { host: web, port: { number: 8080 } } }] }] }
    ---
    apiVersion: v1
    kind: Service
    metadata: { name: web, namespace: shop }
    spec: { clusterIP: None, ports: [{ port: 80 }] }
  `,
  good: yaml`
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata: { name: a, namespace: shop }
    spec: { hosts: [web], http: [{ route: [{ destination: { host: web, port: { number: 80 } } }] }] }
    ---
    apiVersion: v1
    kind: Service
    metadata: { name: web, namespace: shop }
    spec: { clusterIP: None, ports: [{ port: 80 }] }
  `,
  *check(scope) {
    for (const manifest of scope.ofCustomKind(`${group}/VirtualService`)) {
      for (const { destination, path } of destinationsOf(manifest)) {
        const { host, port } = membersOf(destination);
        yield* hostIssues(scope, manifest, textOf(host), `${path}.host`);
        yield* portIssues(scope, manifest, textOf(host), membersOf(port).number, `${path}.port.number`);
      }
      yield* gatewayIssues(scope, manifest);
    }
    for (const manifest of scope.ofCustomKind(`${group}/DestinationRule`)) {
      const { host, subsets } = membersOf(manifest.object.spec);
      yield* hostIssues(scope, manifest, textOf(host), "spec.host");
      yield* subsetIssues(scope, manifest, textOf(host), itemsOf(subsets));
    }
  },
});

/** The Service that a host names; undefined where it may be something else. */
function serviceNamed(host: string, namespace: string): { readonly name: string; readonly namespace: string } | undefined {
  const [name = "", place = namespace, service] = host.split(".");
  const isShort = !host.includes(".");
  return name !== "" && !host.includes("*") && (isShort || service === "svc") ? { name, namespace: place } : undefined;
}

function* hostIssues(scope: Scope, manifest: CheckedManifest, host: string, path: string): Generator<ManifestIssue> {
  const named = serviceNamed(host, namespaceOf(manifest));
  const isEntry = scope.ofCustomKind(`${group}/ServiceEntry`).some(({ object }) => itemsOf(membersOf(object.spec).hosts).includes(host));
  if (!named || isEntry || scope.has("Service", named.namespace, named.name)) return;
  const candidates = scope.namesOf("Service", named.namespace);
  const meant = slipOf(named.name, candidates);
  const fix = meant ? { fix: `Did you mean "${meant}"?` } : {};
  yield {
    manifest,
    path,
    message: `there is no Service "${named.name}" in ${named.namespace}`,
    ...fix,
    missing: { kind: "Service", ...named, candidates },
  };
}

function* portIssues(scope: Scope, manifest: CheckedManifest, host: string, port: unknown, path: string): Generator<ManifestIssue> {
  const named = serviceNamed(host, namespaceOf(manifest));
  const service = named && scope.find("Service", named.namespace, named.name);
  const ports = (service?.object.spec?.ports ?? []).map(({ port: number }) => number);
  if (!named || ports.length === 0 || port === undefined || ports.includes(Number(port))) return;
  yield { manifest, path, message: `Service "${named.name}" has no port ${shownValue(port)}`, fix: `It has: ${ports.join(", ")}.` };
}

function* gatewayIssues(scope: Scope, manifest: CheckedManifest): Generator<ManifestIssue> {
  for (const [index, given] of itemsOf(membersOf(manifest.object.spec).gateways).entries()) {
    const text = textOf(given);
    const [namespace = "", name = ""] = text.includes("/") ? text.split("/") : [namespaceOf(manifest), text];
    if (text === "" || name === "mesh" || scope.has("Gateway", namespace, name, group)) continue;
    const missing = { kind: "Gateway", namespace, name, candidates: scope.namesOf("Gateway", namespace, group) };
    const meant = misspelt(missing);
    yield {
      manifest,
      path: `spec.gateways[${index}]`,
      message: `there is no Gateway "${name}" of Istio in ${namespace}`,
      fix: meant ? `Did you mean "${meant}"?` : "Name an existing Gateway, as NAMESPACE/NAME where it is of another namespace.",
      missing,
    };
  }
}

/** Subsets choose among the pods of the Service by labels. */
function* subsetIssues(scope: Scope, manifest: CheckedManifest, host: string, subsets: readonly unknown[]): Generator<ManifestIssue> {
  const named = serviceNamed(host, namespaceOf(manifest));
  const selector = named && scope.find("Service", named.namespace, named.name)?.object.spec?.selector;
  const pods = named && selector ? scope.selected(named.namespace, { matchLabels: selector } as Selector) : [];
  for (const [index, subset] of subsets.entries()) {
    const { name, labels } = membersOf(subset);
    const wanted = textsOf(labels);
    if (pods.length > 0 && Object.keys(wanted).length > 0 && !pods.some((pod) => selects({ matchLabels: wanted }, pod.labels)))
      yield {
        manifest,
        path: `spec.subsets[${index}].labels`,
        message: `no pod of Service "${named?.name}" has the labels ${shownValue(wanted)} of the subset "${textOf(name)}"`,
        fix: "Give the pods of that version the labels, in their template.",
        // They may be deployed from elsewhere.
        ...(scope.environment.isPart ? { severity: "info" } : {}),
      };
  }
}

export const istioField = rule({
  id: "rollout/istio-field",
  severity: "warning",
  why: "Istio refuses a Gateway that ends TLS without a certificate, and lets nobody in by a policy that allows by no rule.",
  fix: "Name the certificate, and write rules for those who may get in.",
  source: "https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings",
  bad: yaml`
    apiVersion: networking.istio.io/v1
    kind: Gateway
    metadata: { name: a, namespace: shop }
    spec: { servers: [{ hosts: [a.example], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE } }] }
  `,
  good: yaml`
    apiVersion: networking.istio.io/v1
    kind: Gateway
    metadata: { name: a, namespace: shop }
    spec: { servers: [{ hosts: [a.example], port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: a } }] }
  `,
  *check(scope) {
    for (const manifest of scope.ofCustomKind(`${group}/Gateway`)) yield* serverIssues(manifest);
    for (const manifest of scope.ofCustomKind("security.istio.io/AuthorizationPolicy")) yield* authorizationIssues(scope, manifest);
  },
});

function* serverIssues(manifest: CheckedManifest): Generator<ManifestIssue> {
  for (const [index, entry] of itemsOf(membersOf(manifest.object.spec).servers).entries()) {
    const { port, tls } = membersOf(entry);
    const { protocol } = membersOf(port);
    const { mode, credentialName, serverCertificate, httpsRedirect, credentialNames, tlsCertificates } = membersOf(tls);
    const path = `spec.servers[${index}].tls`;
    const hasCertificate = [credentialName, serverCertificate, credentialNames, tlsCertificates].some(Boolean);
    if ((protocol === "HTTPS" || protocol === "TLS") && !tls)
      yield {
        manifest,
        path,
        message: `is needed with the protocol ${protocol} but missing`,
        fix: "Add tls with a mode and a credentialName.",
        severity: "error",
      };
    else if ((mode === "SIMPLE" || mode === "MUTUAL") && !hasCertificate && !httpsRedirect)
      yield {
        manifest,
        path: `${path}.credentialName`,
        message: `is needed with the mode ${mode} but missing`,
        fix: "Name the Secret of the certificate.",
        severity: "error",
      };
  }
}

function* authorizationIssues(scope: Scope, manifest: CheckedManifest): Generator<ManifestIssue> {
  const { action = "ALLOW", rules, selector } = membersOf(manifest.object.spec);
  if (action === "ALLOW" && Array.isArray(rules) && rules.length === 0)
    yield {
      manifest,
      path: "spec.rules",
      message: "is empty, so nobody may get in",
      fix: "Write rules, or an empty spec where all are to be kept out.",
    };
  const matchLabels = textsOf(membersOf(selector).matchLabels);
  const namespace = namespaceOf(manifest);
  if (
    Object.keys(matchLabels).length > 0 &&
    scope.selected(namespace, {}).length > 0 &&
    scope.selected(namespace, { matchLabels }).length === 0
  )
    yield {
      manifest,
      path: "spec.selector",
      message: `selects no pod: none in ${namespace} has the labels ${shownValue(matchLabels)}`,
      fix: "Select labels that the pods have in their template.",
      missing: missingPods(manifest, matchLabels),
    };
}
