import type { Container, Issue, PodSpec, ProbeHandler, SecurityContext, Volume } from "../../kubernetes/index.ts";
import { minorOf } from "../../kubernetes/index.ts";
import { own } from "../../outside/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import type { PodSecurityLevel, Pods, Scope } from "../scope.ts";
import { within } from "./issues.ts";

export const podStandard = rule({
  id: "security/pod-standard",
  severity: "error",
  why: "The namespace enforces a Pod Security Standard: the workload is applied but every pod of it is refused, so a rollout hangs with the old pods.",
  fix: "Change the field as the message says, or give the app a namespace of another level.",
  source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  bad: yaml`
    apiVersion: v1
    kind: Namespace
    metadata:
      name: shop
      labels: { pod-security.kubernetes.io/enforce: baseline }
    ---
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      hostNetwork: true
      containers: [{ name: a, image: a:1 }]
  `,
  good: yaml`
    apiVersion: v1
    kind: Namespace
    metadata:
      name: shop
      labels: { pod-security.kubernetes.io/enforce: baseline }
    ---
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec: { containers: [{ name: a, image: a:1 }] }
  `,
  *check(scope) {
    for (const pods of scope.pods) {
      const { level, minor } = enforced(scope, pods.namespace);
      if (level === "privileged") continue;
      yield* within(pods.manifest, violations(baseline, pods, minor));
      if (level === "restricted") yield* within(pods.manifest, violations(restricted, pods, minor));
    }
  },
});

const prefix = "pod-security.kubernetes.io/enforce";

/** The level a namespace enforces, and the version of the standard: its labels', or the environment's. */
function enforced(scope: Scope, namespace: string): { level: PodSecurityLevel; minor: number } {
  const found = scope.find("Namespace", "", namespace);
  const labels = found?.object.metadata.labels;
  const version = labels?.[`${prefix}-version`];
  const minor = minorOf(version && version !== "latest" ? version.replace(/^v/, "") : scope.environment.kubernetes);
  // A Namespace that doesn't fit its schema is reported as that: what it enforces isn't known.
  if (!found && scope.has("Namespace", "", namespace)) return { level: "privileged", minor };
  const { podSecurity, foreignLevels } = scope.environment;
  const level = labels ? labels[prefix] : (foreignLevels?.get(namespace) ?? podSecurity);
  return { level: level === "baseline" || level === "restricted" ? level : "privileged", minor };
}

/** A pod's security context and a container's have most fields in common. */
type Context = SecurityContext & NonNullable<PodSpec["securityContext"]>;

/** The parts of a pod that the standard looks at. */
interface Parts {
  readonly pod: PodSpec;
  readonly volume: Volume;
  readonly sysctl: string;
  /** An annotation of the pod's template. */
  readonly annotation: readonly [key: string, value: string];
  /** The security context of the pod, and of each container that has one. */
  readonly context: Context;
  readonly container: Container;
  readonly hostPort: number | undefined;
  readonly handler: ProbeHandler;
}

/** What else a requirement depends on. */
interface Facts {
  readonly pod: PodSpec;
  /** Minor version of the standard. */
  readonly minor: number;
}

/** One requirement on a part: where it isn't met, the path below the part and the message with what was found. */
interface Requirement<Part> {
  /** The path below the part, as `.seccompProfile.type`; a function where the value that was found decides it. */
  readonly path: string | ((value: unknown) => string);
  /** The values that aren't allowed; empty where the part meets the requirement. */
  readonly denied: (part: Part, facts: Facts) => readonly unknown[];
  readonly message: (value: unknown) => string;
  readonly fix?: string;
  /** The first minor version of the standard that has the requirement. */
  readonly since?: number;
}

type Level = { readonly [Part in keyof Parts]?: readonly Requirement<Parts[Part]>[] };

/** The value where it isn't allowed, as a list. */
const unless = (isAllowed: boolean, value: unknown): readonly unknown[] => (isAllowed ? [] : [value]);

