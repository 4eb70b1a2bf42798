import { type Issue, joined, type NodeSelectorTerm } from "../../kubernetes/index.ts";
import { own } from "../../outside/index.ts";
import { slipOf } from "../../problem/index.ts";
import { yaml } from "../example.ts";
import { selectorOf } from "../read.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import type { Pods, Scope } from "../scope.ts";
import { each, within } from "./issues.ts";

export const nodeLabel = rule({
  id: "rollout/node-label",
  severity: "warning",
  why: "Pods that ask for a label or value that no node has stay Pending, and deprecated labels, as beta.kubernetes.io/os, may go with a later version.",
  fix: "Use the label that Kubernetes sets on nodes.",
  source: "https://kubernetes.io/docs/reference/labels-annotations-taints/",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec: { nodeSelector: { kubernetes.io/arch: x86_64 }, containers: [{ name: a, image: a:1 }] }
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec: { nodeSelector: { kubernetes.io/arch: amd64 }, containers: [{ name: a, image: a:1 }] }
  `,
  *check(scope) {
    for (const pods of scope.pods) yield* within(pods.manifest, podIssues(pods));
    yield* clusterIssues(scope);
  },
});

/** Labels that were renamed, with their names now. */
const renamed: Readonly<Record<string, string>> = {
  "beta.kubernetes.io/os": "kubernetes.io/os",
  "beta.kubernetes.io/arch": "kubernetes.io/arch",
  "beta.kubernetes.io/instance-type": "node.kubernetes.io/instance-type",
  "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
  "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
  "node-role.kubernetes.io/master": "node-role.kubernetes.io/control-plane",
};
/** Labels that nothing took the place of. */
const outdated: Readonly<Record<string, string>> = {
  "app.kubernetes.io/created-by": "Choose nodes by another label.",
  "scheduler.alpha.kubernetes.io/preferAvoidPods": "Use taints and tolerations.",
};
const known = [...new Set([...Object.values(renamed), "kubernetes.io/hostname"])];
/** The values that a label has: those of Go's GOOS and GOARCH. */
const values: Readonly<Record<string, readonly string[]>> = {
  "kubernetes.io/os": ["linux", "windows"],
  "kubernetes.io/arch": ["amd64", "arm64", "arm", "386", "ppc64le", "s390x", "riscv64"],
};
const meantValues: Readonly<Record<string, string>> = { x86_64: "amd64", x86: "amd64", x64: "amd64", aarch64: "arm64", armv8: "arm64" };

function* podIssues({ spec, path }: Pods): Generator<Issue> {
  for (const [key, value] of Object.entries(spec.nodeSelector ?? {})) {
    yield* keyIssues(key, joined(`${path}.nodeSelector`, key));
    yield* valueIssues(key, value, joined(`${path}.nodeSelector`, key));
  }
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  yield* each(required, `${path}.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`, (term, at) =>
    each(term.matchExpressions, `${at}.matchExpressions`, function* ({ key = "", operator, values: asked = [] }, place) {
      yield* keyIssues(key, `${place}.key`);
      if (operator === "In" && asked.length === 1) yield* valueIssues(key, asked[0] ?? "", `${place}.values[0]`);
    }),
  );
  const { preferredDuringSchedulingIgnoredDuringExecution: preferred } = spec.affinity?.nodeAffinity ?? {};
  yield* each(preferred, `${path}.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution`, ({ preference }, at) =>
    each(preference?.matchExpressions, `${at}.preference.matchExpressions`, ({ key = "" }, place) => keyIssues(key, `${place}.key`)),
  );
  yield* each(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`, ({ topologyKey = "" }, at) =>
    keyIssues(topologyKey, `${at}.topologyKey`),
  );
  const keys = new Set((spec.tolerations ?? []).map(({ key }) => key));
  const [before, now] = ["node-role.kubernetes.io/master", "node-role.kubernetes.io/control-plane"];
  const isForAll = (spec.tolerations ?? []).some(({ key, operator }) => !key && operator === "Exists");
  if (keys.has(before) && !keys.has(now) && !isForAll)
    yield {
      path: `${path}.tolerations`,
      message: `tolerates ${before}, a taint that nodes no longer have since Kubernetes 1.25`,
      fix: `Tolerate ${now} too.`,
    };
}

