import type { Finding } from "../check/index.ts";
import { claimNames, jobLabel, serviceName } from "../constructs/index.ts";
import { joined, podTemplatePaths, stepsOf, valueAt } from "../kubernetes/index.ts";
import { own } from "../outside/index.ts";
import { isObject, type ResolvedApp, workloadName } from "../overlay/index.ts";

/**
 * A field of an object, and the key of the overlay that it comes from. What is below the field is in the overlay `same` as it is in the
 * object, or an entry of a list is there by its name (`named`). Default: the key is as far as it goes.
 */
type KeyRow = readonly [field: string, key: string, below?: "same" | "named"];

const same = (prefix: string, key: string, fields: readonly string[]): KeyRow[] =>
  fields.map((field) => [`${prefix}${field}`, `${key}${field}`, "same"]);

/** Fields of a container, with the keys of an app's container. In each table the most special field comes first. */
const containerRows: readonly KeyRow[] = [
  ["securityContext.seccompProfile", "security.seccompProfile"],
  ["securityContext", "security", "same"],
  ["resources", "resources", "same"],
  ["ports", "ports", "named"],
  ["env", "env", "named"],
  ["envFrom", "envFrom"],
  ["livenessProbe", "probes.liveness"],
  ["readinessProbe", "probes.readiness"],
  ["startupProbe", "probes.startup"],
  ["volumeMounts", "mounts"],
  ["volumeDevices", "devices"],
  ...same("", "", ["command", "image"]),
  ["lifecycle", "lifecycle"],
];

/** Fields of a pod's spec. Keys that begin with `pod` or `container` are a job's own for its pods. */
const podRows: readonly KeyRow[] = [
  ["containers", "container"],
  ["securityContext.seccompProfile", "pod.security.seccompProfile"],
  ["securityContext", "pod.security", "same"],
  ["priorityClassName", "pod.priorityClass"],
  ["runtimeClassName", "pod.runtimeClass"],
  ["topologySpreadConstraints", "pod.topologySpread"],
  ["dnsPolicy", "pod.dns.policy"],
  ["dnsConfig", "pod.dns", "same"],
  ["volumes", "volumes", "named"],
  ...same("", "pod.", [
    "activeDeadlineSeconds",
    "affinity",
    "hostNetwork",
    "hostPID",
    "hostIPC",
    "imagePullSecrets",
    "nodeSelector",
    "restartPolicy",
    "tolerations",
  ]),
];

const workloadRows: readonly KeyRow[] = [
  ["spec.strategy.rollingUpdate", "strategy", "same"],
  ["spec.updateStrategy.rollingUpdate", "updateStrategy", "same"],
  ["spec.volumeClaimTemplates", "claims", "named"],
  ...same("spec.", "", ["backoffLimitPerIndex", "progressDeadlineSeconds", "schedule", "startingDeadlineSeconds"]),
];

const serviceRows: readonly KeyRow[] = [
  ["spec.ports", "ports", "named"],
  ["spec.selector", "selector"],
  ["spec.sessionAffinityConfig", "sessionAffinity"],
  ...same("spec.", "", ["externalTrafficPolicy"]),
];

/** Objects of a kind that slipway writes for an app: the key of each by the object's name, and the fields below it. */
interface Part {
  readonly kinds: readonly string[];
  readonly keys: (app: ResolvedApp) => Iterable<readonly [name: string, key: string]>;
  readonly rows: readonly KeyRow[];
  /** Where labels and annotations of the object are. Default: at its key. */
  readonly metadata?: string;
}