/** Capabilities that the container runtime gives by default, which baseline lets an app ask for. */
const baselineCapabilities = new Set([
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
]);
/** Sysctls of the pod's own namespaces, with the version of the standard that allows them first. */
const safeSysctls: Readonly<Record<string, number>> = {
  "kernel.shm_rmid_forced": 0,
  "net.ipv4.ip_local_port_range": 0,
  "net.ipv4.ip_unprivileged_port_start": 0,
  "net.ipv4.tcp_syncookies": 0,
  "net.ipv4.ping_group_range": 0,
  "net.ipv4.ip_local_reserved_ports": 27,
  "net.ipv4.tcp_keepalive_time": 29,
  "net.ipv4.tcp_fin_timeout": 29,
  "net.ipv4.tcp_keepalive_intvl": 29,
  "net.ipv4.tcp_keepalive_probes": 29,
  "net.ipv4.tcp_rmem": 32,
  "net.ipv4.tcp_wmem": 32,
};
const seLinuxTypes = new Set(["", "container_t", "container_init_t", "container_kvm_t"]);
const appArmorAnnotation = "container.apparmor.security.beta.kubernetes.io/";
const isAppArmorProfile = (value: string) => value === "" || value === "runtime/default" || value.startsWith("localhost/");

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline */
const baseline: Level = {
  pod: (["hostNetwork", "hostPID", "hostIPC"] as const).map((key) => ({
    path: `.${key}`,
    denied: (pod) => unless(!pod[key], true),
    message: () => `baseline allows no ${key}`,
    fix: "Remove it.",
  })),
  volume: [
    { path: ".hostPath", denied: ({ hostPath }) => unless(!hostPath, hostPath), message: () => "baseline allows no hostPath volume" },
  ],
  sysctl: [
    {
      path: "",
      denied: (name, { minor }) => unless(minor >= (own(safeSysctls, name) ?? Number.POSITIVE_INFINITY), name),
      message: (name) => `baseline doesn't allow the sysctl "${name}"`,
    },
  ],
  annotation: [
    {
      path: "",
      denied: ([key, value]) => unless(!key.startsWith(appArmorAnnotation) || isAppArmorProfile(value), value),
      message: (value) => `baseline doesn't allow the AppArmor profile "${value}"`,
    },
  ],
  context: [
    {
      path: ".windowsOptions.hostProcess",
      denied: ({ windowsOptions }) => unless(!windowsOptions?.hostProcess, true),
      message: () => "baseline allows no host process",
    },
    ...(["seccompProfile", "appArmorProfile"] as const).map(
      (profile): Requirement<Context> => ({
        path: `.${profile}.type`,
        denied: (context) => unless(context[profile]?.type !== "Unconfined", "Unconfined"),
        message: () => "baseline doesn't allow Unconfined",
        fix: "Use RuntimeDefault.",
      }),
    ),
    {
      path: ".seLinuxOptions.type",
      denied: ({ seLinuxOptions: { type = "" } = {} }, { minor }) =>
        unless(seLinuxTypes.has(type) || (type === "container_engine_t" && minor >= 31), type),
      message: (type) => `baseline doesn't allow the SELinux type "${type}"`,
    },
    ...(["user", "role"] as const).map(
      (key): Requirement<Context> => ({
        path: `.seLinuxOptions.${key}`,
        denied: ({ seLinuxOptions }) => unless(!seLinuxOptions?.[key], seLinuxOptions?.[key]),
        message: () => `baseline allows no SELinux ${key}`,
      }),
    ),
  ],
  container: [
    {
      path: ".securityContext.privileged",
      denied: ({ securityContext }) => unless(!securityContext?.privileged, true),
      message: () => "baseline allows no privileged container",
    },
    {
      path: ".securityContext.procMount",
      denied: ({ securityContext: { procMount = "Default" } = {} }) => unless(procMount === "" || procMount === "Default", procMount),
      message: () => "baseline allows the procMount Default only",
    },
    {
      path: ".securityContext.capabilities.add",
      denied: ({ securityContext }) => (securityContext?.capabilities?.add ?? []).filter((name) => !baselineCapabilities.has(name)),
      message: (capability) => `baseline doesn't allow the capability ${capability}`,
    },
  ],
  hostPort: [{ path: ".hostPort", denied: (port) => unless(!port, port), message: () => "baseline allows no host port" }],
  handler: (["httpGet", "tcpSocket"] as const).map((kind) => ({
    path: `.${kind}.host`,
    denied: (handler) => unless(!handler[kind]?.host, handler[kind]?.host),
    message: () => "baseline allows no host in probes and hooks",
    fix: "Remove it: the probe then connects to the pod itself.",
    since: 34,
  })),
};

/** Volumes that restricted allows. */
const restrictedVolumes = new Set([
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
]);
const isConfined = (type: string | undefined) => type === "RuntimeDefault" || type === "Localhost";
/** Since 1.25 the standard exempts Windows pods from requirements that only Linux has. */
const isWindows = ({ pod, minor }: Facts) => pod.os?.name === "windows" && minor >= 25;

