import type { Container, Issue, PodSpec, ProbeHandler, Volume } from "../../kubernetes/index.ts";
import { minorOf } from "../../kubernetes/index.ts";
import { own } from "../../outside/index.ts";
import { rule } from "../rule.ts";
import type { PodSecurityLevel, Pods, Scope } from "../scope.ts";
import { none, within } from "./issues.ts";

export const podStandard = rule({
  id: "security/pod-standard",
  severity: "error",
  why: "The namespace enforces a Pod Security Standard: the workload is applied, and every pod of it is refused, so a rollout hangs with the old pods.",
  fix: "Change the field as the message says, or give the app a namespace of another level.",
  source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  bad: "apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { pod-security.kubernetes.io/enforce: baseline } }\n---\napiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: shop }\nspec: { hostNetwork: true, containers: [{ name: a, image: a:1 }] }\n",
  *check(scope) {
    for (const pods of scope.pods) {
      const { level, minor } = enforced(scope, pods.namespace);
      if (level === "privileged") continue;
      yield* within(pods.manifest, baseline(pods, minor));
      if (level === "restricted") yield* within(pods.manifest, restricted(pods, minor));
    }
  },
});

const prefix = "pod-security.kubernetes.io/enforce";

/** The level a namespace enforces, and the version of the standard: its labels', or the environment's. */
function enforced(scope: Scope, namespace: string): { level: PodSecurityLevel; minor: number } {
  const labels = scope.find("Namespace", "", namespace)?.object.metadata.labels;
  const version = labels?.[`${prefix}-version`];
  const minor = minorOf(version && version !== "latest" ? version.replace(/^v/, "") : scope.environment.kubernetes);
  const level = labels ? labels[prefix] : scope.environment.podSecurity;
  return { level: level === "baseline" || level === "restricted" ? level : "privileged", minor };
}

const all = ({ containers, spec, path }: Pods): { context: Container["securityContext"]; path: string }[] => [
  { context: spec.securityContext, path: `${path}.securityContext` },
  ...containers.map(({ container, path: at }) => ({ context: container.securityContext, path: `${at}.securityContext` })),
];

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
/** Sysctls of the pod's own namespaces, with the version of the standard that lets them through. */
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

function* baseline(pods: Pods, minor: number): Generator<Issue> {
  const { spec, path, containers, annotations } = pods;
  for (const key of ["hostNetwork", "hostPID", "hostIPC"] as const)
    if (spec[key]) yield { path: `${path}.${key}`, message: `baseline allows no ${key}`, fix: "Leave it out." };
  for (const [index, { hostPath }] of (spec.volumes ?? []).entries())
    if (hostPath) yield { path: `${path}.volumes[${index}].hostPath`, message: "baseline allows no hostPath volume" };
  for (const [index, { name = "" }] of (spec.securityContext?.sysctls ?? []).entries())
    if (minor < (own(safeSysctls, name) ?? Number.POSITIVE_INFINITY))
      yield { path: `${path}.securityContext.sysctls[${index}]`, message: `baseline doesn't allow the sysctl "${name}"` };
  for (const { context, path: at } of all(pods)) {
    if (!context) continue;
    if (context.windowsOptions?.hostProcess) yield { path: `${at}.windowsOptions.hostProcess`, message: "baseline allows no host process" };
    if (context.seccompProfile?.type === "Unconfined")
      yield { path: `${at}.seccompProfile.type`, message: "baseline doesn't allow Unconfined", fix: "Use RuntimeDefault." };
    if (context.appArmorProfile?.type === "Unconfined")
      yield { path: `${at}.appArmorProfile.type`, message: "baseline doesn't allow Unconfined", fix: "Use RuntimeDefault." };
    const { type = "", user, role } = context.seLinuxOptions ?? {};
    if (!seLinuxTypes.has(type) && !(type === "container_engine_t" && minor >= 31))
      yield { path: `${at}.seLinuxOptions.type`, message: `baseline doesn't allow the SELinux type "${type}"` };
    if (user) yield { path: `${at}.seLinuxOptions.user`, message: "baseline allows no SELinux user" };
    if (role) yield { path: `${at}.seLinuxOptions.role`, message: "baseline allows no SELinux role" };
  }
  for (const { container, path: at } of containers) {
    const context = container.securityContext;
    if (context?.privileged) yield { path: `${at}.securityContext.privileged`, message: "baseline allows no privileged container" };
    if (context?.procMount && context.procMount !== "Default")
      yield { path: `${at}.securityContext.procMount`, message: "baseline allows the procMount Default only" };
    for (const capability of context?.capabilities?.add ?? [])
      if (!baselineCapabilities.has(capability))
        yield { path: `${at}.securityContext.capabilities.add`, message: `baseline doesn't allow the capability ${capability}` };
    for (const [index, { hostPort }] of (container.ports ?? []).entries())
      if (hostPort) yield { path: `${at}.ports[${index}].hostPort`, message: "baseline allows no host port" };
    if (minor >= 34) yield* hostProbes(container, at);
  }
  for (const [key, value] of Object.entries(annotations))
    if (
      key.startsWith("container.apparmor.security.beta.kubernetes.io/") &&
      value !== "" &&
      value !== "runtime/default" &&
      !value.startsWith("localhost/")
    )
      yield {
        path: path.replace(/spec$/, `metadata.annotations["${key}"]`),
        message: `baseline doesn't allow the AppArmor profile "${value}"`,
      };
}

