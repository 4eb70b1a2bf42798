import { isLabel, isServiceName, withoutHash } from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import { isRecord, itemsOf, membersOf, omit } from "../outside/index.ts";
import type { AppSpec } from "../overlay/index.ts";
import type { ContainerScope } from "./container.ts";
import { liftAutoscaler } from "./horizontal-pod-autoscaler.ts";
import { type Common, commonOf, ownMetadata } from "./metadata.ts";
import { liftIngress } from "./own-ingress.ts";
import { accountOf, labelsOnly, liftContainers, liftPod } from "./pod.ts";
import { pruned } from "./prune.ts";
import { liftService } from "./service.ts";
import { liftAccount } from "./service-account.ts";
import { defined, filled, freeKey, isSame, type Members, picked, text, unless, withoutPrefix } from "./shape.ts";
import { liftClaim, liftVolumes } from "./volume.ts";
import { templateOf, workloadLifters } from "./workload.ts";

/** What an app's objects are in the model, and which of them it can't say. */
export interface Lifted {
  /** The app as its author would write it, with `defaults: "none"`. */
  readonly spec: AppSpec;
  /** Objects that the app renders, perhaps with a difference that patches have to take away. */
  readonly modelled: readonly KubernetesObject[];
  /** Objects that it doesn't render: they are included as they are. */
  readonly included: readonly KubernetesObject[];
}

export interface LiftSettings {
  /** The environment's registry, or `none`. */
  readonly registry: string;
  /** Namespace of an app none of whose objects has one. Default: default. */
  readonly namespace?: string;
  /** Whether the environment's pins say which version of an image runs, by its name. Default: none is pinned. */
  readonly isPinned?: (name: string) => boolean;
  /** Labels and annotations that the app may say for all of its objects. Default: those that all of them have. */
  readonly common?: ReadonlySet<string>;
  /** Name of the main container, where the pods have it. Default: that of the first. */
  readonly main?: string;
}

/** The order of keys in an app: that of the schema. */
const keys = [
  "namespace",
  "defaults",
  "selector",
  "labels",
  "annotations",
  "workload",
  "container",
  "containerName",
  "containerOrder",
  "initContainers",
  "sidecars",
  "volumes",
  "imagesAsIs",
  "pod",
  "storage",
  "service",
  "services",
  "ingresses",
  "configMaps",
  "serviceAccount",
  "autoscaling",
  "disruptionBudget",
];

/** Where an object is in the app. */
type Place = readonly [key: string, member?: string];

/**
 * Reads the objects of one app in one environment back into the model: the inverse of the constructs.
 * @param objects as the source has them; an object of another namespace than the workload's is not modelled
 */
export function lift(name: string, objects: readonly KubernetesObject[], settings: LiftSettings): Lifted {
  const workload = objects.find(isWorkload);
  const namespace = namespaceOf(workload ? [workload, ...objects] : objects) ?? settings.namespace ?? "default";
  const own = objects.filter((object) => isRecord(object.metadata) && (object.metadata.namespace ?? namespace) === namespace);
  const prefix = namePrefix(name, workload);
  const places = placesOf(name, own, workload, prefix);
  const common = commonOf([...places.keys()], settings.common);
  const spec = pruned(name, written(name, namespace, places, common, { ...settings, prefix }));
  if (spec === undefined) return { spec: { namespace, defaults: "none" }, modelled: [], included: objects };
  const isSaid = (object: KubernetesObject) => {
    const place = places.get(object);
    return place !== undefined && isAt(spec, place);
  };
  return { spec, modelled: objects.filter(isSaid), included: objects.filter((object) => !isSaid(object)) };
}

const isAt = (spec: AppSpec, [key, member]: Place): boolean => {
  const value = membersOf(spec)[key];
  return value !== undefined && (member === undefined || Object.hasOwn(membersOf(value), member));
};

const namespaceOf = (objects: readonly KubernetesObject[]) =>
  objects.map(({ metadata }) => text(membersOf(metadata).namespace)).find((namespace) => namespace !== undefined && isLabel(namespace));

const versions: Readonly<Record<string, string>> = {
  Deployment: "apps/v1",
  StatefulSet: "apps/v1",
  DaemonSet: "apps/v1",
  Job: "batch/v1",
  CronJob: "batch/v1",
  Service: "v1",
  ConfigMap: "v1",
  ServiceAccount: "v1",
  PersistentVolumeClaim: "v1",
  Ingress: "networking.k8s.io/v1",
  HorizontalPodAutoscaler: "autoscaling/v2",
  PodDisruptionBudget: "policy/v1",
};
const nameOf = ({ metadata }: KubernetesObject): string => text(membersOf(metadata).name) ?? "";
const isOf = (kind: string) => (object: KubernetesObject) =>
  object.kind === kind && object.apiVersion === versions[kind] && nameOf(object) !== "";

