import type { Container, ContainerPort, EnvVar, IntOrString, Issue, PlacedContainer, Probe, ProbeHandler } from "../../kubernetes/index.ts";
import {
  isDataKey,
  isDescendingPath,
  isEnvName,
  isHeaderName,
  isId,
  isKind,
  isLabel,
  isPort,
  isPortName,
  isResourceName,
  joined,
  minorOf,
  quantity,
  shownValue,
  standardResources,
} from "../../kubernetes/index.ts";
import { own } from "../../outside/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import type { Pods } from "../scope.ts";
import { fieldReferenceIssues, resourceReferenceIssues } from "./downward.ts";
import { atLeast, each, exactlyOne, formed, objectName, oneOf, required, unique, within } from "./issues.ts";
import { profileIssues } from "./profile.ts";

export const containers = rule({
  id: "schema/container",
  severity: "error",
  why: "What the API server's validation refuses in a container fails the sync of the whole app, or keeps a controller from creating pods.",
  fix: "Remove the field, or change it as the message says.",
  source: "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Container",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      containers:
        - name: a
          image: a:1
          resources:
            requests: { memory: 2Gi }
            limits: { memory: 1Gi }
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      containers:
        - name: a
          image: a:1
          resources:
            requests: { memory: 1Gi }
            limits: { memory: 1Gi }
  `,
  *check({ pods, environment }) {
    const minor = minorOf(environment.kubernetes);
    for (const pod of pods) {
      for (const placed of pod.containers) yield* within(pod.manifest, containerIssues(placed, pod, minor));
      yield* within(pod.manifest, togetherIssues(pod));
    }
  },
});

/** What holds for a pod's containers together. */
function* togetherIssues({ spec, path, containers: all }: Pods): Generator<Issue> {
  if ((spec.containers ?? []).length === 0) yield { path: `${path}.containers`, message: "expected at least one container, found none" };
  yield* nameClashes(all);
  yield* hostPortClashes(all);
  if (spec.hostNetwork) yield* hostNetworkIssues(all);
}

function* nameClashes(all: readonly PlacedContainer[]): Generator<Issue> {
  const names = new Map<string, string>();
  for (const {
    container: { name },
    path,
  } of all) {
    if (name === undefined) continue;
    const other = names.get(name);
    if (other) yield { path: `${path}.name`, message: `another container of the pod is named "${name}": ${other}` };
    else names.set(name, path);
  }
}

function* hostPortClashes(all: readonly PlacedContainer[]): Generator<Issue> {
  const lasting = all.filter(({ container, list }) => list !== "initContainers" || container.restartPolicy === "Always");
  const taken = new Map<string, string>();
  for (const { container, path } of lasting)
    for (const [index, { hostPort, hostIP = "", protocol = "TCP" }] of (container.ports ?? []).entries()) {
      if (!hostPort) continue;
      const key = `${hostPort}/${protocol}/${hostIP}`;
      const other = taken.get(key);
      if (other)
        yield { path: `${path}.ports[${index}].hostPort`, message: `another container takes the host's port ${hostPort}: ${other}` };
      else taken.set(key, path);
    }
}

/** On the host's network a container's port is the host's. */
function* hostNetworkIssues(all: readonly PlacedContainer[]): Generator<Issue> {
  for (const { container, path } of all)
    for (const [index, { hostPort, containerPort }] of (container.ports ?? []).entries())
      if (hostPort && containerPort && hostPort !== containerPort)
        yield {
          path: `${path}.ports[${index}].hostPort`,
          message: `must be the containerPort (${containerPort}) with hostNetwork, found ${hostPort}`,
          fix: "Leave hostPort out.",
        };
}

function* containerIssues({ container, path, list }: PlacedContainer, pods: Pods, minor: number): Generator<Issue> {
  yield* required(container.name, `${path}.name`);
  yield* formed(
    container.name,
    isLabel,
    `${path}.name`,
    "at most 63 lower-case letters, digits and '-', beginning and ending with a letter or digit",
  );
  yield* required(container.image, `${path}.image`);
  yield* formed(container.image, (image) => image === "" || String(image).trim() === image, `${path}.image`, "no space before or after");
  yield* oneOf(container.imagePullPolicy, ["", "Always", "IfNotPresent", "Never"], `${path}.imagePullPolicy`);
  yield* oneOf(container.terminationMessagePolicy, ["", "File", "FallbackToLogsOnError"], `${path}.terminationMessagePolicy`);
  yield* each(container.ports, `${path}.ports`, portIssues);
  yield* unique(container.ports ?? [], ({ name }) => name || undefined, `${path}.ports`, "name");
  yield* each(container.env, `${path}.env`, (variable, at) => envIssues(variable, at, minor));
  yield* each(container.envFrom, `${path}.envFrom`, (source, at) => envFromIssues(source, at, minor));
  yield* resourceIssues(container, `${path}.resources`);
  yield* mountIssues(container, pods, path);
  yield* lifecycleIssues({ container, path, list }, pods);
  yield* securityIssues(container, `${path}.securityContext`);
}

