import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import type { CronJobWorkload } from "../overlay/index.ts";
import { endingTemplate, jobFields } from "./job.ts";
import { nonEmpty } from "./metadata.ts";
import type { AppProps } from "./props.ts";
import { workloadFields, workloadMetadata } from "./workload-metadata.ts";

/** A Job by the clock: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ */
export class CronJob extends ApiObject {
  constructor(scope: Construct, id: string, props: AppProps, workload: CronJobWorkload) {
    const { job = {}, ...rest } = workloadFields(workload);
    const { labels, annotations, ...fields } = job;
    const metadata = { ...nonEmpty("labels", labels), ...nonEmpty("annotations", annotations) };
    super(scope, id, {
      ...k8s.KubeCronJob.GVK,
      metadata: workloadMetadata(props, workload),
      spec: {
        ...rest,
        jobTemplate: { ...nonEmpty("metadata", metadata), spec: { ...jobFields(fields), template: endingTemplate(props) } },
      },
    });
  }
}
