import type { Container, ContainerPort, EnvVar, Issue, PlacedContainer, Probe, ProbeHandler } from "../../kubernetes/index.ts";
import {
  isDataKey,
  isEnvName,
  isId,
  isLabel,
  isPort,
  isPortName,
  isQualifiedName,
  isSubdomain,
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
import { atLeast, exactlyOne, formed, oneOf, required, unique, within } from "./issues.ts";
import { profileIssues } from "./profile.ts";

export const containers = rule({
  id: "schema/container",
  severity: "error",
  why: "What the API server's validation refuses in a container fails the sync of its whole app, or leaves a controller unable to make pods.",
  fix: "Change the field as the message says.",
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
    for (const one of pods) {
      for (const placed of one.containers) yield* within(one.manifest, containerIssues(placed, one, minor));
      yield* within(one.manifest, togetherIssues(one));
    }
  },
});

/** What holds for a pod's containers together. */
function* togetherIssues({ spec, path, containers: all }: Pods): Generator<Issue> {
  if ((spec.containers ?? []).length === 0) yield { path: `${path}.containers`, message: "expected at least one container, found none" };
  const names = new Map<string, string>();
  for (const { container, path: at } of all) {
    if (container.name === undefined) continue;
    const other = names.get(container.name);
    if (other) yield { path: `${at}.name`, message: `another container of the pod is named "${container.name}": ${other}` };
    else names.set(container.name, at);
  }
  const hostPorts = new Map<string, string>();
  for (const { container, path: at, list } of all) {
    if (list === "initContainers" && container.restartPolicy !== "Always") continue;
    for (const [index, { hostPort, protocol = "TCP", ...rest }] of (container.ports ?? []).entries()) {
      if (hostPort === undefined || hostPort === 0) continue;
      const key = `${hostPort}/${protocol}/${(rest as { hostIP?: string }).hostIP ?? ""}`;
      const other = hostPorts.get(key);
      if (other) yield { path: `${at}.ports[${index}].hostPort`, message: `another container takes the host's port ${hostPort}: ${other}` };
      else hostPorts.set(key, at);
    }
  }
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
  yield* portIssues(container.ports ?? [], `${path}.ports`);
  for (const [index, variable] of (container.env ?? []).entries()) yield* envIssues(variable, `${path}.env[${index}]`, minor);
  for (const [index, from] of (container.envFrom ?? []).entries()) {
    const at = `${path}.envFrom[${index}]`;
    yield* exactlyOne(from, ["configMapRef", "secretRef"], at);
    yield* formed(from.prefix, (prefix) => prefix === "" || isEnvName(prefix, minor), `${at}.prefix`, "the beginning of a variable's name");
    for (const kind of ["configMapRef", "secretRef"] as const) {
      if (from[kind]) yield* required(from[kind].name, `${at}.${kind}.name`);
      yield* formed(from[kind]?.name, (name) => name === "" || isSubdomain(name), `${at}.${kind}.name`, "an object's name");
    }
  }
  yield* resourceIssues(container, `${path}.resources`);
  yield* mountIssues(container, pods, path);
  yield* lifecycleIssues({ container, path, list }, pods);
  yield* securityIssues(container, `${path}.securityContext`);
}

function* portIssues(ports: readonly ContainerPort[], path: string): Generator<Issue> {
  for (const [index, port] of ports.entries()) {
    const at = `${path}[${index}]`;
    yield* required(port.containerPort, `${at}.containerPort`);
    yield* formed(port.containerPort, isPort, `${at}.containerPort`, "a port from 1 to 65535");
    yield* formed(port.hostPort, (value) => value === 0 || isPort(value), `${at}.hostPort`, "a port from 1 to 65535");
    yield* formed(
      port.name,
      (name) => name === "" || isPortName(name),
      `${at}.name`,
      "at most 15 lower-case letters, digits and single '-', with a letter",
    );
    yield* oneOf(port.protocol, ["", "TCP", "UDP", "SCTP"], `${at}.protocol`);
  }
  yield* unique(ports, ({ name }: ContainerPort) => name || undefined, path, "name");
}

function* envIssues({ name, value, valueFrom }: EnvVar, path: string, minor: number): Generator<Issue> {
  yield* required(name, `${path}.name`);
  yield* formed(
    name,
    (one) => one === "" || isEnvName(one, minor),
    `${path}.name`,
    minor >= 32 ? "printable ASCII without '='" : "letters, digits, '_', '-' and '.', not beginning with a digit",
  );
  if (!valueFrom) return;
  const at = `${path}.valueFrom`;
  if (value) yield { path: at, message: "a variable has a value or says where it is from, not both" };
  yield* exactlyOne(valueFrom, ["configMapKeyRef", "secretKeyRef", "fieldRef", "resourceFieldRef", "fileKeyRef"], at);
  for (const kind of ["configMapKeyRef", "secretKeyRef"] as const) {
    const reference = valueFrom[kind];
    if (!reference) continue;
    yield* required(reference.key, `${at}.${kind}.key`);
    yield* required(reference.name, `${at}.${kind}.name`);
    yield* formed(reference.key, (key) => key === "" || isDataKey(key), `${at}.${kind}.key`, "letters, digits, '-', '_' and '.'");
    yield* formed(reference.name, (one) => one === "" || isSubdomain(one), `${at}.${kind}.name`, "an object's name");
  }
  if (valueFrom.fieldRef) yield* fieldReferenceIssues(valueFrom.fieldRef, `${at}.fieldRef`, false);
  if (valueFrom.resourceFieldRef) yield* resourceReferenceIssues(valueFrom.resourceFieldRef, `${at}.resourceFieldRef`, false);
}