function isWorkload(object: KubernetesObject): boolean {
  const hasContainers = itemsOf(membersOf(templateOf(object).spec).containers).some(isRecord);
  return Object.hasOwn(workloadLifters, object.kind) && isOf(object.kind)(object) && hasContainers;
}

/** Gives each object that the model may say its place in the app. */
function placesOf(
  name: string,
  objects: readonly KubernetesObject[],
  workload: KubernetesObject | undefined,
  prefix: string,
): Map<KubernetesObject, Place> {
  const places = new Map<KubernetesObject, Place>();
  const all = (kind: string) => objects.filter(isOf(kind));
  if (workload) places.set(workload, ["workload"]);
  const services = all("Service");
  const governing = text(membersOf(workload?.spec).serviceName);
  const main =
    services.find((service) => nameOf(service) === name) ?? services.find((service) => nameOf(service) === governing) ?? services[0];
  if (main) places.set(main, ["service"]);
  const inMap = (key: string, members: readonly KubernetesObject[]) => {
    const taken = new Set<string>();
    for (const object of members) {
      const own = withoutPrefix(withoutHash(nameOf(object)), prefix);
      const member = freeKey(own.startsWith(`${name}-`) ? own.slice(name.length + 1) : own, taken);
      taken.add(member);
      places.set(object, [key, member]);
    }
  };
  inMap("storage", all("PersistentVolumeClaim"));
  inMap(
    "services",
    services.filter((service) => service !== main),
  );
  inMap("ingresses", all("Ingress"));
  inMap("configMaps", all("ConfigMap"));
  const account = all("ServiceAccount").find((object) => !workload || nameOf(object) === accountOf(podOf(workload)));
  if (account) places.set(account, ["serviceAccount"]);
  const autoscaler = all("HorizontalPodAutoscaler").find((object) => workload && scales(object, workload));
  if (autoscaler) places.set(autoscaler, ["autoscaling"]);
  const budget = all("PodDisruptionBudget").find(() => workload !== undefined);
  if (budget) places.set(budget, ["disruptionBudget"]);
  return places;
}

/** What an environment puts before the names of its objects, as kustomize's `namePrefix`: the app is called without it. */
function namePrefix(app: string, workload: KubernetesObject | undefined): string {
  const own = workload ? nameOf(workload) : "";
  return own.endsWith(`-${app}`) ? own.slice(0, -app.length) : "";
}

const podOf = (workload: KubernetesObject): Members => membersOf(templateOf(workload).spec);

function scales({ spec }: KubernetesObject, workload: KubernetesObject): boolean {
  const { kind, name, apiVersion } = membersOf(membersOf(spec).scaleTargetRef);
  return kind === workload.kind && name === nameOf(workload) && apiVersion === workload.apiVersion;
}