const parts: readonly Part[] = [
  {
    kinds: ["Deployment", "Rollout", "StatefulSet", "DaemonSet", "CronJob", "Job"],
    keys: (app) => (app.spec.workload ? [[workloadName(app), "workload"]] : []),
    rows: workloadRows,
  },
  {
    kinds: ["Job"],
    keys: ({ name, spec }) => Object.keys(spec.jobs ?? {}).map((key) => [jobLabel(name, key), joined("jobs", key)]),
    rows: same("spec.", "", ["backoffLimitPerIndex"]),
  },
  { kinds: ["Service"], keys: (app) => (app.spec.service ? [[serviceName(app), "service"]] : []), rows: serviceRows },
  {
    kinds: ["Service"],
    keys: ({ name, spec }) =>
      Object.entries(spec.services ?? {}).map(([key, service]) => [service.name ?? `${name}-${key}`, joined("services", key)]),
    rows: serviceRows,
  },
  {
    kinds: ["Ingress"],
    keys: ({ name, spec }) => (spec.routes ? [[spec.ingress?.name ?? name, ""]] : []),
    rows: [
      ["spec.rules", "routes"],
      ["spec.tls", "ingress.tls"],
    ],
    metadata: "ingress",
  },
  {
    kinds: ["Ingress"],
    keys: ({ name, spec }) =>
      Object.entries(spec.ingresses ?? {}).map(([key, ingress]) => [ingress.name ?? `${name}-${key}`, joined("ingresses", key)]),
    rows: [
      ["spec.rules", "hosts"],
      ["spec.tls", "tls"],
    ],
  },
  {
    kinds: ["PodDisruptionBudget"],
    keys: ({ name, spec }) => (spec.disruptionBudget ? [[spec.disruptionBudget.name ?? name, "disruptionBudget"]] : []),
    rows: [...same("spec.", "", ["maxUnavailable", "minAvailable"]), ["spec.selector", "selector"]],
  },
  {
    kinds: ["HorizontalPodAutoscaler"],
    keys: ({ name, spec }) => (spec.autoscaling ? [[spec.autoscaling.name ?? name, "autoscaling"]] : []),
    rows: same("spec.", "", ["behavior"]),
  },
  {
    kinds: ["PersistentVolumeClaim"],
    keys: (app) => [...claimNames(app)].map(([key, name]) => [name, joined("storage", key)]),
    rows: [["spec.resources.requests.storage", "size"]],
  },
];

/** All rows of the tables. */
export const keyRows: readonly KeyRow[] = [...containerRows, ...podRows, ...parts.flatMap(({ rows }) => rows)];

/** What fixes a finding whose path leads elsewhere: a key below the container that it is at, or one in its place for apps that have it. */
type RuleKey = { readonly ofContainer: string } | { readonly instead: string; readonly isFor: (spec: ResolvedApp["spec"]) => boolean };

const ruleKeys: Readonly<Record<string, RuleKey>> = {
  "rollout/readiness-probe": { ofContainer: "probes.readiness" },
  "rollout/host-port-surge": { ofContainer: "ports" },
  "references/headless-service": {
    instead: "service.type: Headless",
    isFor: ({ service, workload }) => service !== undefined && workload?.kind === "StatefulSet" && workload.serviceName === undefined,
  },
  "references/service-account": { instead: "serviceAccount.create: true", isFor: ({ serviceAccount }) => serviceAccount?.create === false },
};

/** The key of an app that decides what a finding is about; undefined where slipway doesn't know. */
export function overlayKey({ rule, path }: Pick<Finding, "rule" | "path">, object: unknown, app: ResolvedApp): string | undefined {
  const special = own(ruleKeys, rule);
  if (special && "instead" in special) return isOwnWorkload(object, app) && special.isFor(app.spec) ? special.instead : undefined;
  const key = podKey(path, object, app) ?? objectKey(path, object, app) ?? metadataKey(path, object, app);
  return key !== undefined && special && /containers(\[\d+\])?$/.test(path) ? `${key}.${special.ofContainer}` : key;
}

function objectKey(path: string, object: unknown, app: ResolvedApp): string | undefined {
  for (const { key, rows } of partsOf(object, app)) {
    const below = belowKey(rows, path, object);
    if (below !== undefined) return [key, below].filter(Boolean).join(".");
  }
  return undefined;
}

/** A label or annotation, where the part of the app or the app itself says it. */
function metadataKey(path: string, object: unknown, app: ResolvedApp): string | undefined {
  const [metadata, field = "", name] = stepsOf(path);
  if (metadata !== "metadata" || name === undefined) return undefined;
  const places = [...partsOf(object, app).map(({ key, metadata: other = key }) => other), ""];
  const maps = places.map((place) => [place, field].filter(Boolean).join("."));
  const found = maps.find((map) => valueAt(app.spec, joined(map, name)) !== undefined);
  return found === undefined ? undefined : joined(found, name);
}

/** The parts of an app that an object is, with its key. */
function partsOf(object: unknown, app: ResolvedApp): (Omit<Part, "keys"> & { readonly key: string })[] {
  const { kind, name } = namedObject(object);
  return parts
    .filter(({ kinds }) => kinds.includes(kind))
    .flatMap(({ keys, ...part }) => [...keys(app)].filter(([own]) => own === name).map(([, key]) => ({ ...part, key })));
}