function* resourceIssues({ resources }: Container, path: string): Generator<Issue> {
  for (const part of ["requests", "limits"] as const) {
    for (const [name, amount] of Object.entries(resources?.[part] ?? {})) {
      const at = joined(`${path}.${part}`, name);
      if (!isQualifiedName(name) || (!name.includes("/") && !standardResources.has(name) && !name.startsWith("hugepages-")))
        yield {
          path: at,
          message: `no such resource "${name}": it is cpu, memory, ephemeral-storage, hugepages-<size>, or one with a DNS prefix`,
        };
      yield* formed(amount, (value) => (quantity(value) ?? 0) >= 0, at, "an amount that isn't negative");
      if (name.includes("/") || name.startsWith("hugepages-"))
        yield* formed(amount, (value) => Number.isInteger(quantity(value) ?? 0), at, "a whole number");
    }
  }
  const { requests = {}, limits = {} } = resources ?? {};
  for (const [name, request] of Object.entries(requests)) {
    const limit = own(limits, name);
    const at = joined(`${path}.requests`, name);
    const overcommits = standardResources.has(name);
    if (limit === undefined) {
      if (!overcommits && (name.includes("/") || name.startsWith("hugepages-")))
        yield { path: at, message: "needs a limit of the same amount", fix: `Add resources.limits.${name}.` };
      continue;
    }
    const [asked, most] = [quantity(request), quantity(limit)];
    if (asked === undefined || most === undefined) continue;
    if (asked > most)
      yield {
        path: at,
        message: `requests ${shownValue(request)}, more than its limit of ${shownValue(limit)}`,
        fix: "Lower the request or raise the limit.",
      };
    else if (!overcommits && asked !== most)
      yield { path: at, message: `must be its limit of ${shownValue(limit)}, found ${shownValue(request)}` };
  }
}

function* mountIssues({ volumeMounts = [], volumeDevices = [] }: Container, { spec, manifest }: Pods, path: string): Generator<Issue> {
  const claims = (manifest.object.spec as { volumeClaimTemplates?: readonly { metadata?: { name?: string } }[] } | undefined)
    ?.volumeClaimTemplates;
  const volumes = new Set([...(spec.volumes ?? []).map(({ name }) => name), ...(claims ?? []).map(({ metadata }) => metadata?.name)]);
  for (const [index, { name, mountPath, subPath, subPathExpr, mountPropagation }] of volumeMounts.entries()) {
    const at = `${path}.volumeMounts[${index}]`;
    yield* required(name, `${at}.name`);
    if (name && !volumes.has(name))
      yield { path: `${at}.name`, message: `the pod has no volume "${name}"`, fix: `It has: ${[...volumes].sort().join(", ") || "none"}.` };
    yield* required(mountPath, `${at}.mountPath`);
    yield* oneOf(mountPropagation, ["None", "HostToContainer", "Bidirectional"], `${at}.mountPropagation`);
    yield* formed(mountPath, (value) => !String(value).includes(":"), `${at}.mountPath`, "a path without ':'");
    for (const [key, value] of [
      ["subPath", subPath],
      ["subPathExpr", subPathExpr],
    ] as const)
      yield* formed(
        value,
        (one) => !String(one).startsWith("/") && !String(one).split("/").includes(".."),
        `${at}.${key}`,
        "a relative path without '..'",
      );
    if (subPath && subPathExpr) yield { path: `${at}.subPathExpr`, message: "subPath is set too, and they exclude each other" };
  }
  yield* unique(volumeMounts, ({ mountPath }: { mountPath?: string }) => mountPath, `${path}.volumeMounts`, "mountPath");
  for (const [index, { name, devicePath }] of volumeDevices.entries()) {
    const at = `${path}.volumeDevices[${index}]`;
    yield* required(devicePath, `${at}.devicePath`);
    if (name && !volumes.has(name)) yield { path: `${at}.name`, message: `the pod has no volume "${name}"` };
  }
}

