import {
  type Container,
  containersOf,
  isKind,
  type KindName,
  type ObjectOf,
  type PodSpec,
  podSpecOf,
  quantity,
  type SecurityContext,
} from "../kubernetes/index.ts";
import { groupOf, type KubernetesObject } from "../manifest/index.ts";
import type { Flag } from "./change.ts";
import { clusterFlags } from "./cluster-flags.ts";
import type { EnvironmentIndex } from "./environment-index.ts";
import type { Difference } from "./fields.ts";
import { leftByIngress, routeExposure } from "./moved-routes.ts";
import { rightsOf } from "./rights.ts";

/** The object to look for flags in, before and after; one side is undefined when it is added or removed. */
export interface Sides {
  readonly before: KubernetesObject | undefined;
  readonly after: KubernetesObject | undefined;
  readonly environments: { readonly before: EnvironmentIndex; readonly after: EnvironmentIndex };
  /** The fields that differ, where there are two sides. */
  readonly differences: readonly Difference[];
}

/** What a reviewer has to see beside the impact. */
export function flagsOf(sides: Sides): Flag[] {
  return [
    ...images(sides),
    ...exposure(sides),
    ...privilege(sides),
    ...capacity(sides),
    ...secrets(sides),
    ...clusterFlags(sides.before, sides.after, sides.environments.after),
  ];
}

const shown = (value: string | undefined) => value ?? "none";
const change = (flag: Flag["flag"], what: string, before: string | undefined, after: string | undefined): Flag => ({
  flag,
  text: `${what}: ${shown(before)} -> ${shown(after)}`,
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
});

const containersByName = (object: KubernetesObject | undefined): ReadonlyMap<string, Container> =>
  new Map(containersOf((object && podSpecOf(object)) ?? {}).map(({ container }) => [container.name ?? "", container]));

type Context = SecurityContext & NonNullable<PodSpec["securityContext"]>;

/** The sides of a kind's object; undefined where it is of another kind. */
function sidesOf<Kind extends KindName>({ before, after }: Sides, kind: Kind) {
  const either = after ?? before;
  if (!either || !isKind(either, kind)) return undefined;
  const of = (object: KubernetesObject | undefined) => (object && isKind(object, kind) ? object : undefined);
  return { before: of(before), after: of(after) };
}

function* images({ before, after, differences }: Sides): Generator<Flag> {
  if (!before || !after) return;
  if (podSpecOf(after) === undefined) yield* imageFields(differences);
  const old = containersByName(before);
  for (const [name, { image }] of containersByName(after)) {
    const was = old.get(name)?.image;
    if (was !== image && old.has(name)) yield change("image", `container ${name}`, was, image);
  }
}

/** Images that the objects of operators name, which the pods that those create run. */
function* imageFields(differences: readonly Difference[]): Generator<Flag> {
  for (const { path, before, after } of differences)
    if (/^spec\b.*(^|[.a-z])image(Name)?$/i.test(path) && typeof before === "string" && typeof after === "string")
      yield change("image", path, before, after);
}

/** What becomes reachable for more clients. */
function* exposure(sides: Sides): Generator<Flag> {
  const service = sidesOf(sides, "Service");
  if (service) yield* serviceExposure(service.before, service.after);
  const ingress = sidesOf(sides, "networking.k8s.io/Ingress");
  if (ingress) yield* more("exposure", "route", routesOf(ingress.before), routesOf(ingress.after), true);
  yield* leftByIngress(sides);
  yield* routeExposure(sides);
  const policy = sidesOf(sides, "networking.k8s.io/NetworkPolicy");
  if (policy?.before && !policy.after) yield { flag: "exposure", text: "connections that only this policy denied are allowed" };
  if (policy?.before && policy.after) yield* more("exposure", "allowed", allowedBy(policy.before), allowedBy(policy.after), true);
  const hostPorts = (object: KubernetesObject | undefined) =>
    [...containersByName(object).values()].flatMap(({ name, ports = [] }) =>
      ports.flatMap(({ hostPort }) => (hostPort ? [`${name} ${hostPort}`] : [])),
    );
  yield* more("exposure", "host port", hostPorts(sides.before), hostPorts(sides.after), true);
}

type Service = ObjectOf<"Service"> | undefined;
/** Types of Service, by how far they reach. */
const reach = ["ExternalName", "ClusterIP", "NodePort", "LoadBalancer"];

