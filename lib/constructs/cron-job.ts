import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import type { CronJobWorkload } from "../overlay/index.ts";
import { endingTemplate, jobFields } from "./job.ts";
import { metadata } from "./metadata.ts";
import type { AppProps } from "./props.ts";

/** A Job by the clock: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ */
export class CronJob extends ApiObject {
  constructor(scope: Construct, id: string, props: AppProps, { kind, job, ...rest }: CronJobWorkload) {
    super(scope, id, {
      ...k8s.KubeCronJob.GVK,
      metadata: metadata(props, props.app.name),
      spec: { ...rest, jobTemplate: { spec: { ...jobFields(job ?? {}), template: endingTemplate(props) } } },
    });
  }
}