function* portIssues({ containerPort, hostPort, name, protocol }: ContainerPort, path: string): Generator<Issue> {
  yield* required(containerPort, `${path}.containerPort`);
  yield* formed(containerPort, isPort, `${path}.containerPort`, "a port from 1 to 65535");
  yield* formed(hostPort, (value) => value === 0 || isPort(value), `${path}.hostPort`, "a port from 1 to 65535");
  yield* formed(
    name,
    (value) => value === "" || isPortName(value),
    `${path}.name`,
    "at most 15 lower-case letters, digits and single '-', with a letter",
  );
  yield* oneOf(protocol, ["", "TCP", "UDP", "SCTP"], `${path}.protocol`);
}

type EnvFrom = NonNullable<Container["envFrom"]>[number];

function* envFromIssues(source: EnvFrom, path: string, minor: number): Generator<Issue> {
  yield* exactlyOne(source, ["configMapRef", "secretRef"], path);
  yield* formed(
    source.prefix,
    (prefix) => prefix === "" || isEnvName(prefix, minor),
    `${path}.prefix`,
    "the beginning of a variable's name",
  );
  for (const kind of ["configMapRef", "secretRef"] as const) {
    if (source[kind]) yield* required(source[kind].name, `${path}.${kind}.name`);
    yield* objectName(source[kind]?.name, `${path}.${kind}.name`);
  }
}

/** The minor version from which on variables are read from files. */
const readsFiles = 35;

function* envIssues({ name, value, valueFrom }: EnvVar, path: string, minor: number): Generator<Issue> {
  yield* required(name, `${path}.name`);
  yield* formed(
    name,
    (value) => value === "" || isEnvName(value, minor),
    `${path}.name`,
    minor >= 32 ? "printable ASCII without '='" : "letters, digits, '_', '-' and '.', not beginning with a digit",
  );
  if (!valueFrom) return;
  const at = `${path}.valueFrom`;
  if (value) yield { path: at, message: "a variable has either a value or a valueFrom, not both" };
  const isDropped = minor === readsFiles - 1 && Object.hasOwn(valueFrom, "fileKeyRef");
  if (isDropped)
    yield {
      path: `${at}.fileKeyRef`,
      message: `is dropped before Kubernetes 1.${readsFiles}, whose feature gate EnvFiles is on by default, and a variable without a source is refused`,
      fix: "Take the value from a ConfigMap or Secret.",
    };
  else yield* exactlyOne(valueFrom, ["configMapKeyRef", "secretKeyRef", "fieldRef", "resourceFieldRef", "fileKeyRef"], at);
  for (const kind of ["configMapKeyRef", "secretKeyRef"] as const) {
    const reference = valueFrom[kind];
    if (!reference) continue;
    yield* required(reference.key, `${at}.${kind}.key`);
    yield* required(reference.name, `${at}.${kind}.name`);
    yield* formed(reference.key, (key) => key === "" || isDataKey(key), `${at}.${kind}.key`, "letters, digits, '-', '_' and '.'");
    yield* objectName(reference.name, `${at}.${kind}.name`);
  }
  if (valueFrom.fieldRef) yield* fieldReferenceIssues(valueFrom.fieldRef, `${at}.fieldRef`, false);
  if (valueFrom.resourceFieldRef) yield* resourceReferenceIssues(valueFrom.resourceFieldRef, `${at}.resourceFieldRef`, false);
}

/** Resources of which a node may promise more than it has. */
const overcommits = (name: string) => standardResources.has(name);
/** Resources that are counted in whole units. */
const isWhole = (name: string) => name.includes("/") || name.startsWith("hugepages-");

