import type { Issue, PodSpec } from "../../kubernetes/index.ts";
import {
  isId,
  isLabel,
  isLabelValue,
  isOlderAddress,
  isQualifiedName,
  isSearchDomain,
  isSubdomain,
  isSysctl,
  shownValue,
} from "../../kubernetes/index.ts";
import { own } from "../../outside/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import type { Pods } from "../scope.ts";
import { affinityIssues } from "./affinity.ts";
import { atLeast, each, formed, objectName, oneOf, required, unique, within } from "./issues.ts";
import { profileIssues } from "./profile.ts";
import { selectorIssues } from "./selector.ts";
import { volumeIssues } from "./volume.ts";

export const pods = rule({
  id: "schema/pod",
  severity: "error",
  why: "What the API server's validation refuses in a pod fails the sync of its whole app, or leaves a controller unable to make pods.",
  fix: "Remove the field, or change it as the message says.",
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
    for (const pods of scope.pods) yield* within(pods.manifest, podIssues(pods));
  },
});

/** The restart policies the pods of a kind may have. */
const restartPolicies: Readonly<Record<string, readonly string[]>> = {
  Pod: ["Always", "OnFailure", "Never"],
  Job: ["OnFailure", "Never"],
  CronJob: ["OnFailure", "Never"],
};

function* podIssues(pods: Pods): Generator<Issue> {
  const { spec, path } = pods;
  yield* restartPolicyIssues(pods);
  yield* dnsIssues(spec, path);
  yield* nameIssues(spec, path);
  yield* atLeast(spec.activeDeadlineSeconds, 1, `${path}.activeDeadlineSeconds`);
  if (spec.shareProcessNamespace && spec.hostPID)
    yield { path: `${path}.shareProcessNamespace`, message: "hostPID is set too, and they exclude each other" };
  if ((spec.ephemeralContainers ?? []).length > 0)
    yield {
      path: `${path}.ephemeralContainers`,
      message: "can't be applied: an ephemeral container is added to a pod that runs",
      fix: "Use kubectl debug, or a sidecar: an init container with restartPolicy Always.",
    };
  yield* securityIssues(spec, `${path}.securityContext`);
  yield* volumeIssues(spec.volumes ?? [], `${path}.volumes`);
  yield* placementIssues(spec, path);
}

function* restartPolicyIssues({ spec, path, manifest }: Pods): Generator<Issue> {
  const { kind } = manifest.object;
  const allowed = own(restartPolicies, kind) ?? ["Always"];
  // A Job's pods must name theirs: what the server would fill in isn't allowed there.
  if (spec.restartPolicy == null && !allowed.includes("Always"))
    yield {
      path: `${path}.restartPolicy`,
      message: `is required in a ${kind} but missing`,
      fix: `Add restartPolicy: ${allowed.join(" or ")}.`,
    };
  yield* formed(
    spec.restartPolicy,
    (value) => (value === "" ? allowed.includes("Always") : allowed.includes(String(value))),
    `${path}.restartPolicy`,
    `${allowed.join(" or ")} in a ${kind}`,
  );
}

function* dnsIssues({ dnsPolicy, dnsConfig = {}, hostAliases }: PodSpec, path: string): Generator<Issue> {
  yield* oneOf(dnsPolicy, ["", "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"], `${path}.dnsPolicy`);
  const { nameservers = [], searches, options } = dnsConfig;
  if (dnsPolicy === "None" && nameservers.length === 0)
    yield { path: `${path}.dnsConfig.nameservers`, message: "is required with dnsPolicy None but missing" };
  yield* each(nameservers, `${path}.dnsConfig.nameservers`, (address, at) => formed(address, isOlderAddress, at, "an IP address"));
  yield* each(searches, `${path}.dnsConfig.searches`, (domain, at) => formed(domain, isSearchDomain, at, "a DNS name"));
  yield* each(options, `${path}.dnsConfig.options`, (option, at) => required(option?.name, `${at}.name`));
  yield* each(hostAliases, `${path}.hostAliases`, function* ({ ip = "", hostnames }, at) {
    yield* formed(ip, isOlderAddress, `${at}.ip`, "an IP address");
    yield* each(hostnames, `${at}.hostnames`, (name, place) => formed(name, isSubdomain, place, "a DNS name"));
  });
}

function* nameIssues(spec: PodSpec, path: string): Generator<Issue> {
  if (spec.os)
    yield* formed(spec.os.name ?? "", (name) => name === "linux" || name === "windows", `${path}.os.name`, "one of linux, windows");
  yield* objectName(spec.serviceAccountName, `${path}.serviceAccountName`);
  yield* objectName(spec.priorityClassName, `${path}.priorityClassName`);
  for (const key of ["hostname", "subdomain"] as const)
    yield* formed(spec[key], (name) => name === "" || isLabel(name), `${path}.${key}`, "at most 63 lower-case letters, digits and '-'");
  yield* oneOf(spec.preemptionPolicy, ["PreemptLowerPriority", "Never"], `${path}.preemptionPolicy`);
}

