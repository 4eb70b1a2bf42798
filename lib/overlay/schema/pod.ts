import { z } from "zod";
import { PodResources, PodSecurity } from "./container.ts";
import {
  annotations,
  dnsLabel,
  dnsName,
  ipAddress,
  labels,
  labelValue,
  nonNegative,
  objectName,
  positive,
  qualifiedName,
  searchDomain,
  verbatim,
} from "./scalar.ts";

const expression = (operators: [string, ...string[]], key = qualifiedName, value: z.ZodType<string> = labelValue) =>
  z.strictObject({
    key: key.describe("The label's key."),
    operator: z.enum(operators).describe("How values are compared."),
    values: z.array(value).optional().describe("Values; none for Exists and DoesNotExist."),
  });
export const LabelSelector = z
  .strictObject({
    matchLabels: labels.optional().describe("Labels that must be equal."),
    matchExpressions: z
      .array(expression(["In", "NotIn", "Exists", "DoesNotExist"]))
      .optional()
      .describe("Conditions that must all hold."),
  })
  .meta({ id: "LabelSelector", description: "Selects objects by label." });

const nodeOperators: [string, ...string[]] = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];
const nodeExpression = expression(
  nodeOperators,
  qualifiedName,
  z.union([labelValue, z.string().regex(/^-?\d+$/, { error: "a whole number" })]),
);
const fieldExpression = expression(nodeOperators, z.string(), z.string());
const NodeTerm = z
  .strictObject({
    matchExpressions: z.array(nodeExpression).optional().describe("Conditions on labels."),
    matchFields: z.array(fieldExpression).optional().describe("Conditions on fields."),
  })
  .meta({ id: "NodeSelectorTerm", description: "Conditions on a node, all of which must hold." });
const weight = z.int().min(1).max(100).describe("From 1 to 100.");
const NodeAffinity = z
  .strictObject({
    requiredDuringSchedulingIgnoredDuringExecution: z
      .strictObject({ nodeSelectorTerms: z.array(NodeTerm).min(1).describe("Any of these.") })
      .optional()
      .describe("Nodes the pod must go to."),
    preferredDuringSchedulingIgnoredDuringExecution: z
      .array(z.strictObject({ weight, preference: NodeTerm.describe("The nodes meant.") }))
      .optional()
      .describe("Nodes it would rather go to."),
  })
  .meta({ id: "NodeAffinity", description: "Which nodes a pod goes to." });
const PodTerm = z
  .strictObject({
    topologyKey: qualifiedName.describe("Label of the node that says what counts as the same place."),
    labelSelector: LabelSelector.optional().describe("The other pods."),
    namespaces: z.array(dnsLabel).optional().describe("Their namespaces. Default: this pod's."),
    namespaceSelector: LabelSelector.optional().describe("Their namespaces by label."),
    matchLabelKeys: z.array(qualifiedName).optional().describe("Labels of this pod that the others must share."),
    mismatchLabelKeys: z.array(qualifiedName).optional().describe("Labels of this pod that the others must not share."),
  })
  .meta({ id: "PodAffinityTerm", description: "Other pods, and the place meant." });
const PodAffinity = z
  .strictObject({
    requiredDuringSchedulingIgnoredDuringExecution: z.array(PodTerm).optional().describe("What must hold."),
    preferredDuringSchedulingIgnoredDuringExecution: z
      .array(z.strictObject({ weight, podAffinityTerm: PodTerm.describe("The pods meant.") }))
      .optional()
      .describe("What would be better."),
  })
  .meta({ id: "PodAffinity", description: "Which pods a pod goes near to, or away from." });
const Affinity = z
  .strictObject({
    nodeAffinity: NodeAffinity.optional().describe("Which nodes."),
    podAffinity: PodAffinity.optional().describe("Near which pods."),
    podAntiAffinity: PodAffinity.optional().describe("Away from which pods."),
  })
  .meta({ id: "Affinity", description: "Where pods go: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/" });

const Toleration = z
  .strictObject({
    key: qualifiedName.optional().describe("Taint's key. Default: any."),
    operator: z.enum(["Exists", "Equal"]).optional().describe("Kubernetes' default: Equal."),
    value: labelValue.optional().describe("Taint's value."),
    effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]).optional().describe("Default: any."),
    tolerationSeconds: z.int().optional().describe("Seconds to stay under NoExecute. Default: forever."),
  })
  .meta({ id: "Toleration", description: "A taint that the pod tolerates." });

