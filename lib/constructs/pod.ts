import type { IContainer, IPodSpec, IPodTemplateSpec, ITopologySpreadConstraint } from "kubernetes-models/v1";
import { type AppSpec, type Container, imageOf, isAdopted, type Pod } from "../overlay/index.ts";
import { configurationEnvironment, configurationHashes, configurationMounts, configurationVolumes } from "./configuration.ts";
import { type ContainerProps, container, resources } from "./container.ts";
import { type Entries, entriesOf, inOrder, nonEmpty } from "./metadata.ts";
import { claimNames } from "./persistent-volume-claim.ts";
import { type AppProps, podLabelsOf, selectorOf } from "./props.ts";
import { podSecurity } from "./security.ts";
import { serviceAccountName } from "./service-account.ts";
import { verbatim } from "./verbatim.ts";
import { volume } from "./volume.ts";

/** The template of the app's own pods. */
export function podTemplate(props: AppProps): IPodTemplateSpec & { spec: IPodSpec } {
  const { spec } = props.app;
  return {
    ...nonEmpty("metadata", {
      ...(spec.pod?.name === undefined ? {} : { name: spec.pod.name }),
      ...nonEmpty("labels", { ...podLabelsOf(props.app), ...spec.pod?.labels }),
      ...nonEmpty("annotations", { ...configurationHashes(props), ...spec.pod?.annotations }),
    }),
    spec: podSpec(props, spec.pod ?? {}, { ...containers(props), ...nonEmpty("volumes", volumes(props, spec)) }),
  };
}

/** What a pod has beside its containers and volumes. */
export function podSpec(props: AppProps, pod: Pod, rest: Pick<IPodSpec, "containers" | "initContainers" | "volumes">): IPodSpec {
  const entries = entriesOf(props.app.spec);
  const {
    terminationGracePeriodSeconds,
    activeDeadlineSeconds,
    restartPolicy,
    enableServiceLinks,
    shareProcessNamespace,
    preemptionPolicy,
    schedulerName,
    hostNetwork,
    hostPID,
    hostIPC,
    hostUsers,
    hostname,
    subdomain,
  } = pod;
  return {
    ...rest,
    terminationGracePeriodSeconds,
    activeDeadlineSeconds,
    restartPolicy,
    enableServiceLinks,
    shareProcessNamespace,
    preemptionPolicy,
    schedulerName,
    hostNetwork,
    hostPID,
    hostIPC,
    hostUsers,
    hostname,
    subdomain,
    priorityClassName: pod.priorityClass,
    runtimeClassName: pod.runtimeClass,
    ...accountOf(props, pod),
    ...(pod.security ? { securityContext: podSecurity(pod.security, entries) } : {}),
    ...nonEmpty("nodeSelector", pod.nodeSelector),
    ...(pod.affinity ? { affinity: verbatim(pod.affinity) } : {}),
    ...nonEmpty(
      "tolerations",
      entries(pod.tolerations).map(([, toleration]) => toleration),
    ),
    ...nonEmpty("topologySpreadConstraints", spread(props, pod)),
    ...nonEmpty(
      "hostAliases",
      entries(pod.hostAliases).map(([ip, hostnames]) => ({ ip, hostnames: [...hostnames] })),
    ),
    ...(pod.dns ? dns(pod.dns, entries) : {}),
    ...nonEmpty(
      "imagePullSecrets",
      pod.imagePullSecrets?.map((name) => ({ name })),
    ),
    ...nonEmpty(
      "readinessGates",
      pod.readinessGates?.map((conditionType) => ({ conditionType })),
    ),
    ...nonEmpty(
      "schedulingGates",
      pod.schedulingGates?.map((name) => ({ name })),
    ),
    ...(pod.os ? { os: { name: pod.os } } : {}),
    ...(pod.overhead ? { overhead: verbatim(pod.overhead) } : {}),
    ...(pod.resources ? { resources: resources(pod.resources) } : {}),
    ...(pod.resourceClaims ? { resourceClaims: verbatim(pod.resourceClaims) } : {}),
  };
}

/** The account of the pods. In an adopted app the account's own token says nothing of theirs. */
function accountOf({ app }: AppProps, { automountServiceAccountToken: own }: Pod) {
  const account = app.spec.serviceAccount;
  const inherited = isAdopted(app.spec) && account?.create !== false ? undefined : account?.token;
  const automountServiceAccountToken = own ?? inherited;
  return { ...(account ? { serviceAccountName: serviceAccountName(app) } : {}), automountServiceAccountToken };
}

