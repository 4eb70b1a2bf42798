import { isLabel, isServiceName } from "../kubernetes/index.ts";
import { type Problem, suggestion } from "../problem/index.ts";
import { isAdopted } from "./defaults.ts";
import type { AppSpec, Container, EnvironmentSettings, Probe, Volume } from "./model.ts";
import { progressProblems } from "./progress-problems.ts";
import type { ResolvedApp, ResolvedEnvironment } from "./resolved.ts";
import { workloadKinds } from "./workload-kinds.ts";

interface Scope {
  readonly app: ResolvedApp;
  readonly spec: AppSpec;
  readonly settings: EnvironmentSettings;
  readonly apps: ReadonlySet<string>;
}
type Check = (scope: Scope) => readonly Problem[];

/** What a schema of one app can't express: whatever refers to another part of the app, to the environment's settings, or to another app. */
export function consistencyProblems({ name, settings, apps }: ResolvedEnvironment): (Problem & { readonly app: string })[] {
  const names = new Set(apps.map((app) => app.name));
  return apps.flatMap((app) =>
    checks
      .flatMap((check) => check({ app, spec: app.spec, settings, apps: names }))
      .map((problem) => ({ environment: name, app: app.name, ...problem })),
  );
}

/** Every container of the app's own pods with its path in the app. */
function containers(spec: AppSpec): [path: string, container: Container][] {
  const group = (key: "sidecars" | "initContainers") =>
    Object.entries(spec[key] ?? {}).map(([name, container]): [string, Container] => [`${key}.${name}`, container]);
  const own: [string, Container][] = spec.container ? [["container", spec.container]] : [];
  return [...own, ...group("sidecars"), ...group("initContainers")];
}

function volumeNames(spec: AppSpec): string[] {
  const claims = spec.workload && "claims" in spec.workload ? Object.keys(spec.workload.claims ?? {}) : [];
  return [...Object.keys(spec.volumes ?? {}), ...claims, ...Object.keys(spec.storage ?? {})];
}

const workloadAndContainer: Check = ({ spec }) => {
  if (spec.workload && !spec.container)
    return [{ path: "container", message: "is required by the workload but missing", fix: "Add container with an image." }];
  if (spec.container && !spec.workload && !spec.jobs)
    return [{ path: "container", message: "no workload and no job runs it", fix: "Add a workload, or remove the container." }];
  return [];
};

const jobImages: Check = ({ spec }) =>
  Object.entries(spec.jobs ?? {})
    .filter(([, job]) => !job.container?.image && !spec.container)
    .map(([name]) => ({
      path: `jobs.${name}.container.image`,
      message: "is required but missing: the app has no container whose image the job could use",
      fix: "Give the job's container an image.",
    }));

const mounts: Check = ({ spec }) =>
  containers(spec).flatMap(([path, container]) =>
    Object.entries(container.mounts ?? {})
      .map(([at, mount]) => [at, typeof mount === "string" ? mount : mount.volume] as const)
      .filter(([, volume]) => !volumeNames(spec).includes(volume))
      .map(([at, volume]) => ({
        path: `${path}.mounts["${at}"]`,
        message: `the app has no volume "${volume}"`,
        fix: suggestion(volume, volumeNames(spec)),
      })),
  );

const containerNames: Check = ({ app, spec }) => {
  const taken = new Set([spec.containerName ?? app.name]);
  const problems: Problem[] = [];
  for (const group of ["sidecars", "initContainers"] as const) {
    for (const name of Object.keys(spec[group] ?? {})) {
      if (taken.has(name))
        problems.push({
          path: `${group}.${name}`,
          message: `another container of the pod is named "${name}"`,
          fix: "Give each container a name of its own.",
        });
      taken.add(name);
    }
  }
  return problems;
};

const hostPaths: Check = ({ app, spec, settings }) => {
  const allowed = settings.hostPaths?.[app.name] ?? [];
  const inside = (path: string) => allowed.some((root) => path === root || path.startsWith(root.endsWith("/") ? root : `${root}/`));
  const pathOf = ({ hostPath }: Volume) => (typeof hostPath === "string" ? hostPath : hostPath?.path);
  return Object.entries(spec.volumes ?? {}).flatMap(([name, volume]) => {
    const path = pathOf(volume);
    return path === undefined || inside(path)
      ? []
      : [
          {
            path: `volumes.${name}.hostPath`,
            message: `the environment doesn't allow the app to mount "${path}" of the node`,
            fix: `Allowed: ${allowed.join(", ") || "none"} (hostPaths of the environment).`,
          },
        ];
  });
};

