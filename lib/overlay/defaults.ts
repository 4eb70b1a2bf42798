import { isObject } from "./merge.ts";
import { rolloutHashLabel } from "./progressive.ts";
import { workloadFields } from "./schema/index.ts";
import { type ByWorkloadKind, type WorkloadKind, workloadKinds } from "./workload-kinds.ts";

type Members = Readonly<Record<string, unknown>>;
const members = (value: unknown): Members => (isObject(value) ? value : {});
const each = (value: unknown, make: () => unknown): Members => Object.fromEntries(Object.keys(members(value)).map((key) => [key, make()]));

const containerSecurity = () => ({
  security: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
});

/** Whether an app's objects are what its author and environment write, and slipway adds nothing: for adopting what runs. */
export const isAdopted = ({ defaults }: { readonly defaults?: unknown }): boolean => defaults === "none" || defaults === "environment";

/**
 * What an app gets without saying so: what the restricted Pod Security Standard asks for
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/), a read-only root filesystem, an account without token,
 * and from 2 replicas on a spread over zones and a disruption budget.
 * @param app what the app has after all layers but this one
 */
export function productDefaults(app: Members): Members {
  if (isAdopted(app)) return {};
  const workload = members(app.workload);
  const jobs = members(app.jobs);
  const runsPods = "workload" in app || Object.keys(jobs).length > 0;
  if (!runsPods) return {};
  return {
    ...("workload" in app ? { workload: workloadDefaults(workload, "autoscaling" in app) } : {}),
    ...("container" in app ? { container: containerSecurity() } : { jobs: each(jobs, () => ({ container: containerSecurity() })) }),
    ...("sidecars" in app ? { sidecars: each(app.sidecars, containerSecurity) } : {}),
    ...("initContainers" in app ? { initContainers: each(app.initContainers, containerSecurity) } : {}),
    serviceAccount: { create: true, token: false },
    pod: {
      security: { runAsNonRoot: true, seccompProfile: { runtimeDefault: true } },
      ...(replicated(app) ? { topologySpread: spread(workload) } : {}),
    },
    ...(replicated(app) && !hasBudget(app) ? { disruptionBudget: { maxUnavailable: 1 } } : {}),
  };
}

/** What each kind of workload gets, beside the number of pods of those that scale. */
const defaultsByKind: ByWorkloadKind<Members> = {
  Deployment: { strategy: { type: "RollingUpdate", maxSurge: 1, maxUnavailable: 0 } },
  StatefulSet: {},
  DaemonSet: {},
  Job: {},
  CronJob: {},
};

function workloadDefaults({ kind, strategy }: Members, autoscaled: boolean): Members {
  if (!isWorkloadKind(kind)) return {};
  return {
    ...(workloadKinds[kind].scales && !autoscaled ? { replicas: 1 } : {}),
    ...defaultsByKind[kind],
    // A canary moves as carefully as a rolling update does.
    ...(members(strategy).type === "Canary" ? { strategy: { type: "Canary", maxSurge: 1, maxUnavailable: 0 } } : {}),
  };
}

const isWorkloadKind = (kind: unknown): kind is WorkloadKind => typeof kind === "string" && Object.hasOwn(workloadKinds, kind);

/** True when at least two pods run at all times. */
function replicated(app: Members): boolean {
  const { kind, replicas } = members(app.workload);
  const least = "autoscaling" in app ? members(app.autoscaling).minReplicas : replicas;
  return isWorkloadKind(kind) && workloadKinds[kind].scales && typeof least === "number" && least >= 2;
}

function hasBudget(app: Members): boolean {
  const budget = members(app.disruptionBudget);
  return "minAvailable" in budget || "maxUnavailable" in budget;
}

/** The label by which pods of a kind carry their revision, where they do. */
const revisionLabels: ByWorkloadKind<string | undefined> = {
  Deployment: "pod-template-hash",
  StatefulSet: undefined,
  DaemonSet: undefined,
  Job: undefined,
  CronJob: undefined,
};

/** Counts the pods of one revision only, where pods carry it: otherwise a rollout counts those about to go. */
function spread({ kind, strategy }: Members): Members {
  const { type, workloadRef } = members(strategy);
  // A Deployment that is kept beside its Rollout keeps its template too: another label there would replace its pods.
  const isRollout = (type === "Canary" || type === "BlueGreen") && workloadRef === undefined;
  const ofKind = isWorkloadKind(kind) ? revisionLabels[kind] : undefined;
  const label = isRollout ? rolloutHashLabel : ofKind;
  const revision = label ? { matchLabelKeys: [label] } : {};
  return { "topology.kubernetes.io/zone": { maxSkew: 1, whenUnsatisfiable: "ScheduleAnyway", ...revision } };
}

/** Parts of an app that a default may change, but not bring into being. */
const onlyWherePresent: ReadonlySet<string> = new Set(["workload", "container", "service", "ingress", "autoscaling", "disruptionBudget"]);

/** The part of an environment's defaults that fits an app. */
export function fittingDefaults(defaults: unknown, app: Members): Members {
  if (app.defaults === "none") return {};
  const fitting = Object.entries(members(defaults)).filter(([key]) => key in app || !onlyWherePresent.has(key));
  return Object.fromEntries(
    fitting.map(([key, value]) => [key, key === "workload" ? fittingWorkload(value, members(app.workload)) : value]),
  );
}

function fittingWorkload(defaults: unknown, workload: Members): Members {
  const fields = workloadFields.get(String(workload.kind));
  return Object.fromEntries(Object.entries(members(defaults)).filter(([key]) => fields?.has(key) && key !== "kind"));
}
