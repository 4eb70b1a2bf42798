import { podSpecOf, quantity } from "../kubernetes/index.ts";
import { groupOf, type KubernetesObject } from "../manifest/index.ts";
import type { Note } from "./change.ts";
import type { EnvironmentIndex } from "./environment-index.ts";

/** The object a note is looked for in: as it was and as it will be; one of them where it comes or goes. */
export interface Sides {
  readonly before: KubernetesObject | undefined;
  readonly after: KubernetesObject | undefined;
  readonly environments: { readonly before: EnvironmentIndex; readonly after: EnvironmentIndex };
}

/** What a reviewer has to see beside the impact. */
export function notesOf(sides: Sides): Note[] {
  return [...images(sides), ...exposure(sides), ...privilege(sides), ...capacity(sides), ...secrets(sides)];
}

const shown = (value: string | undefined) => value ?? "none";
const change = (flag: Note["flag"], what: string, before: string | undefined, after: string | undefined): Note => ({
  flag,
  text: `${what}: ${shown(before)} -> ${shown(after)}`,
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
});

function containersOf(object: KubernetesObject | undefined): ReadonlyMap<string, Container> {
  const pod = object && podSpecOf(object);
  const all = [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])] as readonly Container[];
  return new Map(all.map((one) => [one.name, one]));
}

interface Container {
  readonly name: string;
  readonly image?: string;
  readonly resources?: { readonly requests?: Readonly<Record<string, unknown>>; readonly limits?: Readonly<Record<string, unknown>> };
  readonly securityContext?: SecurityContext;
  readonly ports?: readonly { readonly hostPort?: number }[];
}
interface SecurityContext {
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly runAsNonRoot?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly runAsUser?: number;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly seccompProfile?: { readonly type?: string };
}
interface Pod {
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly securityContext?: SecurityContext;
  readonly volumes?: readonly { readonly name?: string; readonly hostPath?: { readonly path?: string } }[];
}

function* images({ before, after }: Sides): Generator<Note> {
  if (!before || !after) return;
  const old = containersOf(before);
  for (const [name, { image }] of containersOf(after)) {
    const was = old.get(name)?.image;
    if (was !== image && old.has(name)) yield change("image", `container ${name}`, was, image);
  }
}

/** What is reachable by more than before. */
function* exposure({ before, after }: Sides): Generator<Note> {
  const kind = (after ?? before)?.kind;
  if (kind === "Service") {
    const type = (object: KubernetesObject | undefined) => (object?.spec as { type?: string } | undefined)?.type ?? "ClusterIP";
    const reach = ["ExternalName", "ClusterIP", "NodePort", "LoadBalancer"];
    const was = before && type(before);
    if (after && reach.indexOf(type(after)) > Math.max(1, reach.indexOf(was ?? "ClusterIP")))
      yield change("exposure", "Service type", was, type(after));
    yield* opened("source range", ranges(after), ranges(before), before !== undefined && ranges(before).length > 0);
    yield* more("exposure", "port", portsOf(before), portsOf(after), before !== undefined);
  }
  if (kind === "Ingress") yield* more("exposure", "route", routesOf(before), routesOf(after), true);
  if (kind === "NetworkPolicy") {
    if (before && !after) yield { flag: "exposure", text: "what only this policy closed is open" };
    else if (before && after) {
      const [was, is] = [rulesOf(before), rulesOf(after)];
      yield* more("exposure", "allowed", was, is, true);
    }
  }
  const hostPorts = (object: KubernetesObject | undefined) =>
    [...containersOf(object).values()].flatMap(({ name, ports = [] }) =>
      ports.flatMap(({ hostPort }) => (hostPort ? [`${name} ${hostPort}`] : [])),
    );
  yield* more("exposure", "host port", hostPorts(before), hostPorts(after), true);
}

const ranges = (object: KubernetesObject | undefined) =>
  (object?.spec as { loadBalancerSourceRanges?: readonly string[] } | undefined)?.loadBalancerSourceRanges ?? [];
