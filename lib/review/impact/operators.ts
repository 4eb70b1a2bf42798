import { kindNameOf } from "../../kubernetes/index.ts";
import { groupOf, type KubernetesObject } from "../../manifest/index.ts";
import { isRecord } from "../../outside/index.ts";
import { type Changing, downtime, inPlace, type KindImpact, kindImpact, rollout, scale, unknown, type Verdict } from "../impact.ts";
import * as gateway from "./gateway.ts";
import { data, deployedFrom, deploying, isGroupWithoutPods, withoutPods } from "./without-pods.ts";

const specOf = ({ after }: Changing) => (isRecord(after.spec) ? after.spec : {});

/** https://knative.dev/docs/serving/services/ */
const knative = kindImpact(["serving.knative.dev/Service", "serving.knative.dev/Configuration"], {
  runsPods: true,
  fields: [
    ["spec.template", rollout("a new revision starts, and gets the requests once it is ready")],
    ["spec.traffic", inPlace("requests are shared out among revisions differently at once")],
  ],
});

/** https://keda.sh/docs/latest/reference/scaledobject-spec/ */
const scaledObject = kindImpact(["keda.sh/ScaledObject"], {
  fields: [
    ["spec.minReplicaCount", scale("the fewest pods of its target change")],
    ["spec.maxReplicaCount", scale("the most pods of its target change")],
    ["spec.scaleTargetRef", scale("it scales another workload")],
    ["spec", inPlace("the number of pods follows load by other rules")],
  ],
  removed: () => ({ impact: "deletion", reason: "the number of pods no longer follows its triggers" }),
});

const scaledJob = kindImpact(["keda.sh/ScaledJob"], {
  fields: [["spec", inPlace("the next Jobs follow it; running Jobs stay as they are")]],
});

/** https://prometheus-operator.dev/docs/api-reference/api/ */
const prometheus = kindImpact(
  ["monitoring.coreos.com/Prometheus", "monitoring.coreos.com/Alertmanager", "monitoring.coreos.com/ThanosRuler"],
  {
    runsPods: true,
    fields: [
      ["spec.replicas", scale("the number of its pods changes")],
      ...["image", "version", "resources", "nodeSelector", "tolerations", "affinity", "serviceAccountName", "podMetadata"].map(
        (field) => [`spec.${field}`, replacedOneByOne] as const,
      ),
    ],
  },
);

function replacedOneByOne(changing: Changing): Verdict {
  const { replicas = 1 } = specOf(changing);
  return replicas === 1
    ? downtime("the operator changes its StatefulSet, which stops its only pod before it starts the new one")
    : rollout("the operator changes its StatefulSet: pods are replaced one by one");
}

/** https://argo-workflows.readthedocs.io/en/latest/fields/ */
const workflows = kindImpact(["argoproj.io/CronWorkflow", "argoproj.io/WorkflowTemplate", "argoproj.io/ClusterWorkflowTemplate"], {
  fields: [["spec", inPlace("the next Workflow follows it; running ones stay as they are")]],
});

const gatewayTables = Object.values(gateway);

/** What changes of operators' kinds do, as their documents say: no cluster of the tests has these operators. By group and kind. */
const byKind: ReadonlyMap<string, KindImpact> = new Map(
  [knative, scaledObject, scaledJob, prometheus, workflows, deploying, deployedFrom, data, ...gatewayTables, withoutPods].flatMap((table) =>
    table.kinds.map((kind) => [kind, table] as const),
  ),
);

/** The table of a kind of an operator; undefined where none is known. @param kind by group and kind, as `keda.sh/ScaledObject` */
export const operatorImpactOf = (kind: string): KindImpact | undefined =>
  byKind.get(kind) ?? (isGroupWithoutPods(kind) ? withoutPods : undefined);

/** https://kubernetes.io/docs/reference/using-api/#api-groups */
export const isOwnGroup = (group: string): boolean => !group.includes(".") || group.endsWith(".k8s.io");

/** Whether an operator may run pods for an object, with labels that its manifest doesn't say. */
export const mayRunPods = (object: KubernetesObject): boolean =>
  !isOwnGroup(groupOf(object)) && operatorImpactOf(kindNameOf(object)) !== withoutPods && !known.has(object.kind);

/** Kinds of operators whose pods, if any, their manifests describe. */
const known: ReadonlySet<string> = new Set(["AnalysisTemplate", "ClusterAnalysisTemplate", "ExternalSecret", "Rollout"]);

/** What is said of a field of a kind whose operator isn't known here. */
export const decidedByOperator = ({ kind }: { readonly kind: string }): Verdict =>
  unknown(`the operator of ${kind} decides what becomes of it: pods may be replaced`);

/** The same of an object that is created. */
export const createdForOperator = ({ kind, metadata }: KubernetesObject): Verdict =>
  unknown(`${kind} ${metadata.name} is created; its operator decides what it starts, and whether pods are among it`);