const Spread = z
  .strictObject({
    maxSkew: positive.optional().describe("Difference allowed between places. Default: 1."),
    whenUnsatisfiable: z.enum(["DoNotSchedule", "ScheduleAnyway"]).optional().describe("Default: ScheduleAnyway."),
    minDomains: positive.optional().describe("Least number of places."),
    nodeAffinityPolicy: z.enum(["Honor", "Ignore"]).optional().describe("Kubernetes' default: Honor."),
    selector: LabelSelector.optional().describe("Pods that count. Default: those of the app."),
    nodeTaintsPolicy: z.enum(["Honor", "Ignore"]).optional().describe("Kubernetes' default: Ignore."),
    matchLabelKeys: z
      .array(qualifiedName)
      .optional()
      .describe("Labels of the pod that narrow the count, as `pod-template-hash` to count one revision."),
  })
  .meta({ id: "Spread", description: "How evenly pods spread over places." });

const Dns = z
  .strictObject({
    policy: z
      .enum(["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"])
      .optional()
      .describe("Kubernetes' default: ClusterFirst."),
    nameservers: z.array(ipAddress).optional().describe("Further name servers."),
    searches: z.array(searchDomain).optional().describe("Further search domains."),
    options: z
      .record(z.string(), z.string())
      .optional()
      .describe("Resolver options; an empty value for those without one, as `ndots: '2'`."),
  })
  .meta({ id: "Dns", description: "How the pod resolves names." });

export const Pod = z
  .strictObject({
    name: objectName.optional().describe("Name in the template of the pods. Nothing reads it; for adopting what has one."),
    labels: labels.optional().describe("Further labels of the pods."),
    annotations: annotations.optional().describe("Annotations of the pods."),
    nodeSelector: labels.optional().describe("Labels a node must have."),
    affinity: Affinity.optional().describe("Where pods go, in full."),
    tolerations: z.record(dnsLabel, Toleration).optional().describe("Taints that the pod tolerates, by a name of your choice."),
    topologySpread: z
      .record(qualifiedName, Spread)
      .optional()
      .describe("Spread over places, by the node label that names the place. Default from 2 replicas: zones, as far as possible."),
    priorityClass: objectName.optional().describe("Priority class."),
    preemptionPolicy: z.enum(["PreemptLowerPriority", "Never"]).optional().describe("Whether it may push others out."),
    runtimeClass: objectName.optional().describe("Container runtime."),
    schedulerName: z.string().optional().describe("Kubernetes' default: default-scheduler."),
    hostAliases: z.record(ipAddress, z.array(dnsName).min(1)).optional().describe("Lines of /etc/hosts: host names by address."),
    dns: Dns.optional().describe("How the pod resolves names."),
    automountServiceAccountToken: z.boolean().optional().describe("Whether these pods get a token. Default: `serviceAccount.token`."),
    hostname: dnsLabel.optional().describe("Default: the pod's name."),
    subdomain: dnsLabel.optional().describe("Headless Service that gives the pods names."),
    imagePullSecrets: z.array(objectName).optional().describe("Secrets that let the kubelet pull."),
    security: PodSecurity.optional().describe("Security context, which containers inherit."),
    terminationGracePeriodSeconds: nonNegative
      .optional()
      .describe("Seconds to stop before the process is killed. Kubernetes' default: 30."),
    activeDeadlineSeconds: positive.optional().describe("Seconds the pod may live."),
    restartPolicy: z.enum(["Always", "OnFailure", "Never"]).optional().describe("Default: Always; Never in a Job or CronJob."),
    enableServiceLinks: z
      .boolean()
      .optional()
      .describe("Whether every Service of the namespace becomes environment variables. Kubernetes' default: true."),
    shareProcessNamespace: z.boolean().optional().describe("Whether containers see each other's processes."),
    hostNetwork: z.boolean().optional().describe("Use the node's network."),
    hostPID: z.boolean().optional().describe("See the node's processes."),
    hostIPC: z.boolean().optional().describe("Share the node's IPC."),
    hostUsers: z.boolean().optional().describe("False puts the pod in a user namespace of its own."),
    os: z.enum(["linux", "windows"]).optional().describe("Operating system of the node."),
    readinessGates: z.array(qualifiedName).optional().describe("Further conditions of readiness."),
    overhead: verbatim.optional().describe("Resources of the sandbox, as the Kubernetes API has them."),
    resources: PodResources.optional().describe(
      "Requests and limits of the pod as a whole, which containers without their own share. From Kubernetes 1.34 on.",
    ),
    resourceClaims: z.array(verbatim).optional().describe("Claims of dynamic resource allocation, as the Kubernetes API has them."),
    schedulingGates: z.array(qualifiedName).optional().describe("What must be lifted before it is scheduled."),
  })
  .meta({ id: "Pod", description: "What holds for the app's pods as a whole." });