function* serviceExposure(before: Service, after: Service): Generator<Flag> {
  const typeOf = (service: Service) => service?.spec?.type ?? "ClusterIP";
  const was = before && typeOf(before);
  if (after && reach.indexOf(typeOf(after)) > Math.max(1, reach.indexOf(was ?? "ClusterIP")))
    yield change("exposure", "Service type", was, typeOf(after));
  const ranges = (service: Service) => service?.spec?.loadBalancerSourceRanges ?? [];
  yield* opened("source range", ranges(after), ranges(before), before !== undefined && ranges(before).length > 0);
  yield* more("exposure", "port", outsidePorts(before), outsidePorts(after), before !== undefined);
}

function* opened(what: string, after: readonly string[], before: readonly string[], closed: boolean): Generator<Flag> {
  if (closed && after.length === 0) yield change("exposure", `${what}s`, before.join(", "), "anybody");
  else yield* more("exposure", what, before, after, before.length > 0);
}

/** The ports that a Service opens outside the cluster. */
function outsidePorts(service: Service): string[] {
  const { type, ports = [] } = service?.spec ?? {};
  return type === "LoadBalancer" || type === "NodePort" ? ports.map(({ port, protocol }) => `${port}/${protocol ?? "TCP"}`) : [];
}

const routesOf = (ingress: ObjectOf<"networking.k8s.io/Ingress"> | undefined) =>
  (ingress?.spec?.rules ?? []).flatMap(({ host, http }) =>
    (http?.paths ?? [{ path: "/" }]).map(({ path }) => `${host ?? "any host"}${path ?? "/"}`),
  );

/** Whom a policy lets in, and to which ports. */
function allowedBy({ spec }: ObjectOf<"networking.k8s.io/NetworkPolicy">): string[] {
  const { ingress = [], policyTypes = [] } = spec ?? {};
  if (policyTypes.length > 0 && !policyTypes.includes("Ingress")) return ["all incoming connections"];
  return ingress.flatMap(({ from, ports }) => {
    const to = ports ? ` to ${JSON.stringify(ports)}` : "";
    return (from ?? ["anybody"]).map((peer) => `${typeof peer === "string" ? peer : JSON.stringify(peer)}${to}`);
  });
}

/** What is in the new list and not in the old one. */
function* more(flag: Flag["flag"], what: string, before: readonly string[], after: readonly string[], compares: boolean): Generator<Flag> {
  if (!compares) return;
  const known = new Set(before);
  for (const added of new Set(after)) if (!known.has(added)) yield { flag, text: `${what}: ${added}`, after: added };
}

/** What pods, accounts and roles may do that they couldn't. */
function* privilege(sides: Sides): Generator<Flag> {
  if (!sides.after) return;
  yield* podPrivilege(sides.before, sides.after);
  yield* granted(sides);
}

function* podPrivilege(before: KubernetesObject | undefined, after: KubernetesObject): Generator<Flag> {
  const [was, is] = [before && podSpecOf(before), podSpecOf(after)];
  if (!is) return;
  for (const key of ["hostNetwork", "hostPID", "hostIPC"] as const)
    if (is[key] && !was?.[key]) yield change("privilege", key, String(was?.[key] ?? false), "true");
  const paths = (pod: PodSpec | undefined) => (pod?.volumes ?? []).flatMap(({ hostPath }) => hostPath?.path ?? []);
  yield* more("privilege", "host path", paths(was), paths(is), true);
  if (was) yield* accountPrivilege(was, is);
  const old = containersByName(before);
  for (const [name, container] of containersByName(after))
    yield* loosened(name, contextOf(old.get(name), was), contextOf(container, is), old.has(name));
}

function* accountPrivilege(was: PodSpec, is: PodSpec): Generator<Flag> {
  if (is.automountServiceAccountToken !== false && was.automountServiceAccountToken === false)
    yield change("privilege", "service account token", "not mounted", "mounted");
  const accountOf = ({ serviceAccountName = "default" }: PodSpec) => serviceAccountName;
  if (accountOf(was) !== accountOf(is)) yield change("privilege", "service account", accountOf(was), accountOf(is));
}

/** A container's context with what it takes from its pod's. */
const contextOf = (container: Container | undefined, pod: PodSpec | undefined): Context => ({
  ...pod?.securityContext,
  ...container?.securityContext,
});

