import { fitsHost, joined, shownValue } from "../../kubernetes/index.ts";
import { groupOf } from "../../manifest/index.ts";
import { suggestion } from "../../problem/index.ts";
import { yaml } from "../example.ts";
import { itemsOf, membersOf, textOf } from "../read.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import { type CheckedManifest, namespaceOf, type Scope } from "../scope.ts";
import { kindsByProtocol, listenersOf, takesKind, takesNamespace } from "./listeners.ts";

const group = "gateway.networking.k8s.io";
type Members = Readonly<Record<string, unknown>>;

const routeKinds = [...new Set(Object.values(kindsByProtocol).flat())];
const routesIn = (scope: Scope) => routeKinds.flatMap((kind) => scope.ofCustomKind(`${group}/${kind}`));

/** A reference that an object's list holds, with its path. */
interface Reference {
  readonly to: Members;
  readonly path: string;
}

/** Where a route sends requests: to its backends, and to those that get a copy. */
function* backendsOf({ object }: CheckedManifest): Generator<Reference> {
  for (const [index, entry] of itemsOf(membersOf(object.spec).rules).entries()) {
    const { backendRefs, filters } = membersOf(entry);
    const path = `spec.rules[${index}]`;
    for (const [place, to] of itemsOf(backendRefs).entries()) yield { to: membersOf(to), path: `${path}.backendRefs[${place}]` };
    for (const [place, filter] of itemsOf(filters).entries()) {
      const mirrored = membersOf(membersOf(filter).requestMirror).backendRef;
      if (mirrored) yield { to: membersOf(mirrored), path: `${path}.filters[${place}].requestMirror.backendRef` };
    }
  }
}

const isService = ({ kind = "Service", group: of = "" }: Members) => kind === "Service" && of === "";

const exampleRoute = (rest: string) => `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: a, namespace: shop }
spec: { ${rest} }
`;

export const routePort = rule({
  id: "references/route-port",
  severity: "error",
  why: "A route to a port that its Service doesn't have answers every request with status 500, and only the route's own status shows it.",
  fix: "Name a port of the Service, by its number: it isn't the port of the pods.",
  source: "https://gateway-api.sigs.k8s.io/reference/spec/#backendref",
  bad: `${exampleRoute("rules: [{ backendRefs: [{ name: a, port: 8080 }] }]")}---
${yaml`
  apiVersion: v1
  kind: Service
  metadata: { name: a, namespace: shop }
  spec: { clusterIP: None, ports: [{ port: 80 }] }
`}`,
  good: `${exampleRoute("rules: [{ backendRefs: [{ name: a, port: 80 }] }]")}---
${yaml`
  apiVersion: v1
  kind: Service
  metadata: { name: a, namespace: shop }
  spec: { clusterIP: None, ports: [{ port: 80 }] }
`}`,
  *check(scope) {
    for (const manifest of routesIn(scope)) for (const backend of backendsOf(manifest)) yield* portIssues(manifest, backend, scope);
  },
});

function* portIssues(manifest: CheckedManifest, { to, path }: Reference, scope: Scope): Generator<ManifestIssue> {
  const service = isService(to) ? scope.find("Service", textOf(to.namespace) || namespaceOf(manifest), textOf(to.name)) : undefined;
  const { type, ports = [] } = service?.object.spec ?? {};
  if (!service || type === "ExternalName" || ports.some(({ port }) => port === to.port && port !== undefined)) return;
  const name = textOf(to.name);
  const message = to.port === undefined ? "is required for a Service but missing" : `Service "${name}" has no port ${shownValue(to.port)}`;
  yield { manifest, path: `${path}.port`, message, fix: `It has: ${ports.map(({ port }) => port).join(", ") || "none"}.` };
}

/** The Gateways that a route may mean by a parent, with its path: several where the manifests are examples that share a name. */
function* parentsOf(manifest: CheckedManifest, scope: Scope): Generator<Reference & { readonly gateways: readonly CheckedManifest[] }> {
  for (const [index, entry] of itemsOf(membersOf(manifest.object.spec).parentRefs).entries()) {
    const to = membersOf(entry);
    const { kind = "Gateway", group: of = group, namespace } = to;
    if (kind !== "Gateway" || of !== group) continue;
    const place = textOf(namespace) || namespaceOf(manifest);
    const gateways = scope
      .ofCustomKind(`${group}/Gateway`)
      .filter((candidate) => candidate.object.metadata.name === to.name && namespaceOf(candidate) === place);
    yield { to, path: `spec.parentRefs[${index}]`, gateways };
  }
}