function* opened(what: string, after: readonly string[], before: readonly string[], closed: boolean): Generator<Note> {
  if (closed && after.length === 0) yield change("exposure", `${what}s`, before.join(", "), "anybody");
  else yield* more("exposure", what, before, after, before.length > 0);
}
const portsOf = (object: KubernetesObject | undefined) => {
  const { type, ports = [] } = (object?.spec ?? {}) as { type?: string; ports?: readonly { port?: number; protocol?: string }[] };
  return type === "LoadBalancer" || type === "NodePort" ? ports.map(({ port, protocol }) => `${port}/${protocol ?? "TCP"}`) : [];
};
const routesOf = (object: KubernetesObject | undefined) =>
  ((object?.spec ?? {}) as { rules?: readonly { host?: string; http?: { paths?: readonly { path?: string }[] } }[] }).rules?.flatMap(
    ({ host, http }) => (http?.paths ?? [{}]).map(({ path }) => `${host ?? "any host"}${path ?? "/"}`),
  ) ?? [];
const rulesOf = (object: KubernetesObject) => {
  const { ingress = [], policyTypes = [] } = (object.spec ?? {}) as {
    ingress?: readonly { from?: readonly unknown[]; ports?: readonly unknown[] }[];
    policyTypes?: readonly string[];
  };
  if (policyTypes.length > 0 && !policyTypes.includes("Ingress")) return ["everything in"];
  return ingress.flatMap(({ from, ports }) => {
    const to = ports ? ` to ${JSON.stringify(ports)}` : "";
    return (from ?? ["anybody"]).map((peer) => `${typeof peer === "string" ? peer : JSON.stringify(peer)}${to}`);
  });
};

/** What is there that wasn't. */
function* more(flag: Note["flag"], what: string, before: readonly string[], after: readonly string[], compares: boolean): Generator<Note> {
  if (!compares) return;
  const known = new Set(before);
  for (const one of new Set(after)) if (!known.has(one)) yield { flag, text: `${what}: ${one}`, after: one };
}

/** What pods, accounts and roles may do that they couldn't. */
function* privilege({ before, after }: Sides): Generator<Note> {
  if (!after) return;
  const [was, is] = [before && (podSpecOf(before) as Pod | undefined), podSpecOf(after) as Pod | undefined];
  if (is) {
    for (const key of ["hostNetwork", "hostPID", "hostIPC"] as const)
      if (is[key] && !was?.[key]) yield change("privilege", key, String(was?.[key] ?? false), "true");
    const paths = (pod: Pod | undefined) => (pod?.volumes ?? []).flatMap(({ hostPath }) => hostPath?.path ?? []);
    yield* more("privilege", "host path", paths(was), paths(is), true);
    if (was && is.automountServiceAccountToken !== false && was.automountServiceAccountToken === false)
      yield change("privilege", "service account token", "not mounted", "mounted");
    if (was && (was.serviceAccountName ?? "default") !== (is.serviceAccountName ?? "default"))
      yield change("privilege", "service account", was.serviceAccountName ?? "default", is.serviceAccountName ?? "default");
    const old = containersOf(before);
    for (const [name, one] of containersOf(after)) yield* loosened(name, contextOf(old.get(name), was), contextOf(one, is), old.has(name));
  }
  yield* granted(before, after);
}

/** A container's context with what it takes from its pod's. */
const contextOf = (one: Container | undefined, pod: Pod | undefined): SecurityContext => ({
  ...pod?.securityContext,
  ...one?.securityContext,
});

function* loosened(name: string, was: SecurityContext, is: SecurityContext, existed: boolean): Generator<Note> {
  if (is.privileged && !was.privileged) yield change("privilege", `container ${name} privileged`, existed ? "false" : undefined, "true");
  const added = (context: SecurityContext) => context.capabilities?.add ?? [];
  yield* more("privilege", `container ${name} capability`, added(was), added(is), true);
  if (!existed) return;
  const strict = (context: SecurityContext): Readonly<Record<string, boolean>> => ({
    "runs as non-root": context.runAsNonRoot === true && context.runAsUser !== 0,
    "can't escalate privileges": context.allowPrivilegeEscalation === false,
    "has a read-only root filesystem": context.readOnlyRootFilesystem === true,
    "drops all capabilities": context.capabilities?.drop?.includes("ALL") ?? false,
    "is confined by seccomp": ["RuntimeDefault", "Localhost"].includes(context.seccompProfile?.type ?? ""),
  });
  const [before, after] = [strict(was), strict(is)];
  for (const [what, holds] of Object.entries(before))
    if (holds && !after[what]) yield { flag: "privilege", text: `container ${name} no longer ${what}`, before: "yes", after: "no" };
}

