import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import type { IJobSpec } from "kubernetes-models/batch/v1";
import type { IPodTemplateSpec } from "kubernetes-models/v1";
import {
  type AppJob,
  type AppSpec,
  type Container,
  type CronJobJob,
  isAdopted,
  isObject,
  type JobContainer,
  type JobWorkload,
  merge,
  type Pod,
} from "../overlay/index.ts";
import { container } from "./container.ts";
import { entriesOf, metadata, nonEmpty, syncOptions, wave, waveAnnotation } from "./metadata.ts";
import { containerProps, podSpec, podTemplate, volumes, withConfiguration } from "./pod.ts";
import { type AppProps, jobLabel } from "./props.ts";
import { verbatim } from "./verbatim.ts";
import { workloadFields, workloadMetadata } from "./workload-metadata.ts";

/** A Job can't be changed, only replaced: https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#force-sync */
const replaced = syncOptions("Force=true", "Replace=true");

/** The fields of a Job's spec the model spells as the API does. */
export function jobFields({
  podFailurePolicy,
  successPolicy,
  ...rest
}: CronJobJob & { readonly suspend?: boolean }): Omit<IJobSpec, "template"> {
  return {
    ...rest,
    ...(podFailurePolicy ? { podFailurePolicy: verbatim(podFailurePolicy) } : {}),
    ...(successPolicy ? { successPolicy: verbatim(successPolicy) } : {}),
  };
}

/** The app's own pods, which end. */
export function endingTemplate(props: AppProps): IPodTemplateSpec {
  const template = podTemplate(props);
  return {
    ...template,
    spec: { ...template.spec, restartPolicy: props.app.spec.pod?.restartPolicy ?? "Never" },
  };
}

/** An app that is a Job: pods that run to their end once. */
export class WorkloadJob extends ApiObject {
  constructor(scope: Construct, id: string, props: AppProps, workload: JobWorkload) {
    super(scope, id, {
      ...k8s.KubeJob.GVK,
      metadata: workloadMetadata(props, workload, replaced),
      spec: { ...jobFields(workloadFields(workload)), template: endingTemplate(props) },
    });
  }
}

/** A Job that belongs to an app, as one that migrates its database before each rollout. */
export class Job extends ApiObject {
  constructor(scope: Construct, id: string, props: AppProps, name: string, job: AppJob) {
    const { hook, container: own, initContainers, volumes: ownVolumes, pod, labels, annotations, ...fields } = job;
    const hooked = hook ? { ...hookAnnotations(hook), ...annotations } : annotations;
    super(scope, id, {
      ...k8s.KubeJob.GVK,
      metadata: metadata(props, jobLabel(props.app.name, name), { labels, annotations: hooked }, hook ? {} : replaced),
      spec: { ...jobFields(fields), template: jobTemplate(props, name, job) },
    });
  }
}

/** A Sync hook runs in its wave, so after the app's configuration; it is deleted before it is created again: https://argo-cd.readthedocs.io/en/stable/user-guide/resource_hooks/ */
function hookAnnotations(hook: NonNullable<AppJob["hook"]>): Record<string, string> {
  return {
    "argocd.argoproj.io/hook": hook,
    "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation",
    ...(hook === "Sync" ? { [waveAnnotation]: wave.job } : {}),
  };
}

function jobTemplate(props: AppProps, name: string, job: AppJob): IPodTemplateSpec {
  const { spec } = props.app;
  const common = containerProps(props);
  const main = withConfiguration(spec, jobContainer(spec, job.container), props.app.name);
  const first = entriesOf(spec)(job.initContainers).sort(([, a], [, b]) => (a.order ?? 0) - (b.order ?? 0));
  const { labels, annotations, ...pod } = merge(inheritedPod(spec), job.pod ?? {}) as Pod;
  return {
    ...nonEmpty("metadata", {
      ...nonEmpty("labels", { ...labels, ...(isAdopted(spec) ? {} : { app: jobLabel(props.app.name, name) }) }),
      ...nonEmpty("annotations", annotations),
    }),
    spec: podSpec(
      props,
      { restartPolicy: "Never", ...pod },
      {
        containers: [container(name, main, common)],
        ...nonEmpty(
          "initContainers",
          first.map(([initName, model]) => container(initName, model, common)),
        ),
        ...nonEmpty(
          "volumes",
          volumes(props, { ...nonEmpty("volumeOrder", spec.volumeOrder), volumes: { ...sharedVolumes(spec), ...job.volumes } }),
        ),
      },
    ),
  };
}

/** Where a job runs follows the app; how its pods spread and what they are called doesn't. */
function inheritedPod({ pod }: AppSpec): Pod {
  const { labels, annotations, topologySpread, restartPolicy, readinessGates, hostname, subdomain, ...rest } = pod ?? {};
  return rest;
}

/** What a job takes over from the app's container: what it is and may do, not how it serves. Its probes, ports and hooks are the app's own. */
function jobContainer({ container: main, ...spec }: AppSpec, own: JobContainer = {}): Container {
  if (!main) return own as Container;
  const { image, imagePullPolicy, workingDir, env, envFrom, resources, security, mounts } = main;
  const shared = Object.fromEntries(
    Object.entries(mounts ?? {}).filter(([, mount]) =>
      Object.hasOwn(sharedVolumes(spec), typeof mount === "string" ? mount : mount.volume),
    ),
  );
  return merge(defined({ image, imagePullPolicy, workingDir, env, envFrom, resources, security, mounts: shared }), own) as Container;
}

const defined = (value: object) =>
  Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== undefined && !(isObject(member) && Object.keys(member).length === 0)),
  );

/** Volumes a job can mount beside the running app: not storage, which often only one pod can hold. */
function sharedVolumes({ volumes: all }: Pick<AppSpec, "volumes">): NonNullable<AppSpec["volumes"]> {
  return Object.fromEntries(Object.entries(all ?? {}).filter(([, volume]) => volume.claim === undefined && volume.hostPath === undefined));
}