/** The workload of an app, or one of its jobs, by the pods that it runs. */
function podKey(path: string, object: unknown, app: ResolvedApp): string | undefined {
  const { kind } = namedObject(object);
  const pod = [...(own(podTemplatePaths, kind) ?? []), "spec"].join(".");
  if (!path.startsWith(`${pod}.`)) return undefined;
  const job = Object.keys(app.spec.jobs ?? {}).find((key) => isNamed(object, jobLabel(app.name, key)) && kind === "Job");
  if (job === undefined && !isOwnWorkload(object, app)) return undefined;
  const [, list = "", index, rest = ""] = /^(containers|initContainers)\[(\d+)\]\.?(.*)$/.exec(path.slice(pod.length + 1)) ?? [];
  if (index === undefined) return ofPod(path.slice(pod.length + 1), valueAt(object, pod), app, job);
  const container = valueAt(object, `${pod}.${list}[${index}]`);
  const holder = holderOf(name(container), app, job);
  const below = rest === "" ? "" : belowKey(containerRows, rest, container);
  if (holder === undefined || below === undefined) return undefined;
  const key = [holder, below].filter(Boolean).join(".");
  // What a job has from the main container is the main container's to change.
  const inherited = job !== undefined && name(container) === job && below !== "" ? `container.${below}` : undefined;
  const isInherited = inherited !== undefined && valueAt(app.spec, key) === undefined && valueAt(app.spec, inherited) !== undefined;
  return isInherited ? inherited : key;
}

const name = (container: unknown) => (isObject(container) ? String(container.name) : "");

function ofPod(field: string, pod: unknown, { spec }: ResolvedApp, job: string | undefined): string | undefined {
  const key = belowKey(podRows, field, pod);
  const [first = "", name = ""] = stepsOf(key ?? "");
  if (first === "volumes") return volumeKey(name, spec, job);
  if (first === "container" && job === undefined && !spec.container) return undefined;
  return key === undefined || job === undefined ? key : `${joined("jobs", job)}.${key}`;
}

/** Who says what a volume is; that of a claim which is mounted by its own name says it itself. */
function volumeKey(name: string, { volumes, storage, jobs }: ResolvedApp["spec"], job: string | undefined): string | undefined {
  if (job !== undefined && own(jobs?.[job]?.volumes ?? {}, name)) return joined(`${joined("jobs", job)}.volumes`, name);
  if (own(volumes ?? {}, name)) return joined("volumes", name);
  return own(storage ?? {}, name) ? joined("storage", name) : undefined;
}

/** The key of a container by its name. */
function holderOf(name: string, { name: app, spec }: ResolvedApp, job: string | undefined): string | undefined {
  const { containerName = app, container, sidecars = {}, initContainers = {} } = spec;
  if (job !== undefined) {
    if (name === job) return `${joined("jobs", job)}.container`;
    return own(spec.jobs?.[job]?.initContainers ?? {}, name) ? joined(`${joined("jobs", job)}.initContainers`, name) : undefined;
  }
  if (container && name === containerName) return "container";
  if (own(sidecars, name)) return joined("sidecars", name);
  return own(initContainers, name) ? joined("initContainers", name) : undefined;
}

/** The key of a field by the first row that fits it. @param value what the field is of */
function belowKey(rows: readonly KeyRow[], path: string, value: unknown): string | undefined {
  const row = rows.find(([field]) => path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`));
  if (!row) return undefined;
  const [field, key, below] = row;
  const steps = stepsOf(path.slice(field.length));
  if (below === "same") return sameBelow(key, steps);
  if (below !== "named") return key;
  const entry = `${field}[${steps[0]}]`;
  const name = valueAt(value, `${entry}.name`) ?? valueAt(value, `${entry}.metadata.name`);
  return typeof name === "string" ? joined(key, name) : key;
}

/** A key with the steps below it, as far as no list is among them. */
function sameBelow(key: string, steps: readonly string[]): string {
  const index = steps.findIndex((step) => /^\d+$/.test(step));
  return steps.slice(0, index < 0 ? steps.length : index).reduce(joined, key);
}

const isOwnWorkload = (object: unknown, app: ResolvedApp): boolean => app.spec.workload !== undefined && isNamed(object, workloadName(app));

const isNamed = (object: unknown, name: string): boolean => namedObject(object).name === name;

function namedObject(object: unknown): { readonly kind: string; readonly name: unknown } {
  const { kind, metadata } = isObject(object) ? object : {};
  return { kind: String(kind), name: isObject(metadata) ? metadata.name : undefined };
}