/** The app as the objects have it; what the model refuses is still in it. */
function written(
  name: string,
  namespace: string,
  places: ReadonlyMap<KubernetesObject, Place>,
  common: Common,
  settings: LiftSettings & { readonly prefix: string },
): Members {
  const at = (key: string) => [...places].filter(([, place]) => place[0] === key);
  const only = (key: string) => at(key)[0]?.[0];
  const workload = only("workload");
  const asIs = new Set<string>();
  const { registry, isPinned = () => false, main, prefix } = settings;
  const portName = portNames([...at("service"), ...at("services")]);
  const runs = workload ? running(name, workload, { registry, asIs, isPinned, portName, main, prefix }, claimKeys(at("storage"))) : {};
  const selector = workload ? membersOf(runs.selector ?? (isEnding(workload) ? {} : { app: name })) : { app: name };
  const service = serviceName(only("service"), name);
  const scope = { selector: isEnding(workload) ? membersOf(runs.selector ?? { app: name }) : selector, ports: portsOf(runs) };
  const named = (object: KubernetesObject, standard: string) => ({
    ...defined({ name: unless(nameOf(object), standard) }),
    ...ownMetadata(object, common),
  });
  const map = (key: string, lifted: (spec: Members, object: KubernetesObject) => Members | undefined) => {
    const members = at(key).flatMap(([object, [, member = ""]]) => {
      const said = lifted(membersOf(object.spec), object);
      return said ? [[member, { ...named(object, `${name}-${member}`), ...said }] as const] : [];
    });
    return filled(Object.fromEntries(members));
  };
  const one = (key: string, lifted: (spec: Members) => Members | undefined) => {
    const object = only(key);
    const said = object && lifted(membersOf(object.spec));
    return said && object ? { ...named(object, name), ...said } : undefined;
  };
  const autoscaling = one("autoscaling", (spec) => withReplicas(liftAutoscaler(spec), workload));
  const app: Members = {
    ...runs,
    namespace,
    defaults: "none",
    selector: runs.selector,
    labels: filled(common.labels),
    annotations: filled(common.annotations),
    workload: workload && {
      kind: workload.kind,
      ...named(workload, name),
      ...omit(workloadLifters[workload.kind]?.(membersOf(workload.spec)) ?? {}, ...(autoscaling ? ["replicas"] : [])),
    },
    imagesAsIs: asIs.size > 0 ? [...asIs] : undefined,
    storage: map("storage", (spec) => liftClaim({ spec })),
    service: one("service", (spec) => liftService(spec, scope)),
    services: map("services", (spec) => liftService(spec, scope)),
    ingresses: map("ingresses", (spec) => liftIngress(spec, service)),
    configMaps: map("configMaps", (_spec, object) => picked(object, ["data", "binaryData", "immutable"])),
    serviceAccount: liftAccount(only("serviceAccount"), workload && accountOf(podOf(workload)), name, common),
    autoscaling,
    disruptionBudget: one("disruptionBudget", ({ selector: pods, ...budget }) => ({
      ...defined(budget),
      ...(isSame(pods, { matchLabels: selector }) ? {} : { selector: pods }),
    })),
  };
  return picked(withoutOwnServiceName(app, service), keys);
}

const isEnding = (workload: KubernetesObject | undefined): boolean => workload?.kind === "Job" || workload?.kind === "CronJob";

const serviceName = (service: KubernetesObject | undefined, app: string) => (service ? nameOf(service) : isServiceName(app) ? app : "");

/** A StatefulSet's pods are named by the app's Service unless it says another. */
function withoutOwnServiceName(app: Members, service: string): Members {
  const workload = membersOf(app.workload);
  return workload.serviceName === service && app.service !== undefined ? { ...app, workload: omit(workload, "serviceName") } : app;
}

/** The number of pods that stays in the manifest beside an autoscaler. */
function withReplicas(autoscaler: Members, workload: KubernetesObject | undefined): Members {
  return { ...autoscaler, ...defined({ initialReplicas: membersOf(workload?.spec).replicas }) };
}

/** What runs the pods, and what they are. */
function running(name: string, workload: KubernetesObject, scope: ContainerScope, claimKey: (name: unknown) => unknown): Members {
  const template = templateOf(workload);
  const pod = membersOf(template.spec);
  const labels = isEnding(workload) ? undefined : (labelsOnly(membersOf(workload.spec).selector) ?? {});
  const selector = labels && !isSame(labels, { app: name }) ? filled(labels) : undefined;
  return {
    selector,
    ...liftContainers(pod, name, scope),
    volumes: liftVolumes(pod.volumes, claimKey),
    pod: liftPod(template, labels ?? {}, isEnding(workload) ? "Never" : "Always"),
  };
}

/** Names that Services give to ports of the pods, by number and protocol. */
function portNames(services: readonly (readonly [KubernetesObject, Place])[]): ContainerScope["portName"] {
  const names = new Map<string, string>();
  for (const [{ spec }] of services)
    for (const item of itemsOf(membersOf(spec).ports)) {
      const { name, port, targetPort = port, protocol = "TCP" } = membersOf(item);
      const key = `${targetPort}/${protocol}`;
      if (typeof name === "string" && name !== "" && !names.has(key)) names.set(key, name);
    }
  return (port, protocol) => names.get(`${port}/${protocol}`);
}

/** The app's claims by name, as its volumes refer to them. */
function claimKeys(claims: readonly (readonly [KubernetesObject, Place])[]): (name: unknown) => unknown {
  const byName = new Map(claims.map(([object, [, member]]) => [nameOf(object), member]));
  return (name) => byName.get(String(name)) ?? name;
}

const portsOf = ({ container, sidecars }: Members): Members[] =>
  [container, ...Object.values(membersOf(sidecars))].map((model) => membersOf(membersOf(model).ports));
