import type { ICustomResourceDefinition } from "kubernetes-models/apiextensions.k8s.io/v1";
import type { IDaemonSet, IDeployment, IReplicaSet, IStatefulSet } from "kubernetes-models/apps/v1";
import type { IHorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2";
import type { ICronJob, IJob } from "kubernetes-models/batch/v1";
import type { IIngress, IIngressClass, INetworkPolicy } from "kubernetes-models/networking.k8s.io/v1";
import type { IRuntimeClass } from "kubernetes-models/node.k8s.io/v1";
import type { IPodDisruptionBudget } from "kubernetes-models/policy/v1";
import type { IClusterRole, IClusterRoleBinding, IRole, IRoleBinding } from "kubernetes-models/rbac.authorization.k8s.io/v1";
import type { IPriorityClass } from "kubernetes-models/scheduling.k8s.io/v1";
import type { IStorageClass } from "kubernetes-models/storage.k8s.io/v1";
import type {
  IConfigMap,
  ILimitRange,
  INamespace,
  IPersistentVolume,
  IPersistentVolumeClaim,
  IPod,
  IPodTemplate,
  IReplicationController,
  IResourceQuota,
  ISecret,
  IService,
  IServiceAccount,
} from "kubernetes-models/v1";
import { groupOf, type KubernetesObject } from "../manifest/index.ts";
import type { Application, AppProject, Certificate, ExternalSecret, Rollout, SealedSecret } from "./custom-kinds.ts";

/**
 * A type of the API as manifests have it, at every depth: they come from anywhere and are of any version, so each field may be missing,
 * and a text that is one of a few today may be another tomorrow. Nothing changes it.
 */
type Loose<T> = T extends string
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Loose<Item>[]
    : T extends object
      ? string extends keyof T
        ? Readonly<Record<string, Loose<T[keyof T]>>>
        : { readonly [Key in keyof T]?: Loose<T[Key]> }
      : T;

/** The kinds that rules and impacts look into, by group and kind; the core group has no name. */
interface Kinds {
  ConfigMap: IConfigMap;
  LimitRange: ILimitRange;
  Namespace: INamespace;
  PersistentVolume: IPersistentVolume;
  PersistentVolumeClaim: IPersistentVolumeClaim;
  Pod: IPod;
  PodTemplate: IPodTemplate;
  ReplicationController: IReplicationController;
  ResourceQuota: IResourceQuota;
  Secret: ISecret;
  Service: IService;
  ServiceAccount: IServiceAccount;
  "apiextensions.k8s.io/CustomResourceDefinition": ICustomResourceDefinition;
  "apps/DaemonSet": IDaemonSet;
  "apps/Deployment": IDeployment;
  "apps/ReplicaSet": IReplicaSet;
  "apps/StatefulSet": IStatefulSet;
  "argoproj.io/AppProject": AppProject;
  "argoproj.io/Application": Application;
  "argoproj.io/Rollout": Rollout;
  "autoscaling/HorizontalPodAutoscaler": IHorizontalPodAutoscaler;
  "batch/CronJob": ICronJob;
  "batch/Job": IJob;
  "bitnami.com/SealedSecret": SealedSecret;
  "cert-manager.io/Certificate": Certificate;
  "external-secrets.io/ExternalSecret": ExternalSecret;
  "networking.k8s.io/Ingress": IIngress;
  "networking.k8s.io/IngressClass": IIngressClass;
  "networking.k8s.io/NetworkPolicy": INetworkPolicy;
  "node.k8s.io/RuntimeClass": IRuntimeClass;
  "policy/PodDisruptionBudget": IPodDisruptionBudget;
  "rbac.authorization.k8s.io/ClusterRole": IClusterRole;
  "rbac.authorization.k8s.io/ClusterRoleBinding": IClusterRoleBinding;
  "rbac.authorization.k8s.io/Role": IRole;
  "rbac.authorization.k8s.io/RoleBinding": IRoleBinding;
  "scheduling.k8s.io/PriorityClass": IPriorityClass;
  "storage.k8s.io/StorageClass": IStorageClass;
}

/** A kind with its group, as `apps/Deployment` or `Service`. */
export type KindName = keyof Kinds;

/** An object of a kind, as a manifest has it. */
export type ObjectOf<Kind extends KindName> = KubernetesObject & Loose<Omit<Kinds[Kind], "apiVersion" | "kind" | "metadata">>;

/** What an object of a kind asks for. */
export type SpecOf<Kind extends KindName> = NonNullable<Loose<Kinds[Kind]> extends { readonly spec?: infer Spec } ? Spec : never>;

export type PodTemplate = NonNullable<ObjectOf<"PodTemplate">["template"]>;
export type PodSpec = SpecOf<"Pod">;
export type ServiceSpec = SpecOf<"Service">;
export type ServicePort = Item<ServiceSpec["ports"]>;
export type ClaimSpec = SpecOf<"PersistentVolumeClaim">;
export type IngressSpec = SpecOf<"networking.k8s.io/Ingress">;
export type IngressBackend = NonNullable<IngressSpec["defaultBackend"]>;
export type Selector = NonNullable<ClaimSpec["selector"]>;
export type Volume = Item<PodSpec["volumes"]>;
export type ProjectedSource = Item<NonNullable<Volume["projected"]>["sources"]>;
export type KeyToPath = Item<NonNullable<Volume["configMap"]>["items"]>;
export type DownwardItem = Item<NonNullable<Volume["downwardAPI"]>["items"]>;
export type FieldReference = NonNullable<DownwardItem["fieldRef"]>;
export type ResourceReference = NonNullable<DownwardItem["resourceFieldRef"]>;
export type Affinity = NonNullable<PodSpec["affinity"]>;
export type PodAffinityTerm = Item<NonNullable<Affinity["podAffinity"]>["requiredDuringSchedulingIgnoredDuringExecution"]>;
export type NodeSelectorTerm = NonNullable<
  Item<NonNullable<Affinity["nodeAffinity"]>["preferredDuringSchedulingIgnoredDuringExecution"]>["preference"]
>;
export type Container = Item<PodSpec["containers"]>;
export type ContainerPort = Item<Container["ports"]>;
export type EnvVar = Item<Container["env"]>;
export type KeyReference = NonNullable<NonNullable<EnvVar["valueFrom"]>["configMapKeyRef"]>;
export type Probe = NonNullable<Container["livenessProbe"]>;
/** What a probe or a lifecycle hook does. */
export type ProbeHandler = Pick<Probe, "exec" | "grpc" | "httpGet" | "tcpSocket"> &
  Pick<NonNullable<NonNullable<Container["lifecycle"]>["preStop"]>, "sleep">;
export type SecurityContext = NonNullable<Container["securityContext"]>;
export type IntOrString = number | string;

type Item<List> = NonNullable<List> extends readonly (infer Member)[] ? NonNullable<Member> : never;

/** The kind of an object with its group, as `apps/Deployment` or `Service`. */
export function kindNameOf(object: Pick<KubernetesObject, "apiVersion" | "kind">): string {
  const group = groupOf(object);
  return group === "" ? object.kind : `${group}/${object.kind}`;
}

/**
 * Whether an object is of one of these kinds, so that its fields have their types.
 *
 * @example
 * if (isKind(object, "apps/Deployment")) object.spec?.replicas;
 */
export const isKind = <Kind extends KindName>(object: KubernetesObject, ...kinds: readonly Kind[]): object is ObjectOf<Kind> =>
  kinds.some((kind) => kind === kindNameOf(object));
