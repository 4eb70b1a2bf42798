import { type ClaimSpec, type IntOrString, type Issue, joined, quantity, shownValue } from "../../kubernetes/index.ts";
import { own } from "../../outside/index.ts";
import { yaml } from "../example.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import type { Pods, Scope } from "../scope.ts";
import { within } from "./issues.ts";

export const amounts = rule({
  id: "rollout/amount",
  severity: "warning",
  why: "An amount in the wrong unit is accepted: a pod that requests 100Mi of cpu asks for more cores than any node has and stays Pending, and one with 128m of memory gets a fraction of a byte.",
  fix: "Write cpu in cores or thousandths of them (500m), and memory and storage in bytes with a unit (128Mi).",
  source: "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#resource-units-in-kubernetes",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      containers:
        - name: a
          image: a:1
          resources: { requests: { cpu: 100Mi, memory: 64Mi } }
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      containers:
        - name: a
          image: a:1
          resources: { requests: { cpu: 100m, memory: 64Mi } }
  `,
  *check(scope) {
    for (const pods of scope.pods) yield* within(pods.manifest, podIssues(pods));
    yield* claimIssues(scope);
  },
});

type Amounts = Readonly<Record<string, IntOrString>>;
interface Resources {
  readonly requests?: Amounts;
  readonly limits?: Amounts;
}

function* podIssues({ spec, path, containers }: Pods): Generator<Issue> {
  yield* resourcesIssues(spec.resources, `${path}.resources`);
  for (const { container, path: at } of containers) yield* resourcesIssues(container.resources, `${at}.resources`);
  for (const name of ["memory", "ephemeral-storage"])
    if ((quantity(own(spec.overhead, name)) ?? 0) % 1 !== 0)
      yield* bytesIssues(own(spec.overhead, name), name, joined(`${path}.overhead`, name));
  for (const [index, { ephemeral }] of (spec.volumes ?? []).entries())
    yield* storageIssues(ephemeral?.volumeClaimTemplate?.spec, `${path}.volumes[${index}].ephemeral.volumeClaimTemplate.spec`);
}

function* resourcesIssues({ requests = {}, limits = {} }: Resources = {}, path: string): Generator<Issue> {
  // The server takes a limit for the request too where only the limit is given.
  const cpu = own(requests, "cpu");
  if (cpu !== undefined) yield* cpuIssues(cpu, `${path}.requests.cpu`, true);
  yield* cpuIssues(own(limits, "cpu"), `${path}.limits.cpu`, cpu === undefined);
  for (const name of ["memory", "ephemeral-storage"]) {
    yield* bytesIssues(own(requests, name), name, joined(`${path}.requests`, name));
    yield* bytesIssues(own(limits, name), name, joined(`${path}.limits`, name));
  }
}

/** Cores that a few machines have, and cores that none has. */
const [manyCores, tooManyCores] = [100, 1000];

function* cpuIssues(amount: IntOrString | undefined, path: string, isRequested: boolean): Generator<Issue> {
  const cores = quantity(amount) ?? 0;
  if (cores < manyCores || (!isRequested && cores < tooManyCores)) return;
  const isBytes = /[KMGTPE]i?$/i.test(String(amount));
  const verb = isRequested ? "requests" : "allows";
  yield {
    path,
    message: `${shownValue(amount)} ${verb} ${Math.round(cores)} cores${isBytes ? ": the unit is one of bytes" : ""}${
      isRequested && cores >= tooManyCores ? ", and no node has as many" : ""
    }`,
    fix: isBytes ? "A tenth of a core is 100m." : `If a part of a core is meant, write ${Math.round(cores)}m.`,
    ...(isRequested && cores >= tooManyCores ? { severity: "error" } : {}),
  };
}

/** Bytes below which no program runs and no volume is of use. */
const fewBytes = 2 ** 20;

function* bytesIssues(amount: IntOrString | undefined, name: string, path: string): Generator<Issue> {
  const bytes = quantity(amount) ?? 0;
  if (bytes <= 0 || (bytes >= fewBytes && bytes % 1 === 0)) return;
  const found = `${shownValue(amount)} of ${name} is`;
  yield {
    path,
    message: bytes % 1 === 0 ? `${found} only ${bytes} bytes` : `${found} a fraction of a byte: m is a thousandth`,
    fix: "Mebibytes are written as 128Mi.",
  };
}

/** Claims of volumes, of which a request of a few bytes is as good as none. */
function* claimIssues(scope: Scope): Generator<ManifestIssue> {
  for (const manifest of scope.ofKind("PersistentVolumeClaim")) yield* within(manifest, storageIssues(manifest.object.spec, "spec"));
  for (const manifest of scope.ofKind("apps/StatefulSet"))
    for (const [index, { spec }] of (manifest.object.spec?.volumeClaimTemplates ?? []).entries())
      yield* within(manifest, storageIssues(spec, `spec.volumeClaimTemplates[${index}].spec`));
}

function* storageIssues({ resources = {} }: ClaimSpec = {}, path: string): Generator<Issue> {
  for (const kind of ["requests", "limits"] as const)
    yield* bytesIssues(own(resources[kind], "storage"), "storage", `${path}.resources.${kind}.storage`);
}