/** Since 1.34 no probe and no hook may name another host. */
function* hostProbes({ livenessProbe, readinessProbe, startupProbe, lifecycle }: Container, path: string): Generator<Issue> {
  yield* hostIssues(livenessProbe, path, "livenessProbe");
  yield* hostIssues(readinessProbe, path, "readinessProbe");
  yield* hostIssues(startupProbe, path, "startupProbe");
  yield* hostIssues(lifecycle?.preStop, path, "lifecycle.preStop");
  yield* hostIssues(lifecycle?.postStart, path, "lifecycle.postStart");
}

const hostIssues = (handler: ProbeHandler | undefined, path: string, name: string): readonly Issue[] =>
  handler === undefined
    ? none
    : (["httpGet", "tcpSocket"] as const).flatMap((kind) =>
        handler[kind]?.host
          ? {
              path: `${path}.${name}.${kind}.host`,
              message: "baseline allows no host in probes and hooks",
              fix: "Leave it out: the pod itself is asked.",
            }
          : none,
      );

/** Volumes that restricted allows. */
const restrictedVolumes = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

function* restricted({ spec, path, containers }: Pods, minor: number): Generator<Issue> {
  for (const [index, volume] of (spec.volumes ?? []).entries()) {
    const source = Object.keys(volume as Volume).find((key) => key !== "name" && !restrictedVolumes.includes(key));
    if (source && source !== "hostPath")
      yield { path: `${path}.volumes[${index}].${source}`, message: `restricted allows no ${source} volume` };
  }
  const windows = spec.os?.name === "windows" && minor >= 25;
  yield* users(spec, path);
  for (const { container, path: at } of containers) {
    const context = container.securityContext ?? {};
    const place = `${at}.securityContext`;
    if (context.runAsUser === 0) yield { path: `${place}.runAsUser`, message: "restricted doesn't allow user 0" };
    if (context.runAsNonRoot === false || (context.runAsNonRoot === undefined && spec.securityContext?.runAsNonRoot !== true))
      yield { path: `${place}.runAsNonRoot`, message: "restricted asks for runAsNonRoot: true, here or for the pod" };
    if (windows) continue;
    if (context.allowPrivilegeEscalation !== false)
      yield { path: `${place}.allowPrivilegeEscalation`, message: "restricted asks for allowPrivilegeEscalation: false" };
    const { add = [], drop = [] } = context.capabilities ?? {};
    if (!drop.includes("ALL")) yield { path: `${place}.capabilities.drop`, message: "restricted asks for capabilities.drop: [ALL]" };
    for (const capability of add)
      if (capability !== "NET_BIND_SERVICE" && baselineCapabilities.has(capability))
        yield { path: `${place}.capabilities.add`, message: `restricted allows NET_BIND_SERVICE only, found ${capability}` };
    if (!isConfined(context.seccompProfile?.type ?? spec.securityContext?.seccompProfile?.type))
      yield {
        path: `${place}.seccompProfile`,
        message: "restricted asks for the seccomp profile RuntimeDefault or Localhost, here or for the pod",
      };
  }
}

const isConfined = (type: string | undefined) => type === "RuntimeDefault" || type === "Localhost";

function* users({ securityContext }: PodSpec, path: string): Generator<Issue> {
  if (securityContext?.runAsNonRoot === false)
    yield { path: `${path}.securityContext.runAsNonRoot`, message: "restricted doesn't allow false" };
  if (securityContext?.runAsUser === 0) yield { path: `${path}.securityContext.runAsUser`, message: "restricted doesn't allow user 0" };
}