function* resourceIssues({ resources = {} }: Container, path: string): Generator<Issue> {
  const { requests = {}, limits = {} } = resources;
  for (const [name, amount] of Object.entries(requests)) yield* amountIssues(name, amount, joined(`${path}.requests`, name));
  for (const [name, amount] of Object.entries(limits)) yield* amountIssues(name, amount, joined(`${path}.limits`, name));
  for (const [name, request] of Object.entries(requests))
    yield* requestIssues(name, request, own(limits, name), joined(`${path}.requests`, name));
}

function* amountIssues(name: string, amount: IntOrString, path: string): Generator<Issue> {
  if (!isResourceName(name))
    yield { path, message: `no such resource "${name}": it is cpu, memory, ephemeral-storage, hugepages-<size>, or one with a DNS prefix` };
  yield* formed(amount, (value) => (quantity(value) ?? 0) >= 0, path, "an amount that isn't negative");
  if (isWhole(name)) yield* formed(amount, (value) => Number.isInteger(quantity(value) ?? 0), path, "a whole number");
}

function* requestIssues(name: string, request: IntOrString, limit: IntOrString | undefined, path: string): Generator<Issue> {
  if (limit === undefined) {
    if (!overcommits(name) && isWhole(name))
      yield { path, message: "needs a limit of the same amount", fix: `Add resources.limits.${name}.` };
    return;
  }
  const [requested, most] = [quantity(request), quantity(limit)];
  if (requested === undefined || most === undefined) return;
  if (requested > most)
    yield {
      path,
      message: `requests ${shownValue(request)}, more than its limit of ${shownValue(limit)}`,
      fix: "Lower the request or raise the limit.",
    };
  else if (!overcommits(name) && requested !== most)
    yield { path, message: `must equal its limit of ${shownValue(limit)}, found ${shownValue(request)}` };
}

function* mountIssues(
  { volumeMounts = [], volumeDevices }: Container,
  { spec, manifest: { object } }: Pods,
  path: string,
): Generator<Issue> {
  const claims = isKind(object, "apps/StatefulSet") ? (object.spec?.volumeClaimTemplates ?? []) : [];
  const volumes = new Set([...(spec.volumes ?? []).map(({ name }) => name), ...claims.map(({ metadata }) => metadata?.name)]);
  const known = (name: string | undefined, at: string): Issue[] =>
    !name || volumes.has(name)
      ? []
      : [{ path: `${at}.name`, message: `the pod has no volume "${name}"`, fix: `It has: ${[...volumes].sort().join(", ") || "none"}.` }];
  yield* each(volumeMounts, `${path}.volumeMounts`, function* (mount, at) {
    yield* required(mount.name, `${at}.name`);
    yield* known(mount.name, at);
    yield* mountPathIssues(mount, at);
  });
  yield* unique(volumeMounts, ({ mountPath }) => mountPath, `${path}.volumeMounts`, "mountPath");
  yield* each(volumeDevices, `${path}.volumeDevices`, function* ({ name, devicePath }, at) {
    yield* required(devicePath, `${at}.devicePath`);
    yield* known(name, at);
  });
}

type Mount = NonNullable<Container["volumeMounts"]>[number];

function* mountPathIssues({ mountPath, subPath, subPathExpr, mountPropagation }: Mount, path: string): Generator<Issue> {
  yield* required(mountPath, `${path}.mountPath`);
  yield* oneOf(mountPropagation, ["None", "HostToContainer", "Bidirectional"], `${path}.mountPropagation`);
  yield* formed(mountPath, (value) => !String(value).includes(":"), `${path}.mountPath`, "a path without ':'");
  for (const [key, value] of Object.entries({ subPath, subPathExpr }))
    yield* formed(value, isDescendingPath, `${path}.${key}`, "a relative path without '..'");
  if (subPath && subPathExpr) yield { path: `${path}.subPathExpr`, message: "subPath is set too, and they exclude each other" };
}

const probes = ["livenessProbe", "readinessProbe", "startupProbe"] as const;

function* lifecycleIssues({ container, path, list }: PlacedContainer, { spec }: Pods): Generator<Issue> {
  if (list === "initContainers") yield* initContainerIssues(container, path);
  for (const field of probes) {
    const probe = container[field];
    if (probe) yield* probeIssues(probe, `${path}.${field}`, field);
  }
  for (const hook of ["preStop", "postStart"] as const) {
    const handler = container.lifecycle?.[hook];
    if (!handler) continue;
    const at = `${path}.lifecycle.${hook}`;
    yield* handlerIssues(handler, at, ["exec", "httpGet", "tcpSocket", "sleep"], spec.terminationGracePeriodSeconds ?? 30);
  }
}