const servicePorts: Check = ({ spec }) => {
  const further = Object.entries(spec.services ?? {}).map(([name, service]) => [`services.${name}`, service] as const);
  const services = [...(spec.service ? [["service", spec.service] as const] : []), ...further];
  const opened = containers(spec).flatMap(([, container]) => Object.keys(container.ports ?? {}));
  // A Service with a selector of its own leads to pods that the app may not have. What runs already is for `check` to judge.
  const isHeld = spec.workload !== undefined && !isAdopted(spec);
  return services
    .filter(([, { selector }]) => isHeld && selector === undefined)
    .flatMap(([path, { ports }]) =>
      Object.entries(ports).flatMap(([name, port]) => {
        const target = (typeof port === "object" && port.targetPort) || name;
        return typeof target === "number" || opened.includes(target)
          ? []
          : [
              {
                path: `${path}.ports.${name}`,
                message: `no container of the app opens a port "${target}"`,
                fix: suggestion(target, opened),
              },
            ];
      }),
    );
};

const routesNeed: Check = ({ spec, settings }) => {
  const routes = Object.entries(spec.routes ?? {});
  if (routes.length === 0) return [];
  const problems: Problem[] = [];
  if (!spec.service)
    problems.push({
      path: "service",
      message: "is required by the app's routes but missing",
      fix: "Add service with the port that the routes lead to.",
    });
  if (!settings.domain && routes.some(([, route]) => !(route.host ?? spec.ingress?.host)?.includes(".")))
    problems.push({
      path: "routes",
      message: "the environment has no `domain` to serve them under",
      fix: "Set `domain` in the environment, or a whole host name in the app.",
    });
  const ports = Object.keys(spec.service?.ports ?? {});
  for (const [name, { port }] of routes) {
    if (port !== undefined && !ports.includes(port))
      problems.push({ path: `routes.${name}.port`, message: `the Service has no port "${port}"`, fix: suggestion(port, ports) });
    else if (port === undefined && ports.length > 1 && !ports.includes("http"))
      problems.push({ path: `routes.${name}.port`, message: `the Service has the ports ${ports.join(", ")}`, fix: "Name one of them." });
  }
  return problems;
};

const probePorts: Check = ({ spec }) =>
  containers(spec).flatMap(([path, container]) =>
    Object.entries(container.probes ?? {}).flatMap(([kind, probe]) =>
      probePortProblems(probe, Object.keys(container.ports ?? {}), `${path}.probes.${kind}`, isAdopted(spec)),
    ),
  );

function probePortProblems(probe: Probe, ports: readonly string[], path: string, mayLack: boolean): Problem[] {
  const port = portOf(probe);
  if (typeof port === "string" && !ports.includes(port) && !mayLack)
    return [{ path, message: `the container has no port "${port}"`, fix: suggestion(port, ports) }];
  if (probe.http !== undefined && port === undefined && ports.length !== 1 && !ports.includes("http"))
    return [{ path, message: "names no port, and the container has no port `http`", fix: suggestion("http", ports) }];
  return [];
}

/** The port that a probe names; undefined for the container's own. */
function portOf({ http, tcp }: Probe): string | number | undefined {
  if (typeof http === "object") return http.port;
  return typeof tcp === "object" ? tcp.port : tcp;
}

const secretValues: Check = ({ spec, settings }) => {
  const values = (["env", "files"] as const).flatMap((group) =>
    Object.entries(spec.secrets?.[group] ?? {}).map(([key, value]) => [`secrets.${group}.${key}`, value] as const),
  );
  return values.flatMap(([path, value]): Problem[] => {
    if (typeof value === "string" && !settings.secrets?.literals)
      return [
        {
          path,
          message: "is a literal secret, which this environment doesn't allow",
          fix: "Name an entry of the secret store: { key, property }.",
        },
      ];
    if (typeof value !== "string" && !settings.secrets?.store)
      return [{ path, message: "is in a secret store, and the environment has none", fix: "Set `secrets.store` in the environment." }];
    return [];
  });
};

const autoscaling: Check = ({ spec }) => {
  if (!spec.autoscaling) return [];
  const { minReplicas, maxReplicas, cpu, memory, metrics } = spec.autoscaling;
  const kind = spec.workload?.kind;
  const problems: Problem[] = [];
  if (kind === undefined || !workloadKinds[kind].scales)
    problems.push({
      path: "autoscaling",
      message: `${kind ? `a ${kind}` : "an app without a workload"} can't be scaled`,
      fix: "Remove autoscaling, or use a Deployment or StatefulSet.",
    });
  if (minReplicas > maxReplicas)
    problems.push({
      path: "autoscaling.maxReplicas",
      message: `expected at least minReplicas (${minReplicas}), found ${maxReplicas}`,
      fix: "Raise maxReplicas or lower minReplicas.",
    });
  if (cpu === undefined && memory === undefined && !metrics?.length)
    problems.push({ path: "autoscaling", message: "has no metric to scale by", fix: "Set cpu, memory or metrics." });
  return problems;
};