function* securityIssues({ securityContext, os }: PodSpec, path: string): Generator<Issue> {
  if (!securityContext) return;
  const { supplementalGroups, sysctls = [], fsGroupChangePolicy, seccompProfile, appArmorProfile } = securityContext;
  for (const key of ["runAsUser", "runAsGroup", "fsGroup"] as const)
    yield* formed(securityContext[key], isId, `${path}.${key}`, "an id from 0 to 2147483647");
  yield* each(supplementalGroups, `${path}.supplementalGroups`, (id, at) => formed(id, isId, at, "an id from 0 to 2147483647"));
  yield* oneOf(fsGroupChangePolicy, ["OnRootMismatch", "Always"], `${path}.fsGroupChangePolicy`);
  yield* profileIssues(seccompProfile, `${path}.seccompProfile`);
  yield* profileIssues(appArmorProfile, `${path}.appArmorProfile`);
  yield* each(sysctls, `${path}.sysctls`, function* ({ name = "" }, at) {
    yield* required(name, `${at}.name`);
    yield* formed(name, (value) => value === "" || isSysctl(value), `${at}.name`, "a sysctl's name");
  });
  yield* unique(sysctls, ({ name }) => name, `${path}.sysctls`, "name");
  if (os?.name === "windows" && seccompProfile) yield { path: `${path}.seccompProfile`, message: "can't be set for Windows pods" };
}

/** Where a pod may run. */
function* placementIssues(spec: PodSpec, path: string): Generator<Issue> {
  for (const [key, value] of Object.entries(spec.nodeSelector ?? {}))
    if (!isQualifiedName(key) || !isLabelValue(value))
      yield { path: `${path}.nodeSelector`, message: `expected labels, found ${shownValue({ [key]: value })}` };
  if (spec.affinity) yield* affinityIssues(spec.affinity, `${path}.affinity`);
  yield* each(spec.tolerations, `${path}.tolerations`, tolerationIssues);
  const spreads = spec.topologySpreadConstraints ?? [];
  yield* each(spreads, `${path}.topologySpreadConstraints`, spreadIssues);
  yield* unique(
    spreads,
    ({ topologyKey, whenUnsatisfiable }) => `${topologyKey} ${whenUnsatisfiable}`,
    `${path}.topologySpreadConstraints`,
    "topologyKey and whenUnsatisfiable",
  );
}

type Toleration = NonNullable<PodSpec["tolerations"]>[number];

function* tolerationIssues({ key, operator = "Equal", value, effect, tolerationSeconds }: Toleration, path: string): Generator<Issue> {
  yield* formed(key, (name) => name === "" || isQualifiedName(name), `${path}.key`, "a label's key");
  yield* oneOf(operator, ["Equal", "Exists", "", "Lt", "Gt"], `${path}.operator`);
  if (!key && operator !== "Exists") yield { path: `${path}.operator`, message: "must be Exists where there is no key" };
  if (operator === "Exists" && value) yield { path: `${path}.value`, message: "must be empty with the operator Exists" };
  if (operator === "Equal") yield* formed(value, isLabelValue, `${path}.value`, "a label's value");
  yield* oneOf(effect, ["", "NoSchedule", "PreferNoSchedule", "NoExecute"], `${path}.effect`);
  if (tolerationSeconds !== undefined && effect !== "NoExecute")
    yield { path: `${path}.effect`, message: "must be NoExecute with tolerationSeconds" };
}

type Spread = NonNullable<PodSpec["topologySpreadConstraints"]>[number];

function* spreadIssues(spread: Spread, path: string): Generator<Issue> {
  const { maxSkew = 0, topologyKey, whenUnsatisfiable = "", minDomains, labelSelector, matchLabelKeys = [] } = spread;
  yield* formed(maxSkew, (value) => Number(value) >= 1, `${path}.maxSkew`, "at least 1");
  yield* required(topologyKey, `${path}.topologyKey`);
  yield* formed(
    whenUnsatisfiable,
    (value) => value === "DoNotSchedule" || value === "ScheduleAnyway",
    `${path}.whenUnsatisfiable`,
    "one of DoNotSchedule, ScheduleAnyway",
  );
  yield* oneOf(spread.nodeAffinityPolicy, ["Honor", "Ignore"], `${path}.nodeAffinityPolicy`);
  yield* oneOf(spread.nodeTaintsPolicy, ["Honor", "Ignore"], `${path}.nodeTaintsPolicy`);
  if (labelSelector) yield* selectorIssues(labelSelector, `${path}.labelSelector`);
  yield* atLeast(minDomains, 1, `${path}.minDomains`);
  if (minDomains !== undefined && whenUnsatisfiable === "ScheduleAnyway")
    yield { path: `${path}.minDomains`, message: "is for whenUnsatisfiable DoNotSchedule only" };
  yield* each(matchLabelKeys, `${path}.matchLabelKeys`, (key, at) => formed(key, isQualifiedName, at, "a label's key"));
  const named = new Set(Object.keys(labelSelector?.matchLabels ?? {}));
  for (const key of matchLabelKeys)
    if (named.has(key)) yield { path: `${path}.matchLabelKeys`, message: `the label selector names ${shownValue(key)} too` };
  if (matchLabelKeys.length > 0 && !labelSelector) yield { path: `${path}.matchLabelKeys`, message: "needs a labelSelector" };
}
