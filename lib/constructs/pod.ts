import type { IContainer, IPodSpec, IPodTemplateSpec, ITopologySpreadConstraint } from "kubernetes-models/v1";
import type { AppSpec, Container, Pod } from "../overlay/index.ts";
import { configurationEnvironment, configurationHashes, configurationMounts, configurationVolumes } from "./configuration.ts";
import { container, resources } from "./container.ts";
import { nonEmpty, sorted } from "./metadata.ts";
import { claimNames } from "./persistent-volume-claim.ts";
import { type AppProps, selectorOf } from "./props.ts";
import { podSecurity } from "./security.ts";
import { serviceAccountName } from "./service-account.ts";
import { verbatim } from "./verbatim.ts";
import { volume } from "./volume.ts";

/** The template of the app's own pods. */
export function podTemplate(props: AppProps): IPodTemplateSpec & { spec: IPodSpec } {
  const { spec } = props.app;
  return {
    metadata: {
      labels: { ...selectorOf(props.app), ...spec.pod?.labels },
      ...nonEmpty("annotations", { ...configurationHashes(props), ...spec.pod?.annotations }),
    },
    spec: podSpec(props, spec.pod ?? {}, { ...containers(props), ...nonEmpty("volumes", volumes(props, spec)) }),
  };
}

/** What a pod has beside its containers and volumes. */
export function podSpec(props: AppProps, pod: Pod, rest: Pick<IPodSpec, "containers" | "initContainers" | "volumes">): IPodSpec {
  const account = props.app.spec.serviceAccount;
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
    ...(account ? { serviceAccountName: serviceAccountName(props.app), automountServiceAccountToken: account.token } : {}),
    ...(pod.security ? { securityContext: podSecurity(pod.security) } : {}),
    ...nonEmpty("nodeSelector", pod.nodeSelector),
    ...(pod.affinity ? { affinity: verbatim(pod.affinity) } : {}),
    ...nonEmpty(
      "tolerations",
      sorted(pod.tolerations).map(([, toleration]) => toleration),
    ),
    ...nonEmpty("topologySpreadConstraints", spread(props, pod)),
    ...nonEmpty(
      "hostAliases",
      sorted(pod.hostAliases).map(([ip, hostnames]) => ({ ip, hostnames: [...hostnames] })),
    ),
    ...(pod.dns ? dns(pod.dns) : {}),
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

function dns({ policy, nameservers, searches, options }: NonNullable<Pod["dns"]>): Pick<IPodSpec, "dnsPolicy" | "dnsConfig"> {
  const config = {
    ...(nameservers ? { nameservers: [...nameservers] } : {}),
    ...(searches ? { searches: [...searches] } : {}),
    ...nonEmpty(
      "options",
      sorted(options).map(([name, value]) => (value === "" ? { name } : { name, value })),
    ),
  };
  return { ...(policy ? { dnsPolicy: policy } : {}), ...nonEmpty("dnsConfig", config) };
}

function spread(props: AppProps, pod: Pod): ITopologySpreadConstraint[] {
  return sorted(pod.topologySpread).map(
    ([topologyKey, { maxSkew = 1, whenUnsatisfiable = "ScheduleAnyway", matchLabelKeys, ...rest }]) => ({
      topologyKey,
      maxSkew,
      whenUnsatisfiable,
      labelSelector: { matchLabels: { ...selectorOf(props.app) } },
      ...(matchLabelKeys ? { matchLabelKeys: [...matchLabelKeys] } : {}),
      ...rest,
    }),
  );
}

/** The main container first and the others by name; what Kubernetes starts in order goes by `order`. */
function containers({ environment, app }: AppProps): Pick<IPodSpec, "containers" | "initContainers"> {
  const { registry } = environment.settings;
  const sidecars = sorted(app.spec.sidecars);
  const make = ([name, model]: [string, Container]) => container(name, model, registry);
  const main = app.spec.container
    ? [container(app.spec.containerName ?? app.name, withConfiguration(app.spec, app.spec.container, app.name), registry)]
    : [];
  const first = [
    ...sorted(app.spec.initContainers).map((entry) => ({ order: entry[1].order ?? 0, name: entry[0], container: make(entry) })),
    ...sidecars
      .filter(([, { native }]) => native)
      .map((entry) => ({ order: entry[1].order ?? 0, name: entry[0], container: { ...make(entry), restartPolicy: "Always" as const } })),
  ].sort((a, b) => a.order - b.order || (a.name < b.name ? -1 : 1));
  return {
    containers: [...main, ...sidecars.filter(([, { native }]) => !native).map(make)],
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
export function volumes({ app }: AppProps, { volumes: own, storage }: Pick<AppSpec, "volumes" | "storage">) {
  const claimName = (key: string) => claimNames(app).get(key) ?? key;
  const claimed = Object.keys(storage ?? {}).filter((name) => !own?.[name] && isMounted(app.spec, name));
  const all = {
    ...configurationVolumes(app.spec, app.name),
    ...Object.fromEntries(claimed.map((name) => [name, { claim: name }])),
    ...own,
  };
  return sorted(all).map(([name, model]) => volume(name, model, claimName));
}

function isMounted({ container: main, sidecars, initContainers }: AppSpec, name: string): boolean {
  const all = [main, ...Object.values(sidecars ?? {}), ...Object.values(initContainers ?? {})];
  const mounted = ({ mounts, devices }: Container) =>
    [...Object.values(mounts ?? {}), ...Object.values(devices ?? {})].map((mount) => (typeof mount === "string" ? mount : mount.volume));
  return all.some((model) => model && mounted(model).includes(name));
}