const budget: Check = ({ spec }) =>
  spec.disruptionBudget && (spec.disruptionBudget.minAvailable === undefined) === (spec.disruptionBudget.maxUnavailable === undefined)
    ? [{ path: "disruptionBudget", message: "expected exactly one of minAvailable and maxUnavailable to be set", fix: "Set one of them." }]
    : [];

const usedApps: Check = ({ app, spec, apps }) =>
  Object.entries(spec.uses ?? {}).flatMap(([name, use]) => {
    const other = use.app ?? (use.cidr === undefined ? name : undefined);
    const others = [...apps].filter((name) => name !== app.name);
    return other === undefined || apps.has(other)
      ? []
      : [{ path: `uses.${name}`, message: `the environment has no app "${other}"`, fix: suggestion(other, others) }];
  });

const statefulService: Check = ({ spec }) =>
  spec.workload &&
  workloadKinds[spec.workload.kind].namesPods &&
  !("serviceName" in spec.workload && spec.workload.serviceName !== undefined) &&
  !spec.service
    ? [
        {
          path: "service",
          message: `a ${spec.workload.kind} needs a Service that names its pods`,
          fix: 'Add service: { type: "Headless", ports: { ... } }, or workload.serviceName.',
        },
      ]
    : [];

/** Names that are put together out of two the schema has held apart, or that stand where another form is asked for. */
const objectNames: Check = ({ app, spec }) => {
  const tooLong = Object.keys(spec.jobs ?? {}).filter((job) => !isLabel(`${app.name}-${job}`));
  const service = spec.service && !spec.service.name && !isServiceName(app.name);
  return [
    ...tooLong.map((job) => ({
      path: `jobs.${job}`,
      message: `the Job's name "${app.name}-${job}" is longer than 63 characters`,
      fix: "Shorten the job's name.",
    })),
    ...(service
      ? [
          {
            path: "service.name",
            message: `the app's name "${app.name}" can't name its Service, which begins with a letter`,
            fix: "Give the Service a name of its own.",
          },
        ]
      : []),
  ];
};

const jobRestart: Check = ({ spec }) =>
  spec.workload && workloadKinds[spec.workload.kind].ends && spec.pod?.restartPolicy === "Always"
    ? [
        {
          path: "pod.restartPolicy",
          message: `expected OnFailure or Never in a ${spec.workload.kind}, found "Always"`,
          fix: "Set OnFailure or Never.",
        },
      ]
    : [];

const selectorFits: Check = ({ spec }) =>
  spec.selector && Object.keys(spec.selector).length === 0
    ? [
        {
          path: "selector",
          message: "is empty, and an empty selector selects every pod",
          fix: "Give it the labels of the app's pods, or remove it.",
        },
      ]
    : [];

const podLabels: Check = ({ app, spec }) => {
  const isUnselected = spec.workload !== undefined && workloadKinds[spec.workload.kind].ends && isAdopted(spec);
  const selector = Object.entries(spec.selector ?? (isUnselected ? {} : { app: app.name }));
  const lost = selector.filter(([key, value]) => (spec.pod?.labels?.[key] ?? value) !== value);
  const selected = Object.entries(spec.jobs ?? {}).filter(
    ([, job]) =>
      selector.length > 0 && selector.every(([key, value]) => (key !== "app" || isAdopted(spec)) && job.pod?.labels?.[key] === value),
  );
  return [
    ...lost.map(([key, value]) => ({
      path: `pod.labels.${key}`,
      message: `expected "${value}", which the selector asks for, found "${spec.pod?.labels?.[key]}"`,
      fix: "Remove the label, or give it the selector's value.",
    })),
    ...selected.map(([name]) => ({
      path: `jobs.${name}.pod.labels`,
      message: "are selected by the app's own selector, so its Service would send requests to the job",
      fix: "Give the job's pods other labels.",
    })),
  ];
};

const progress: Check = ({ app }) => progressProblems(app);

const checks: readonly Check[] = [
  workloadAndContainer,
  jobImages,
  mounts,
  containerNames,
  hostPaths,
  servicePorts,
  routesNeed,
  probePorts,
  secretValues,
  autoscaling,
  budget,
  usedApps,
  statefulService,
  objectNames,
  jobRestart,
  selectorFits,
  podLabels,
  progress,
];