function* loosened(name: string, was: Context, is: Context, existed: boolean): Generator<Flag> {
  if (is.privileged && !was.privileged) yield change("privilege", `container ${name} privileged`, existed ? "false" : undefined, "true");
  const added = (context: Context) => context.capabilities?.add ?? [];
  yield* more("privilege", `container ${name} capability`, added(was), added(is), true);
  if (!existed) return;
  const strict = (context: Context): Readonly<Record<string, boolean>> => ({
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

const level = "pod-security.kubernetes.io/enforce";
const levels = ["restricted", "baseline", "privileged"];

type Binding = ObjectOf<"rbac.authorization.k8s.io/RoleBinding"> | undefined;

function* granted(sides: Sides): Generator<Flag> {
  const gained = rightsOf(sides.before, sides.after)?.gained ?? [];
  if (gained.length > 0) yield { flag: "privilege", text: `may ${gained.join("; ")}`, after: gained.join("; ") };
  const binding = sidesOf(sides, "rbac.authorization.k8s.io/RoleBinding") ?? sidesOf(sides, "rbac.authorization.k8s.io/ClusterRoleBinding");
  if (binding) yield* more("privilege", "granted to", subjectsOf(binding.before), subjectsOf(binding.after), true);
  const namespace = sidesOf(sides, "Namespace");
  if (namespace?.before && namespace.after) yield* standardOf(namespace.before, namespace.after);
  const account = sidesOf(sides, "ServiceAccount");
  if (account?.before && account.after) {
    const roleOf = ({ metadata }: KubernetesObject) => metadata.annotations?.["eks.amazonaws.com/role-arn"];
    const [was, is] = [roleOf(account.before), roleOf(account.after)];
    if (was !== is) yield change("privilege", "AWS role", was, is);
  }
}

function* standardOf(before: KubernetesObject, after: KubernetesObject): Generator<Flag> {
  const [was, is] = [before, after].map(({ metadata }) => metadata.labels?.[level] ?? "privileged");
  if (was && is && levels.indexOf(is) > levels.indexOf(was)) yield change("privilege", "Pod Security Standard", was, is);
}

const subjectsOf = (binding: Binding): string[] =>
  (binding?.subjects ?? []).map(({ kind, namespace, name }) => `${kind} ${namespace ? `${namespace}/` : ""}${name}`);

/** Sums of what a workload's pods request. */
function* capacity({ before, after, environments }: Sides): Generator<Flag> {
  for (const resource of ["cpu", "memory"]) {
    const was = before ? requested(before, environments.before, resource) : 0;
    const is = after ? requested(after, environments.after, resource) : 0;
    if (was !== is) yield change("capacity", `${resource} requested`, amount(resource, was), amount(resource, is));
  }
}

function requested(object: KubernetesObject, environment: EnvironmentIndex, resource: string): number {
  const pod = podSpecOf(object);
  if (!pod || object.kind === "CronJob" || object.kind === "DaemonSet") return 0;
  // A manifest that is removed is read as it stands, nulls included.
  const requestOf = ({ resources }: Container) => quantity(resources?.requests?.[resource] ?? resources?.limits?.[resource]) ?? 0;
  const sidecars = (pod.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  const pods = isKind(object, "batch/Job") ? (object.spec?.parallelism ?? 1) : environment.leastPodsOf(object);
  return [...(pod.containers ?? []), ...sidecars].reduce((sum, container) => sum + requestOf(container), 0) * pods;
}

function amount(resource: string, value: number): string {
  if (resource === "cpu") return Number.isInteger(value) ? String(value) : `${Math.round(value * 1000)}m`;
  const [unit, size] = value >= 2 ** 30 ? ["Gi", 2 ** 30] : ["Mi", 2 ** 20];
  return `${Math.round((value / (size as number)) * 100) / 100}${unit}`;
}

function* secrets({ before, after, differences }: Sides): Generator<Flag> {
  const object = after ?? before;
  if (!object || (before && after && differences.every(({ path }) => path.startsWith("metadata.")))) return;
  const what = after ? (before ? "changes" : "is added") : "is removed";
  if ((object.kind === "Secret" && groupOf(object) === "") || ["ExternalSecret", "SealedSecret"].includes(object.kind))
    yield { flag: "secret", text: `${object.kind} ${object.metadata.name} ${what}` };
}