function* initContainerIssues(container: Container, path: string): Generator<Issue> {
  if (container.restartPolicy !== "Always")
    for (const field of [...probes, "lifecycle"] as const)
      if (container[field])
        yield { path: `${path}.${field}`, message: "an init container can't have it, unless its restartPolicy is Always" };
  yield* formed(
    container.restartPolicy,
    (value) => ["Always", "OnFailure", "Never"].includes(String(value)),
    `${path}.restartPolicy`,
    "Always",
  );
}

function* probeIssues(probe: Probe, path: string, field: string): Generator<Issue> {
  yield* handlerIssues(probe, path, ["exec", "httpGet", "tcpSocket", "grpc"]);
  for (const key of ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"] as const)
    yield* atLeast(probe[key], 0, `${path}.${key}`);
  if (field !== "readinessProbe")
    yield* formed(probe.successThreshold, (value) => value === 0 || value === 1, `${path}.successThreshold`, "1");
  if (probe.terminationGracePeriodSeconds !== undefined) {
    if (field === "readinessProbe")
      yield { path: `${path}.terminationGracePeriodSeconds`, message: "can't be set on a readiness probe, which ends no container" };
    else yield* atLeast(probe.terminationGracePeriodSeconds, 1, `${path}.terminationGracePeriodSeconds`);
  }
}

function* handlerIssues(handler: ProbeHandler, path: string, kinds: readonly string[], grace = 0): Generator<Issue> {
  yield* exactlyOne(handler, kinds, path);
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  if (httpGet) yield* httpIssues(httpGet, `${path}.httpGet`);
  if (tcpSocket) yield* probePort(tcpSocket.port, `${path}.tcpSocket.port`);
  if (exec && (exec.command ?? []).length === 0) yield { path: `${path}.exec.command`, message: "is required but missing" };
  if (grpc) {
    yield* required(grpc.port, `${path}.grpc.port`);
    yield* formed(grpc.port, isPort, `${path}.grpc.port`, "a port from 1 to 65535");
  }
  const seconds = sleep?.seconds ?? 0;
  if (seconds < 0 || seconds > grace)
    yield { path: `${path}.sleep.seconds`, message: `expected at most terminationGracePeriodSeconds (${grace}), found ${seconds}` };
}

function* httpIssues({ port, scheme, httpHeaders }: NonNullable<ProbeHandler["httpGet"]>, path: string): Generator<Issue> {
  yield* probePort(port, `${path}.port`);
  yield* oneOf(scheme, ["", "HTTP", "HTTPS"], `${path}.scheme`);
  yield* each(httpHeaders, `${path}.httpHeaders`, ({ name = "" }, at) =>
    formed(name, isHeaderName, `${at}.name`, "a header's name of letters, digits and '-'"),
  );
}

function* probePort(port: IntOrString | undefined, path: string): Generator<Issue> {
  yield* required(port, path);
  if (typeof port === "number") yield* formed(port, isPort, path, "a port from 1 to 65535");
  if (typeof port !== "string") return;
  yield* formed(port, isPortName, path, "a port's number, or its name of at most 15 lower-case letters, digits and '-'");
}

function* securityIssues({ securityContext }: Container, path: string): Generator<Issue> {
  if (!securityContext) return;
  const { privileged, allowPrivilegeEscalation, capabilities, seccompProfile, appArmorProfile, procMount } = securityContext;
  for (const key of ["runAsUser", "runAsGroup"] as const)
    yield* formed(securityContext[key], isId, `${path}.${key}`, "an id from 0 to 2147483647");
  if (allowPrivilegeEscalation === false) {
    if (privileged) yield { path: `${path}.allowPrivilegeEscalation`, message: "can't be false in a privileged container" };
    // The server compares with this text alone: it takes SYS_ADMIN, which means the same to the container runtime.
    if (capabilities?.add?.includes("CAP_SYS_ADMIN"))
      yield { path: `${path}.allowPrivilegeEscalation`, message: "can't be false with the capability CAP_SYS_ADMIN" };
  }
  yield* oneOf(procMount, ["Default", "Unmasked"], `${path}.procMount`);
  yield* profileIssues(seccompProfile, `${path}.seccompProfile`);
  yield* profileIssues(appArmorProfile, `${path}.appArmorProfile`);
}