/** Objects of the cluster that choose nodes by their labels. */
function* clusterIssues(scope: Scope): Generator<ManifestIssue> {
  for (const manifest of scope.ofKind("PersistentVolume"))
    yield* within(
      manifest,
      each(
        manifest.object.spec?.nodeAffinity?.required?.nodeSelectorTerms,
        "spec.nodeAffinity.required.nodeSelectorTerms",
        expressionIssues,
      ),
    );
  for (const manifest of scope.ofKind("storage.k8s.io/StorageClass"))
    yield* within(
      manifest,
      each(manifest.object.allowedTopologies, "allowedTopologies", ({ matchLabelExpressions }, path) =>
        each(matchLabelExpressions, `${path}.matchLabelExpressions`, ({ key = "" }, at) => keyIssues(key, `${at}.key`)),
      ),
    );
  for (const manifest of scope.ofKind("node.k8s.io/RuntimeClass"))
    yield* within(manifest, labelsIssues(manifest.object.scheduling?.nodeSelector, "scheduling.nodeSelector"));
  for (const manifest of scope.ofCustomKind("storage.k8s.io/CSIStorageCapacity")) {
    const topology = selectorOf(Reflect.get(manifest.object, "nodeTopology"));
    yield* within(manifest, labelsIssues(topology.matchLabels, "nodeTopology.matchLabels"));
    yield* within(manifest, expressionIssues(topology, "nodeTopology"));
  }
}

const expressionIssues = ({ matchExpressions }: Pick<NodeSelectorTerm, "matchExpressions">, path: string): Iterable<Issue> =>
  each(matchExpressions, `${path}.matchExpressions`, ({ key = "" }, at) => keyIssues(key, `${at}.key`));

function* labelsIssues(labels: Readonly<Record<string, string>> = {}, path: string): Generator<Issue> {
  for (const key of Object.keys(labels)) yield* keyIssues(key, joined(path, key));
}

function* keyIssues(key: string, path: string): Generator<Issue> {
  const now = own(renamed, key);
  if (now !== undefined) yield { path, message: `${key} is the deprecated name of ${now}`, fix: `Use ${now}.` };
  const fix = own(outdated, key);
  if (fix !== undefined) yield { path, message: `${key} is deprecated`, fix };
  const meant = now === undefined && !known.includes(key) ? slipOf(key, known) : undefined;
  if (meant) yield { path, message: `nodes have no label "${key}"`, fix: `Did you mean "${meant}"?` };
}

function* valueIssues(key: string, value: string, path: string): Generator<Issue> {
  const all = own(values, own(renamed, key) ?? key);
  if (!all || all.includes(value)) return;
  const meant = own(meantValues, value.toLowerCase()) ?? all.find((known) => known === value.toLowerCase());
  yield {
    path,
    message: `no node has ${key}: ${value}`,
    fix: meant ? `Write ${meant}.` : `It is one of ${all.join(", ")}.`,
    severity: "error",
  };
}

export const capability = rule({
  id: "rollout/capability",
  severity: "warning",
  why: "A runtime that doesn't know the name of a capability ignores it or refuses the container: the process doesn't get it, or keeps it.",
  fix: "Write the name as Linux has it, in upper case and without CAP_.",
  source: "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#set-capabilities-for-a-container",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec: { containers: [{ name: a, image: a:1, securityContext: { capabilities: { add: [CAP_NET_ADMIN] } } }] }
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec: { containers: [{ name: a, image: a:1, securityContext: { capabilities: { add: [NET_ADMIN] } } }] }
  `,
  *check(scope) {
    for (const { manifest, containers } of scope.pods)
      for (const { container, path } of containers)
        for (const list of ["add", "drop"] as const)
          yield* within(
            manifest,
            each(container.securityContext?.capabilities?.[list], `${path}.securityContext.capabilities.${list}`, capabilityIssues),
          );
  },
});

/** https://man7.org/linux/man-pages/man7/capabilities.7.html */
const capabilities = new Set(
  `ALL AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID IPC_LOCK
  IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW PERFMON SETFCAP SETGID
  SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME
  SYS_TTY_CONFIG WAKE_ALARM`.split(/\s+/),
);

function* capabilityIssues(name: string, path: string): Generator<Issue> {
  // Runtimes compare ALL without regard to case.
  if (capabilities.has(name) || name.toUpperCase() === "ALL") return;
  const plain = name.toUpperCase().replace(/^CAP_/, "");
  const meant = capabilities.has(plain) ? plain : slipOf(plain, capabilities);
  yield { path, message: `no capability is called "${name}"`, ...(meant ? { fix: `Write ${meant}.` } : {}) };
}

export const hostNetwork = rule({
  id: "rollout/host-network",
  severity: "warning",
  why: "On the host's network, with the dnsPolicy ClusterFirst, the kubelet gives a pod the node's resolver: names of Services don't resolve.",
  fix: "Set dnsPolicy: ClusterFirstWithHostNet, or Default where the pod asks for no Service.",
  source: "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec: { hostNetwork: true, containers: [{ name: a, image: a:1 }] }
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec: { hostNetwork: true, dnsPolicy: ClusterFirstWithHostNet, containers: [{ name: a, image: a:1 }] }
  `,
  *check(scope) {
    for (const { manifest, spec, path, namespace } of scope.pods)
      if (spec.hostNetwork && (spec.dnsPolicy ?? "ClusterFirst") === "ClusterFirst" && namespace !== "kube-system")
        yield { manifest, path: `${path}.dnsPolicy`, message: "is ClusterFirst, which counts as Default with hostNetwork" };
  },
});