export const routeListener = rule({
  id: "references/route-listener",
  severity: "error",
  why: "A route that no listener of its Gateway takes gets no traffic, and only the route's own status shows it.",
  fix: "Name a listener of the Gateway, or let one take the route's namespace, kind and hosts.",
  source: "https://gateway-api.sigs.k8s.io/api-types/httproute/#attaching-to-gateways",
  bad: `${exampleRoute("parentRefs: [{ name: public, sectionName: https }]")}---
${yaml`
  apiVersion: gateway.networking.k8s.io/v1
  kind: Gateway
  metadata: { name: public, namespace: shop }
  spec: { gatewayClassName: a, listeners: [{ name: http, port: 80, protocol: HTTP }] }
`}`,
  good: `${exampleRoute("parentRefs: [{ name: public, sectionName: http }]")}---
${yaml`
  apiVersion: gateway.networking.k8s.io/v1
  kind: Gateway
  metadata: { name: public, namespace: shop }
  spec: { gatewayClassName: a, listeners: [{ name: http, port: 80, protocol: HTTP }] }
`}`,
  *check(scope) {
    for (const manifest of routesIn(scope))
      for (const { gateways, ...parent } of parentsOf(manifest, scope)) {
        const issues = gateways.map((gateway) => [...attachIssues(manifest, { ...parent, gateway }, scope)]);
        if (issues.every((own) => own.length > 0)) yield* issues[0] ?? [];
      }
  },
});

type Parent = Reference & { readonly gateway: CheckedManifest };

/** Narrows a Gateway's listeners step by step, and reports the step after which none is left. */
function* attachIssues(manifest: CheckedManifest, { to, path, gateway }: Parent, scope: Scope): Generator<ManifestIssue> {
  const { name } = gateway.object.metadata;
  const all = listenersOf(gateway);
  const named = to.sectionName === undefined ? all : all.filter((listener) => listener.name === to.sectionName);
  if (named.length === 0) {
    const names = all.map((listener) => textOf(listener.name));
    const message = `Gateway "${name}" has no listener ${shownValue(to.sectionName)}`;
    yield { manifest, path: `${path}.sectionName`, message, fix: suggestion(textOf(to.sectionName), names, "It has") };
    return;
  }
  const ported = to.port === undefined ? named : named.filter((listener) => listener.port === to.port);
  if (ported.length === 0) {
    const message = `no listener of Gateway "${name}" has the port ${shownValue(to.port)}`;
    yield { manifest, path: `${path}.port`, message, fix: `They have: ${named.map((listener) => listener.port).join(", ")}.` };
    return;
  }
  const ofKind = ported.filter((listener) => takesKind(listener, manifest.object.kind));
  if (ofKind.length === 0) {
    const message = `no listener of Gateway "${name}" takes a route of the kind ${manifest.object.kind}`;
    yield { manifest, path, message, fix: "Correct the listener's protocol or allowedRoutes.kinds, or the kind of the route." };
    return;
  }
  const admitting = ofKind.filter((listener) => takesNamespace(listener, namespaceOf(manifest), gateway, scope));
  if (admitting.length === 0) {
    const message = `no listener of Gateway "${name}" takes routes of the namespace "${namespaceOf(manifest)}"`;
    yield {
      manifest,
      path,
      message,
      fix: "Set allowedRoutes.namespaces of the listener: by default it takes those of its own namespace only.",
    };
    return;
  }
  const hosts = itemsOf(membersOf(manifest.object.spec).hostnames).map(textOf);
  const wanted = admitting.map((listener) => textOf(listener.hostname));
  if (hosts.length > 0 && !hosts.some((host) => wanted.some((listener) => listener === "" || haveCommonHosts(host, listener))))
    yield {
      manifest,
      path: "spec.hostnames",
      message: `no listener of Gateway "${name}" takes ${hosts.slice(0, 3).join(", ")}`,
      fix: `They take: ${wanted.slice(0, 5).join(", ")}.`,
    };
}

/** Whether two hosts, each of which may begin with a wildcard, have a name in common. */
const haveCommonHosts = (left: string, right: string): boolean => fitsHost(left, right) || fitsHost(right, left);

export const referenceGrant = rule({
  id: "references/grant",
  severity: "error",
  why: "A route or Gateway may name a Service or Secret of another namespace only where a ReferenceGrant there lets it: without one the reference counts as missing.",
  fix: "Create a ReferenceGrant in the other namespace, or move the object.",
  source: "https://gateway-api.sigs.k8s.io/api-types/referencegrant/",
  bad: exampleRoute("rules: [{ backendRefs: [{ name: a, namespace: back, port: 80 }] }]"),
  good: `${exampleRoute("rules: [{ backendRefs: [{ name: a, namespace: back, port: 80 }] }]")}---
${yaml`
  apiVersion: gateway.networking.k8s.io/v1beta1
  kind: ReferenceGrant
  metadata: { name: a, namespace: back }
  spec:
    from: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop }]
    to: [{ group: "", kind: Service }]
`}`,
  *check(scope) {
    for (const manifest of routesIn(scope))
      for (const reference of backendsOf(manifest)) yield* grantIssues(manifest, reference, "Service", scope);
    for (const manifest of scope.ofCustomKind(`${group}/Gateway`))
      for (const reference of certificatesOf(manifest)) yield* grantIssues(manifest, reference, "Secret", scope);
  },
});

function* certificatesOf(manifest: CheckedManifest): Generator<Reference> {
  for (const [index, { tls }] of listenersOf(manifest).entries())
    for (const [place, to] of itemsOf(membersOf(tls).certificateRefs).entries())
      yield { to: membersOf(to), path: `spec.listeners[${index}].tls.certificateRefs[${place}]` };
}

