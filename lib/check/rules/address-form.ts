import { type Issue, minorOf, standardAddress, standardNetwork } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { itemsOf, membersOf, textOf } from "../read.ts";
import { rule } from "../rule.ts";
import type { CheckedManifest, Pods, Scope } from "../scope.ts";

export const addressForm = rule({
  id: "schema/address-form",
  severity: "warning",
  why: "Programs read an address that isn't in its standard form as different addresses, 010.0.0.1 as 10.0.0.1 or as 8.0.0.1. The API server warns of it, and since Kubernetes 1.36 it refuses most.",
  fix: "Write it in its standard form.",
  source: "https://github.com/kubernetes/enhancements/tree/master/keps/sig-network/4858-ip-cidr-validation",
  bad: yaml`
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: a, namespace: shop }
    spec:
      podSelector: {}
      ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.5/8 } }] }]
  `,
  good: yaml`
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: a, namespace: shop }
    spec:
      podSelector: {}
      ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }]
  `,
  *check(scope) {
    const minor = minorOf(scope.environment.kubernetes);
    for (const [manifest, places] of placesIn(scope))
      for (const place of places) for (const issue of formIssues(place, minor)) yield { manifest, ...issue };
  },
});

/** A value that should be an address or a network, and where it stands. */
interface Place {
  readonly value: unknown;
  readonly path: string;
  readonly is: "address" | "network";
  /** Whether every version takes it in another form. Default: those before 1.36. */
  readonly isLenient?: true;
}

const address = (value: unknown, path: string): Place[] => [{ value, path, is: "address" }];
const network = (value: unknown, path: string): Place[] => [{ value, path, is: "network" }];
const placesOf = (list: unknown, path: string, placesAt: (item: unknown, path: string) => Place[]): Place[] =>
  itemsOf(list).flatMap((item, index) => placesAt(item, `${path}[${index}]`));

function* placesIn(scope: Scope): Generator<readonly [CheckedManifest, readonly Place[]]> {
  for (const pods of scope.pods) yield [pods.manifest, ofPods(pods)];
  for (const manifest of scope.ofKind("Service")) yield [manifest, ofService(membersOf(manifest.object.spec))];
  for (const manifest of scope.ofKind("networking.k8s.io/NetworkPolicy")) yield [manifest, ofPolicy(membersOf(manifest.object.spec))];
  for (const manifest of scope.ofCustomKind("discovery.k8s.io/EndpointSlice"))
    if (!isManaged(manifest)) yield [manifest, ofSlice(Reflect.get(manifest.object, "endpoints"))];
  for (const manifest of scope.ofCustomKind("Endpoints"))
    if (!isManaged(manifest)) yield [manifest, ofEndpoints(Reflect.get(manifest.object, "subsets"))];
  for (const manifest of scope.ofCustomKind("Node"))
    yield [manifest, placesOf(membersOf(manifest.object.spec).podCIDRs, "spec.podCIDRs", network)];
}

const ofPods = ({ spec, path }: Pods): Place[] => [
  ...placesOf(spec.dnsConfig?.nameservers, `${path}.dnsConfig.nameservers`, address),
  ...placesOf(spec.hostAliases, `${path}.hostAliases`, (alias, at) => address(membersOf(alias).ip, `${at}.ip`)),
];

type Members = Readonly<Record<string, unknown>>;

const ofService = ({ externalIPs, loadBalancerIP, loadBalancerSourceRanges }: Members): Place[] => [
  ...placesOf(externalIPs, "spec.externalIPs", address),
  { value: loadBalancerIP, path: "spec.loadBalancerIP", is: "address", isLenient: true },
  ...placesOf(loadBalancerSourceRanges, "spec.loadBalancerSourceRanges", network),
];

const ofPolicy = ({ ingress, egress }: Members): Place[] => [
  ...placesOf(ingress, "spec.ingress", (entry, path) => placesOf(membersOf(entry).from, `${path}.from`, ofPeer)),
  ...placesOf(egress, "spec.egress", (entry, path) => placesOf(membersOf(entry).to, `${path}.to`, ofPeer)),
];

function ofPeer(peer: unknown, path: string): Place[] {
  const { cidr, except } = membersOf(membersOf(peer).ipBlock);
  return [...network(cidr, `${path}.ipBlock.cidr`), ...placesOf(except, `${path}.ipBlock.except`, network)];
}

/** Labels of objects whose addresses the server doesn't look at, as its own controllers write them in the standard form. */
const managedBy = ["endpointslice.kubernetes.io/managed-by", "endpoints.kubernetes.io/managed-by"];
const isManaged = ({ object }: CheckedManifest) => managedBy.some((key) => object.metadata.labels?.[key] !== undefined);

const ofSlice = (endpoints: unknown): Place[] =>
  placesOf(endpoints, "endpoints", (endpoint, path) => placesOf(membersOf(endpoint).addresses, `${path}.addresses`, address));

const ofEndpoints = (subsets: unknown): Place[] =>
  placesOf(subsets, "subsets", (subset, path) =>
    ["addresses", "notReadyAddresses"].flatMap((list) =>
      placesOf(membersOf(subset)[list], `${path}.${list}`, (item, at) => address(membersOf(item).ip, `${at}.ip`)),
    ),
  );

/** The version that began to refuse other forms (StrictIPCIDRValidation), but for IPv6 that is only written longer. */
const strictSince = 36;

function* formIssues({ value, path, is, isLenient }: Place, minor: number): Generator<Issue> {
  const text = textOf(value);
  const standard = is === "address" ? standardAddress(text) : standardNetwork(text);
  if (standard === undefined || standard === text) return;
  const isRefused = minor >= strictSince && isLenient === undefined && !isOnlyLonger(text, standard);
  yield {
    path,
    message: `the ${is} ${JSON.stringify(text)} isn't in its standard form`,
    fix: `Write ${standard}.`,
    ...(isRefused ? { severity: "error" } : {}),
  };
}

/** Whether an IPv6 address or network is the same in its standard form, in fewer letters or in lower case. */
function isOnlyLonger(text: string, standard: string): boolean {
  const [[given = "", length], [short, standardLength]] = [text.split("/"), standard.split("/")];
  return standard.includes(":") && length === standardLength && standardAddress(given) === short;
}
