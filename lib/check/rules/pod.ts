import type { Issue, PodSpec } from "../../kubernetes/index.ts";
import { isAddress, isId, isLabel, isLabelValue, isQualifiedName, isSubdomain } from "../../kubernetes/index.ts";
import { own } from "../../outside/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import type { Pods } from "../scope.ts";
import { affinityIssues } from "./affinity.ts";
import { atLeast, formed, oneOf, required, unique, within } from "./issues.ts";
import { profileIssues } from "./profile.ts";
import { selectorIssues } from "./selector.ts";
import { volumeIssues } from "./volume.ts";

export const pods = rule({
  id: "schema/pod",
  severity: "error",
  why: "What the API server's validation refuses in a pod fails the sync of its whole app, or leaves a controller unable to make pods.",
  fix: "Change the field as the message says.",
  source: "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodSpec",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      restartPolicy: Sometimes
      containers: [{ name: a, image: a:1 }]
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      restartPolicy: Never
      containers: [{ name: a, image: a:1 }]
  `,
  *check(scope) {
    for (const one of scope.pods) yield* within(one.manifest, podIssues(one));
  },
});

/** The restart policies the pods of a kind may have. */
const restartPolicies: Readonly<Record<string, readonly string[]>> = {
  Pod: ["Always", "OnFailure", "Never"],
  Job: ["OnFailure", "Never"],
  CronJob: ["OnFailure", "Never"],
};

function* podIssues({ spec, path, manifest }: Pods): Generator<Issue> {
  const { kind } = manifest.object;
  const allowed = own(restartPolicies, kind) ?? ["Always"];
  // A Job's pods must say theirs: what the server would fill in isn't allowed there.
  const policy = spec.restartPolicy ?? (allowed.includes("Always") ? undefined : "Always");
  yield* formed(
    policy,
    (value) => (value === "" ? allowed.includes("Always") : allowed.includes(String(value))),
    `${path}.restartPolicy`,
    `${allowed.join(" or ")} in a ${kind}`,
  );
  yield* oneOf(spec.dnsPolicy, ["", "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"], `${path}.dnsPolicy`);
  if (spec.dnsPolicy === "None" && (spec.dnsConfig?.nameservers ?? []).length === 0)
    yield { path: `${path}.dnsConfig.nameservers`, message: "is required with dnsPolicy None, and isn't there" };
  for (const [index, address] of (spec.dnsConfig?.nameservers ?? []).entries())
    yield* formed(address, isAddress, `${path}.dnsConfig.nameservers[${index}]`, "an IP address");
  for (const [index, domain] of (spec.dnsConfig?.searches ?? []).entries())
    yield* formed(
      domain,
      (one) => one === "." || isSubdomain(String(one).replace(/\.$/, "").replaceAll("_", "-")),
      `${path}.dnsConfig.searches[${index}]`,
      "a DNS name",
    );
  for (const [index, one] of (spec.dnsConfig?.options ?? []).entries())
    yield* required(one?.name, `${path}.dnsConfig.options[${index}].name`);
  if (spec.os)
    yield* formed(spec.os.name ?? "", (name) => name === "linux" || name === "windows", `${path}.os.name`, "one of linux, windows");
  yield* atLeast(spec.activeDeadlineSeconds, 1, `${path}.activeDeadlineSeconds`);
  yield* formed(spec.serviceAccountName, (name) => name === "" || isSubdomain(name), `${path}.serviceAccountName`, "an object's name");
  yield* formed(spec.hostname, (name) => name === "" || isLabel(name), `${path}.hostname`, "at most 63 lower-case letters, digits and '-'");
  yield* formed(
    spec.subdomain,
    (name) => name === "" || isLabel(name),
    `${path}.subdomain`,
    "at most 63 lower-case letters, digits and '-'",
  );
  yield* formed(spec.priorityClassName, (name) => name === "" || isSubdomain(name), `${path}.priorityClassName`, "an object's name");
  yield* oneOf(spec.preemptionPolicy, ["PreemptLowerPriority", "Never"], `${path}.preemptionPolicy`);
  if (spec.shareProcessNamespace && spec.hostPID)
    yield { path: `${path}.shareProcessNamespace`, message: "hostPID is set too, and they exclude each other" };
  for (const [key, value] of Object.entries(spec.nodeSelector ?? {})) {
    if (!isQualifiedName(key) || !isLabelValue(value))
      yield { path: `${path}.nodeSelector`, message: `expected labels, found ${JSON.stringify({ [key]: value })}` };
  }
  if ((spec.ephemeralContainers ?? []).length > 0)
    yield {
      path: `${path}.ephemeralContainers`,
      message: "can't be applied: an ephemeral container is added to a pod that runs",
      fix: "Use kubectl debug, or a sidecar: an init container with restartPolicy Always.",
    };
  yield* securityIssues(spec, `${path}.securityContext`);
  yield* volumeIssues(spec.volumes ?? [], `${path}.volumes`);
  yield* placementIssues(spec, path);
  if (spec.affinity) yield* affinityIssues(spec.affinity, `${path}.affinity`);
  for (const [index, { ip, hostnames = [] }] of (spec.hostAliases ?? []).entries()) {
    yield* formed(ip ?? "", isAddress, `${path}.hostAliases[${index}].ip`, "an IP address");
    for (const [at, name] of hostnames.entries())
      yield* formed(name, isSubdomain, `${path}.hostAliases[${index}].hostnames[${at}]`, "a DNS name");
  }
}

function* securityIssues({ securityContext, os }: PodSpec, path: string): Generator<Issue> {
  if (!securityContext) return;
  for (const key of ["runAsUser", "runAsGroup", "fsGroup"] as const)
    yield* formed(securityContext[key], isId, `${path}.${key}`, "an id from 0 to 2147483647");
  for (const [index, id] of (securityContext.supplementalGroups ?? []).entries())
    yield* formed(id, isId, `${path}.supplementalGroups[${index}]`, "an id from 0 to 2147483647");
  yield* oneOf(securityContext.fsGroupChangePolicy, ["OnRootMismatch", "Always"], `${path}.fsGroupChangePolicy`);
  yield* profileIssues(securityContext.seccompProfile, `${path}.seccompProfile`);
  yield* profileIssues(securityContext.appArmorProfile, `${path}.appArmorProfile`);
  for (const [index, { name = "" }] of (securityContext.sysctls ?? []).entries()) {
    yield* required(name, `${path}.sysctls[${index}].name`);
    yield* formed(
      name,
      (one) =>
        one === "" ||
        (String(one).length <= 253 && /^[a-z0-9]([-_a-z0-9]*[a-z0-9])?([./][a-z0-9*]([-_a-z0-9*]*[a-z0-9*])?)*$/.test(String(one))),
      `${path}.sysctls[${index}].name`,
      "a sysctl's name",
    );
  }
  yield* unique(securityContext.sysctls ?? [], ({ name }: { name?: string }) => name, `${path}.sysctls`, "name");
  if (os?.name === "windows" && securityContext.seccompProfile)
    yield { path: `${path}.seccompProfile`, message: "can't be set for Windows pods" };
}

function* placementIssues(spec: PodSpec, path: string): Generator<Issue> {
  for (const [index, toleration] of (spec.tolerations ?? []).entries()) {
    const at = `${path}.tolerations[${index}]`;
    const { key, operator = "Equal", value, effect, tolerationSeconds } = toleration;
    yield* formed(key, (one) => one === "" || isQualifiedName(one), `${at}.key`, "a label's key");
    yield* oneOf(operator, ["Equal", "Exists", "", "Lt", "Gt"], `${at}.operator`);
    if (!key && operator !== "Exists") yield { path: `${at}.operator`, message: "must be Exists where there is no key" };
    if (operator === "Exists" && value) yield { path: `${at}.value`, message: "must be empty with the operator Exists" };
    if (operator === "Equal") yield* formed(value, isLabelValue, `${at}.value`, "a label's value");
    yield* oneOf(effect, ["", "NoSchedule", "PreferNoSchedule", "NoExecute"], `${at}.effect`);
    if (tolerationSeconds !== undefined && effect !== "NoExecute")
      yield { path: `${at}.effect`, message: "must be NoExecute with tolerationSeconds" };
  }
  const spreads = spec.topologySpreadConstraints ?? [];
  for (const [index, spread] of spreads.entries()) {
    const at = `${path}.topologySpreadConstraints[${index}]`;
    yield* formed(spread.maxSkew ?? 0, (value) => Number(value) >= 1, `${at}.maxSkew`, "at least 1");
    yield* required(spread.topologyKey, `${at}.topologyKey`);
    yield* formed(
      spread.whenUnsatisfiable ?? "",
      (value) => value === "DoNotSchedule" || value === "ScheduleAnyway",
      `${at}.whenUnsatisfiable`,
      "one of DoNotSchedule, ScheduleAnyway",
    );
    yield* oneOf(spread.nodeAffinityPolicy, ["Honor", "Ignore"], `${at}.nodeAffinityPolicy`);
    yield* oneOf(spread.nodeTaintsPolicy, ["Honor", "Ignore"], `${at}.nodeTaintsPolicy`);
    if (spread.labelSelector) yield* selectorIssues(spread.labelSelector, `${at}.labelSelector`);
    for (const [place, key] of (spread.matchLabelKeys ?? []).entries())
      yield* formed(key, isQualifiedName, `${at}.matchLabelKeys[${place}]`, "a label's key");
    yield* atLeast(spread.minDomains, 1, `${at}.minDomains`);
    if (spread.minDomains !== undefined && spread.whenUnsatisfiable === "ScheduleAnyway")
      yield { path: `${at}.minDomains`, message: "is for whenUnsatisfiable DoNotSchedule only" };
    const own = new Set(Object.keys(spread.labelSelector?.matchLabels ?? {}));
    for (const key of spread.matchLabelKeys ?? []) {
      if (own.has(key)) yield { path: `${at}.matchLabelKeys`, message: `the label selector names ${JSON.stringify(key)} too` };
      if (!spread.labelSelector) yield { path: `${at}.matchLabelKeys`, message: "needs a labelSelector" };
    }
  }
  yield* unique(
    spreads,
    ({ topologyKey, whenUnsatisfiable }: { topologyKey?: string; whenUnsatisfiable?: string }) => `${topologyKey} ${whenUnsatisfiable}`,
    `${path}.topologySpreadConstraints`,
    "topologyKey and whenUnsatisfiable",
  );
}