function dns(
  { policy, nameservers, searches, options }: NonNullable<Pod["dns"]>,
  entries: Entries,
): Pick<IPodSpec, "dnsPolicy" | "dnsConfig"> {
  const config = {
    ...(nameservers ? { nameservers: [...nameservers] } : {}),
    ...(searches ? { searches: [...searches] } : {}),
    ...nonEmpty(
      "options",
      entries(options).map(([name, value]) => (value === "" ? { name } : { name, value })),
    ),
  };
  return { ...(policy ? { dnsPolicy: policy } : {}), ...nonEmpty("dnsConfig", config) };
}

function spread(props: AppProps, pod: Pod): ITopologySpreadConstraint[] {
  return entriesOf(props.app.spec)(pod.topologySpread).map(
    ([topologyKey, { maxSkew = 1, whenUnsatisfiable = "ScheduleAnyway", selector, matchLabelKeys, ...rest }]) => ({
      topologyKey,
      maxSkew,
      whenUnsatisfiable,
      labelSelector: selector ? verbatim(selector) : { matchLabels: { ...selectorOf(props.app) } },
      ...(matchLabelKeys ? { matchLabelKeys: [...matchLabelKeys] } : {}),
      ...rest,
    }),
  );
}

/** What an app's containers are made with. */
export const containerProps = (props: AppProps): ContainerProps => ({
  imageOf: (reference) => imageOf(props, reference),
  entries: entriesOf(props.app.spec),
});

/** The main container first and the others by name, unless the app says another order; what Kubernetes starts in order goes by `order`. */
function containers(props: AppProps): Pick<IPodSpec, "containers" | "initContainers"> {
  const { app } = props;
  const common = containerProps(props);
  const { entries } = common;
  const sidecars = entries(app.spec.sidecars);
  const make = ([name, model]: [string, Container]) => container(name, model, common);
  const named = (model: IContainer): [string, IContainer] => [model.name, model];
  const main = app.spec.container
    ? [container(app.spec.containerName ?? app.name, withConfiguration(app.spec, app.spec.container, app.name), common)]
    : [];
  const beside = [...main, ...sidecars.filter(([, { native }]) => !native).map(make)];
  const first = [
    ...entries(app.spec.initContainers).map((entry) => ({ order: entry[1].order ?? 0, name: entry[0], container: make(entry) })),
    ...sidecars
      .filter(([, { native }]) => native)
      .map((entry) => ({ order: entry[1].order ?? 0, name: entry[0], container: { ...make(entry), restartPolicy: "Always" as const } })),
  ].sort((a, b) => a.order - b.order || (isAdopted(app.spec) || a.name === b.name ? 0 : a.name < b.name ? -1 : 1));
  return {
    containers: inOrder(beside.map(named), app.spec.containerOrder).map(([, model]) => model),
    ...nonEmpty(
      "initContainers",
      first.map((entry): IContainer => entry.container),
    ),
  };
}

/** Adds the app's own configuration to a container: sources before the container's, so that its own values win. */
export function withConfiguration(spec: AppSpec, model: Container, app: string): Container {
  return {
    ...model,
    envFrom: { ...configurationEnvironment(spec, app), ...model.envFrom },
    mounts: { ...configurationMounts(spec, app), ...model.mounts },
  };
}

/** The app's volumes, its configuration's, and one for each claim that is mounted by its own name. */
export function volumes({ app }: AppProps, { volumes: own, storage, volumeOrder }: Pick<AppSpec, "volumes" | "storage" | "volumeOrder">) {
  const entries = entriesOf(app.spec);
  const claimName = (key: string) => claimNames(app).get(key) ?? key;
  const claimed = Object.keys(storage ?? {}).filter((name) => !own?.[name] && isMounted(app.spec, name));
  const all = {
    ...configurationVolumes(app.spec, app.name),
    ...Object.fromEntries(claimed.map((name) => [name, { claim: name }])),
    ...own,
  };
  return inOrder(entries(all), volumeOrder).map(([name, model]) => volume(name, model, { claimName, entries }));
}

function isMounted({ container: main, sidecars, initContainers }: AppSpec, name: string): boolean {
  const all = [main, ...Object.values(sidecars ?? {}), ...Object.values(initContainers ?? {})];
  const mounted = ({ mounts, devices }: Container) =>
    [...Object.values(mounts ?? {}), ...Object.values(devices ?? {})].map((mount) => (typeof mount === "string" ? mount : mount.volume));
  return all.some((model) => model && mounted(model).includes(name));
}