interface Access {
  readonly rules?: readonly {
    readonly apiGroups?: readonly string[];
    readonly resources?: readonly string[];
    readonly verbs?: readonly string[];
    readonly resourceNames?: readonly string[];
  }[];
  readonly subjects?: readonly { readonly kind?: string; readonly name?: string; readonly namespace?: string }[];
}

/** Verbs, and resources, of one rule that are told apart: no real role has as many. */
const mostNamed = 200;
const level = "pod-security.kubernetes.io/enforce";
const levels = ["restricted", "baseline", "privileged"];

function* granted(before: KubernetesObject | undefined, after: KubernetesObject): Generator<Note> {
  if (groupOf(after) === "rbac.authorization.k8s.io") {
    const permissions = (object: KubernetesObject | undefined) =>
      ((object as Access | undefined)?.rules ?? []).flatMap(({ apiGroups = [], resources = [], verbs = [], resourceNames = [] }) =>
        verbs
          .slice(0, mostNamed)
          .flatMap((verb) =>
            resources
              .slice(0, mostNamed)
              .map(
                (resource) =>
                  `${verb} ${[apiGroups.join("|"), resource].filter(Boolean).join("/")}${resourceNames.length > 0 ? ` (${resourceNames.join(", ")})` : ""}`,
              ),
          ),
      );
    const subjects = (object: KubernetesObject | undefined) =>
      ((object as Access | undefined)?.subjects ?? []).map(
        ({ kind, namespace, name }) => `${kind} ${namespace ? `${namespace}/` : ""}${name}`,
      );
    yield* more("privilege", "may", permissions(before), permissions(after), true);
    yield* more("privilege", "granted to", subjects(before), subjects(after), true);
  }
  if (after.kind === "Namespace" && before) {
    const of = (object: KubernetesObject) => object.metadata.labels?.[level] ?? "privileged";
    if (levels.indexOf(of(after)) > levels.indexOf(of(before))) yield change("privilege", "Pod Security Standard", of(before), of(after));
  }
  if (after.kind === "ServiceAccount" && before) {
    const roles = (object: KubernetesObject) => object.metadata.annotations?.["eks.amazonaws.com/role-arn"];
    if (roles(before) !== roles(after)) yield change("privilege", "AWS role", roles(before), roles(after));
  }
}

/** Sums of what a workload's pods request. */
function* capacity({ before, after, environments }: Sides): Generator<Note> {
  for (const resource of ["cpu", "memory"]) {
    const was = before ? requested(before, environments.before, resource) : 0;
    const is = after ? requested(after, environments.after, resource) : 0;
    if (was !== is) yield change("capacity", `${resource} requested`, amount(resource, was), amount(resource, is));
  }
}

function requested(object: KubernetesObject, environment: EnvironmentIndex, resource: string): number {
  const pod = podSpecOf(object);
  if (!pod || object.kind === "CronJob" || object.kind === "DaemonSet") return 0;
  const of = (one: unknown) => {
    const { requests, limits } = (one as Container).resources ?? {};
    return quantity(requests?.[resource] ?? limits?.[resource]) ?? 0;
  };
  const sidecars = (pod.initContainers ?? []).filter((one) => (one as { restartPolicy?: string }).restartPolicy === "Always");
  const pods = object.kind === "Job" ? ((object.spec as { parallelism?: number }).parallelism ?? 1) : environment.leastPodsOf(object);
  return [...(pod.containers ?? []), ...sidecars].reduce((sum, one) => sum + of(one), 0) * pods;
}

function amount(resource: string, value: number): string {
  if (resource === "cpu") return Number.isInteger(value) ? String(value) : `${Math.round(value * 1000)}m`;
  const [unit, size] = value >= 2 ** 30 ? ["Gi", 2 ** 30] : ["Mi", 2 ** 20];
  return `${Math.round((value / (size as number)) * 100) / 100}${unit}`;
}

function* secrets({ before, after }: Sides): Generator<Note> {
  const object = after ?? before;
  if (!object) return;
  const what = after ? (before ? "changes" : "is added") : "is removed";
  if ((object.kind === "Secret" && groupOf(object) === "") || ["ExternalSecret", "SealedSecret"].includes(object.kind))
    yield { flag: "secret", text: `${object.kind} ${object.metadata.name} ${what}` };
}
