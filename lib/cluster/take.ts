import { groupBy, toYaml } from "../manifest/index.ts";
import { apiResourcesOf, type Discovery, discover, inTurns } from "./discover.ts";
import {
  account,
  gateway,
  type Keep,
  labels,
  membersOf,
  membersOfSpec,
  nothing,
  rollout,
  schemas,
  service,
  specOf,
  webhooks,
} from "./kept.ts";
import type { Ask } from "./kubectl.ts";
import { type Kept, Lister } from "./lister.ts";
import { type ClusterSnapshot, snapshotType } from "./snapshot.ts";

/** Where the objects of a kind stand in a snapshot. */
interface Row {
  readonly group: string;
  readonly kind: string;
  readonly keep: Keep;
  /** `listed`: by their names alone; `named`: what is kept of each by its name. */
  readonly as: "listed" | "named";
  /** Member of each namespace, of the classes, or of the snapshot itself. */
  readonly of: "namespaces" | "classes" | "snapshot";
  readonly member: string;
}

const admission = "admissionregistration.k8s.io";
const [gatewayApi, secretsOperator] = ["gateway.networking.k8s.io", "external-secrets.io"];

const inNamespaces = (group: string, kind: string, member: string, keep: Keep): Row => ({
  ...{ group, kind, member, keep, of: "namespaces" },
  as: keep === nothing || keep === account ? "listed" : "named",
});
const inClasses = (group: string, kind: string, keep: Keep): Row => ({ group, kind, keep, as: "named", of: "classes", member: kind });
const inSnapshot = (group: string, kind: string, member: string): Row => ({
  group,
  kind,
  keep: nothing,
  as: "listed",
  of: "snapshot",
  member,
});

const rows: readonly Row[] = [
  inNamespaces("", "ServiceAccount", "serviceAccounts", account),
  inNamespaces("", "Service", "services", service),
  inNamespaces("", "ResourceQuota", "resourceQuotas", specOf),
  inNamespaces("", "LimitRange", "limitRanges", specOf),
  inNamespaces(gatewayApi, "Gateway", "gateways", gateway),
  inNamespaces("cert-manager.io", "Issuer", "issuers", nothing),
  inNamespaces(secretsOperator, "SecretStore", "secretStores", nothing),
  inNamespaces("argoproj.io", "Rollout", "rollouts", rollout),
  inClasses(gatewayApi, "GatewayClass", membersOfSpec("controllerName")),
  inClasses("networking.k8s.io", "IngressClass", membersOfSpec("controller")),
  inClasses("scheduling.k8s.io", "PriorityClass", membersOf("globalDefault", "preemptionPolicy", "value")),
  inClasses("node.k8s.io", "RuntimeClass", membersOf("handler")),
  inClasses("storage.k8s.io", "StorageClass", membersOf("allowVolumeExpansion", "provisioner", "reclaimPolicy", "volumeBindingMode")),
  inSnapshot("cert-manager.io", "ClusterIssuer", "clusterIssuers"),
  inSnapshot(secretsOperator, "ClusterSecretStore", "clusterSecretStores"),
];
const policyKinds = [
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
];
const webhookKinds = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"] as const;

/** Takes a snapshot of a cluster, and nothing but a snapshot: no request changes anything. @throws InputError where it can't be asked */
export async function takeSnapshot(ask: Ask): Promise<ClusterSnapshot> {
  const discovery = await discover(ask);
  const lister = new Lister(ask, discovery);
  const list = (group: string, kind: string, keep: Keep) => () => lister.list(group, kind, keep);
  const requests: [string, () => Promise<Kept[]>][] = [
    ["customResources", list("apiextensions.k8s.io", "CustomResourceDefinition", schemas)],
    ["namespaces", list("", "Namespace", labels)],
    ["secrets", () => lister.secrets()],
    ["configMaps", () => lister.configMaps()],
    ...[...rows, ...policyKinds.map((kind) => ({ group: admission, kind, keep: specOf }))].map(
      ({ group, kind, keep }): [string, () => Promise<Kept[]>] => [kind, list(group, kind, keep)],
    ),
    ...webhookKinds.map((kind): [string, () => Promise<Kept[]>] => [kind, list(admission, kind, webhooks)]),
  ];
  const answers = await inTurns(requests, async ([name, request]) => [name, await request()] as const);
  return snapshotOf(discovery, lister.notAllowed, new Map(answers));
}

/** A snapshot as the text of its file: the same for the same cluster. */
export const snapshotText = (snapshot: ClusterSnapshot): string => toYaml(snapshot);

type Answers = ReadonlyMap<string, readonly Kept[]>;

/** Puts together what was answered. What the cluster has nothing of is left out. */
function snapshotOf(discovery: Discovery, notAllowed: ReadonlySet<string>, answers: Answers): ClusterSnapshot {
  const { kinds, kubernetes, notAnswered } = discovery;
  const of = (name: string) => answers.get(name) ?? [];
  const apiVersionOf = (kind: string) => kinds.find((served) => served.group === admission && served.kind === kind)?.apiVersion;
  const membersAt = (place: Row["of"]) =>
    Object.fromEntries(rows.flatMap((row) => (row.of === place ? [[row.member, heldOf(row, of(row.kind))]] : [])));
  const snapshot = {
    ...snapshotType,
    kubernetes,
    ...filled({ notAllowed: [...notAllowed].sort(), notAnswered: [...notAnswered].sort() }),
    apiResources: apiResourcesOf(kinds),
    ...filled({
      customResources: of("customResources").map(({ value }) => value),
      policies: policyKinds.flatMap((kind) =>
        of(kind).map(({ name, value }) => ({ apiVersion: apiVersionOf(kind), kind, name, spec: value })),
      ),
      webhooks: webhookKinds.flatMap((kind) => of(kind).map(({ name, value }) => ({ kind, name, webhooks: value }))),
      classes: filled(membersAt("classes")),
      ...membersAt("snapshot"),
    }),
    namespaces: namespacesOf(of),
  };
  // The API server answered it; what is written is read again before anybody uses it.
  return snapshot as ClusterSnapshot;
}

const heldOf = ({ as }: Pick<Row, "as">, objects: readonly Kept[]) =>
  as === "listed" ? objects.map(({ name }) => name) : Object.fromEntries(objects.map(({ name, value }) => [name, value]));

function namespacesOf(of: (name: string) => readonly Kept[]): Record<string, unknown> {
  const found = new Map<string, Record<string, unknown>>();
  const add = (namespace: string, members: Readonly<Record<string, unknown>>) =>
    found.set(namespace, { ...found.get(namespace), ...filled(members) });
  for (const { name, value } of of("namespaces")) add(name, { labels: value });
  const secretsAndConfigMaps = ["secrets", "configMaps"].map((member) => ({ member, kind: member, as: "named" as const }));
  for (const row of [...secretsAndConfigMaps, ...rows.filter((candidate) => candidate.of === "namespaces")])
    for (const [namespace, objects] of groupBy(of(row.kind), (object) => object.namespace))
      add(namespace, { [row.member]: heldOf(row, objects) });
  return Object.fromEntries([...found]);
}

/** Without lists and maps that are empty. */
const filled = (members: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(members).filter(([, value]) => typeof value !== "object" || value === null || Object.keys(value).length > 0),
  );