function* lifecycleIssues({ container, path, list }: PlacedContainer, { spec }: Pods): Generator<Issue> {
  const sidecar = list === "initContainers" && container.restartPolicy === "Always";
  const probes = ["livenessProbe", "readinessProbe", "startupProbe"] as const;
  if (list === "initContainers" && !sidecar) {
    for (const field of [...probes, "lifecycle"] as const)
      if (container[field]) yield { path: `${path}.${field}`, message: "an init container has none, unless its restartPolicy is Always" };
  }
  if (list === "initContainers")
    yield* formed(
      container.restartPolicy,
      (value) => ["Always", "OnFailure", "Never"].includes(String(value)),
      `${path}.restartPolicy`,
      "Always",
    );
  for (const field of probes) {
    const probe = container[field];
    if (probe) yield* probeIssues(probe, container, `${path}.${field}`, field);
  }
  for (const hook of ["preStop", "postStart"] as const) {
    const handler = container.lifecycle?.[hook];
    if (handler)
      yield* handlerIssues(
        handler,
        container,
        `${path}.lifecycle.${hook}`,
        ["exec", "httpGet", "tcpSocket", "sleep"],
        spec.terminationGracePeriodSeconds ?? 30,
      );
  }
}

function* probeIssues(probe: Probe, container: Container, path: string, field: string): Generator<Issue> {
  yield* handlerIssues(probe, container, path, ["exec", "httpGet", "tcpSocket", "grpc"]);
  for (const key of ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"] as const)
    yield* atLeast(probe[key], 0, `${path}.${key}`);
  if (field !== "readinessProbe")
    yield* formed(probe.successThreshold, (value) => value === 0 || value === 1, `${path}.successThreshold`, "1");
  if (probe.terminationGracePeriodSeconds !== undefined) {
    if (field === "readinessProbe") yield { path: `${path}.terminationGracePeriodSeconds`, message: "a readiness probe ends no container" };
    else yield* atLeast(probe.terminationGracePeriodSeconds, 1, `${path}.terminationGracePeriodSeconds`);
  }
}

function* handlerIssues(handler: ProbeHandler, container: Container, path: string, kinds: readonly string[], grace = 0): Generator<Issue> {
  yield* exactlyOne(handler, kinds, path);
  for (const kind of ["httpGet", "tcpSocket"] as const) {
    const action = handler[kind];
    if (!action) continue;
    yield* required(action.port, `${path}.${kind}.port`);
    yield* probePort(action.port, container, `${path}.${kind}.port`);
  }
  if (handler.httpGet) {
    yield* oneOf(handler.httpGet.scheme, ["", "HTTP", "HTTPS"], `${path}.httpGet.scheme`);
  }
  for (const [index, { name }] of (handler.httpGet?.httpHeaders ?? []).entries())
    yield* formed(
      name ?? "",
      (header) => /^[-A-Za-z0-9]+$/.test(String(header)),
      `${path}.httpGet.httpHeaders[${index}].name`,
      "a header's name of letters, digits and '-'",
    );
  if (handler.exec && (handler.exec.command ?? []).length === 0) yield { path: `${path}.exec.command`, message: "is required but missing" };
  if (handler.grpc) {
    yield* required(handler.grpc.port, `${path}.grpc.port`);
    yield* formed(handler.grpc.port, isPort, `${path}.grpc.port`, "a port from 1 to 65535");
  }
  if (handler.sleep?.seconds !== undefined) {
    const { seconds } = handler.sleep;
    if (seconds < 0 || seconds > grace)
      yield { path: `${path}.sleep.seconds`, message: `expected at most terminationGracePeriodSeconds (${grace}), found ${seconds}` };
  }
}

function* probePort(port: unknown, { ports = [] }: Container, path: string): Generator<Issue> {
  if (typeof port === "number") yield* formed(port, isPort, path, "a port from 1 to 65535");
  if (typeof port !== "string") return;
  yield* formed(port, isPortName, path, "a port's number, or its name of at most 15 lower-case letters, digits and '-'");
  if (isPortName(port) && !ports.some(({ name }) => name === port))
    yield {
      path,
      message: `the container has no port "${port}"`,
      fix: `It has: ${ports.map(({ name, containerPort }) => name ?? containerPort).join(", ") || "none"}.`,
      severity: "warning",
    };
}

function* securityIssues({ securityContext }: Container, path: string): Generator<Issue> {
  if (!securityContext) return;
  const { privileged, allowPrivilegeEscalation, capabilities, seccompProfile, appArmorProfile, procMount } = securityContext;
  for (const key of ["runAsUser", "runAsGroup"] as const)
    yield* formed(securityContext[key], isId, `${path}.${key}`, "an id from 0 to 2147483647");
  if (allowPrivilegeEscalation === false) {
    if (privileged) yield { path: `${path}.allowPrivilegeEscalation`, message: "can't be false in a privileged container" };
    if (capabilities?.add?.some((one) => one === "SYS_ADMIN" || one === "CAP_SYS_ADMIN"))
      yield { path: `${path}.allowPrivilegeEscalation`, message: "can't be false with the capability CAP_SYS_ADMIN" };
  }
  yield* oneOf(procMount, ["Default", "Unmasked"], `${path}.procMount`);
  yield* profileIssues(seccompProfile, `${path}.seccompProfile`);
  yield* profileIssues(appArmorProfile, `${path}.appArmorProfile`);
}