function* grantIssues(manifest: CheckedManifest, { to, path }: Reference, meant: string, scope: Scope): Generator<ManifestIssue> {
  const { kind = meant, group: of = "", name } = to;
  const [from, namespace] = [namespaceOf(manifest), textOf(to.namespace)];
  if (namespace === "" || namespace === from) return;
  const isGranted = scope.ofCustomKind(`${group}/ReferenceGrant`).some((grant) => {
    const spec = membersOf(grant.object.spec);
    const fits = (entry: unknown, wanted: Members) =>
      Object.entries(wanted).every(([key, value]) => (membersOf(entry)[key] ?? "") === value);
    return (
      namespaceOf(grant) === namespace &&
      itemsOf(spec.from).some((entry) => fits(entry, { group: groupOf(manifest.object), kind: manifest.object.kind, namespace: from })) &&
      itemsOf(spec.to).some((entry) => fits(entry, { group: of, kind }) && [undefined, name].includes(membersOf(entry).name))
    );
  });
  if (isGranted) return;
  const message = `no ReferenceGrant in ${namespace} lets ${manifest.object.kind}s of ${from} use its ${textOf(kind)} "${textOf(name)}"`;
  const candidates = scope.namesOf("ReferenceGrant", namespace, group);
  yield { manifest, path: joined(path, "namespace"), message, missing: { kind: "ReferenceGrant", namespace, name: from, candidates } };
}

export const listener = rule({
  id: "schema/listener",
  severity: "error",
  why: "The API server refuses the Gateway by the rules of its CustomResourceDefinition, and the sync of its app fails.",
  fix: "Give each listener a name of its own, and a combination of port, protocol and hostname of its own, and TLS where its protocol needs it.",
  source: "https://gateway-api.sigs.k8s.io/reference/spec/#listener",
  bad: yaml`
    apiVersion: gateway.networking.k8s.io/v1
    kind: Gateway
    metadata: { name: a, namespace: shop }
    spec: { gatewayClassName: a, listeners: [{ name: https, port: 443, protocol: HTTPS, tls: { mode: Terminate } }] }
  `,
  good: yaml`
    apiVersion: gateway.networking.k8s.io/v1
    kind: Gateway
    metadata: { name: a, namespace: shop }
    spec:
      gatewayClassName: a
      listeners: [{ name: https, port: 443, protocol: HTTPS, tls: { certificateRefs: [{ name: a-tls }] } }]
  `,
  *check(scope) {
    for (const manifest of scope.ofCustomKind(`${group}/Gateway`)) {
      yield* listenerClashes(manifest);
      for (const [index, entry] of listenersOf(manifest).entries())
        for (const issue of tlsIssues(entry)) yield { manifest, ...issue, path: `spec.listeners[${index}]${issue.path}` };
    }
  },
});

function* listenerClashes(manifest: CheckedManifest): Generator<ManifestIssue> {
  const all = listenersOf(manifest);
  for (const [index, { name, port, protocol, hostname = "" }] of all.entries())
    for (const other of all.slice(0, index)) {
      const path = `spec.listeners[${index}]`;
      if (other.name === name) yield { manifest, path: `${path}.name`, message: `another listener is named ${shownValue(name)}` };
      else if (other.port === port && other.protocol === protocol && (other.hostname ?? "") === hostname)
        yield { manifest, path, message: `the listener ${shownValue(other.name)} has the same port, protocol and hostname` };
      else if (other.port === port && !share(textOf(other.protocol), textOf(protocol)))
        yield {
          manifest,
          path: `${path}.protocol`,
          message: `${textOf(protocol)} can't share the port ${shownValue(port)} with ${textOf(other.protocol)} of the listener ${shownValue(other.name)}`,
          severity: "warning",
        };
    }
}

/** Protocols that one port can serve at once: https://gateway-api.sigs.k8s.io/reference/spec/#listener */
const share = (left: string, right: string) =>
  left === right || (left === "UDP") !== (right === "UDP") || [left, right].every((protocol) => ["HTTPS", "TLS"].includes(protocol));

function* tlsIssues({ protocol, tls }: Members) {
  const { mode = "Terminate", certificateRefs, options } = membersOf(tls);
  const ends = "Name the Secret of its certificate: tls: { certificateRefs: [{ name: ... }] }.";
  if (tls === undefined) {
    // Some controllers bring a certificate of their own, and the server takes the listener.
    if (protocol === "HTTPS" || protocol === "TLS")
      yield {
        path: ".tls",
        message: `is needed with the protocol ${textOf(protocol)} but missing`,
        fix: ends,
        severity: "warning" as const,
      };
  } else if (mode === "Terminate" && itemsOf(certificateRefs).length === 0 && Object.keys(membersOf(options)).length === 0)
    yield { path: ".tls.certificateRefs", message: "is required with the mode Terminate but missing", fix: ends };
  if (tls !== undefined && (protocol === "HTTP" || protocol === "TCP" || protocol === "UDP"))
    yield { path: ".tls", message: `can't be set with the protocol ${protocol}`, fix: "Remove it, or make the protocol HTTPS." };
}
