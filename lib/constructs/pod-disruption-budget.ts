import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import type { DisruptionBudget } from "../overlay/index.ts";
import { metadata } from "./metadata.ts";
import { type AppProps, selectorOf } from "./props.ts";
import { verbatim } from "./verbatim.ts";

/** How many pods a drain may take at once: https://kubernetes.io/docs/tasks/run-application/configure-pdb/ */
export class PodDisruptionBudget extends ApiObject {
  constructor(scope: Construct, id: string, props: AppProps, { name, labels, annotations, selector, ...budget }: DisruptionBudget) {
    super(scope, id, {
      ...k8s.KubePodDisruptionBudget.GVK,
      metadata: metadata(props, name ?? props.app.name, { labels, annotations }),
      spec: { ...budget, selector: selector ? verbatim(selector) : { matchLabels: { ...selectorOf(props.app) } } },
    });
  }
}