/** What restricted asks for beyond baseline: https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted */
const restricted: Level = {
  pod: [
    {
      path: ".securityContext.runAsNonRoot",
      denied: ({ securityContext }) => unless(securityContext?.runAsNonRoot !== false, false),
      message: () => "restricted doesn't allow runAsNonRoot: false",
    },
    {
      path: ".securityContext.runAsUser",
      denied: ({ securityContext }) => unless(securityContext?.runAsUser !== 0, 0),
      message: () => "restricted doesn't allow user 0",
    },
  ],
  // A hostPath volume is baseline's to refuse.
  volume: [
    {
      path: (source) => `.${source}`,
      denied: (volume) => {
        const source = Object.keys(volume).find((key) => key !== "name" && !restrictedVolumes.has(key));
        return unless(source === undefined || source === "hostPath", source);
      },
      message: (source) => `restricted allows no ${source} volume`,
    },
  ],
  container: [
    {
      path: ".securityContext.runAsUser",
      denied: ({ securityContext }) => unless(securityContext?.runAsUser !== 0, 0),
      message: () => "restricted doesn't allow user 0",
    },
    {
      path: ".securityContext.runAsNonRoot",
      denied: ({ securityContext }, { pod }) => {
        const value = securityContext?.runAsNonRoot ?? pod.securityContext?.runAsNonRoot;
        return unless(value === true, value);
      },
      message: () => "restricted asks for runAsNonRoot: true, here or for the pod",
    },
    {
      path: ".securityContext.allowPrivilegeEscalation",
      denied: ({ securityContext }, facts) =>
        unless(isWindows(facts) || securityContext?.allowPrivilegeEscalation === false, securityContext?.allowPrivilegeEscalation),
      message: () => "restricted asks for allowPrivilegeEscalation: false",
    },
    {
      path: ".securityContext.capabilities.drop",
      denied: ({ securityContext }, facts) => unless(isWindows(facts) || securityContext?.capabilities?.drop?.includes("ALL") === true, ""),
      message: () => "restricted asks for capabilities.drop: [ALL]",
    },
    {
      path: ".securityContext.capabilities.add",
      denied: ({ securityContext }, facts) =>
        (isWindows(facts) ? [] : (securityContext?.capabilities?.add ?? [])).filter(
          (name) => name !== "NET_BIND_SERVICE" && baselineCapabilities.has(name),
        ),
      message: (capability) => `restricted allows NET_BIND_SERVICE only, found ${capability}`,
    },
    {
      path: ".securityContext.seccompProfile",
      denied: ({ securityContext }, facts) =>
        unless(
          isWindows(facts) || isConfined(securityContext?.seccompProfile?.type ?? facts.pod.securityContext?.seccompProfile?.type),
          "",
        ),
      message: () => "restricted asks for the seccomp profile RuntimeDefault or Localhost, here or for the pod",
    },
  ],
};

function* violations(level: Level, pods: Pods, minor: number): Generator<Issue> {
  const { spec, path, annotations } = pods;
  const facts: Facts = { pod: spec, minor };
  yield* unmet(level.pod, spec, path, facts);
  for (const [index, volume] of (spec.volumes ?? []).entries()) yield* unmet(level.volume, volume, `${path}.volumes[${index}]`, facts);
  if (spec.securityContext) yield* unmet(level.context, spec.securityContext, `${path}.securityContext`, facts);
  for (const [index, { name = "" }] of (spec.securityContext?.sysctls ?? []).entries())
    yield* unmet(level.sysctl, name, `${path}.securityContext.sysctls[${index}]`, facts);
  for (const [key, value] of Object.entries(annotations))
    yield* unmet(level.annotation, [key, value], path.replace(/spec$/, `metadata.annotations["${key}"]`), facts);
  for (const { container, path: at } of pods.containers) yield* ofContainer(level, container, at, facts);
}

function* ofContainer(level: Level, container: Container, path: string, facts: Facts): Generator<Issue> {
  yield* unmet(level.container, container, path, facts);
  if (container.securityContext) yield* unmet(level.context, container.securityContext, `${path}.securityContext`, facts);
  for (const [index, { hostPort }] of (container.ports ?? []).entries())
    yield* unmet(level.hostPort, hostPort, `${path}.ports[${index}]`, facts);
  const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
  const handlers = {
    livenessProbe,
    readinessProbe,
    startupProbe,
    "lifecycle.preStop": lifecycle?.preStop,
    "lifecycle.postStart": lifecycle?.postStart,
  };
  for (const [name, handler] of Object.entries(handlers)) if (handler) yield* unmet(level.handler, handler, `${path}.${name}`, facts);
}

function* unmet<Part>(requirements: readonly Requirement<Part>[] = [], part: Part, path: string, facts: Facts): Generator<Issue> {
  for (const { path: below, denied, message, fix, since = 0 } of requirements)
    if (facts.minor >= since)
      for (const value of denied(part, facts))
        yield { path: `${path}${typeof below === "string" ? below : below(value)}`, message: message(value), ...(fix ? { fix } : {}) };
}
