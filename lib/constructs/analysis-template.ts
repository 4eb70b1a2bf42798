import { ApiObject } from "cdk8s";
import type { Construct } from "constructs";
import { type Analysis, analysisTemplateKind } from "../overlay/index.ts";
import { configurationWave, metadata, nonEmpty, sorted } from "./metadata.ts";
import type { AppProps } from "./props.ts";

export const analysisTemplateName = (app: string, analysis: string) => `${app}-${analysis}`;

/** What a rollout measures, and when that is good: https://argo-rollouts.readthedocs.io/en/stable/features/analysis/ */
export class AnalysisTemplate extends ApiObject {
  constructor(scope: Construct, id: string, props: AppProps, name: string, { metrics, args }: Analysis) {
    super(scope, id, {
      ...analysisTemplateKind,
      // A Rollout whose template isn't there is invalid until it comes.
      metadata: metadata(props, analysisTemplateName(props.app.name, name), {}, configurationWave),
      spec: {
        ...nonEmpty(
          "args",
          sorted(args).map(([argument, { value, secret }]) => ({
            name: argument,
            ...(value === undefined ? {} : { value }),
            ...(secret ? { valueFrom: { secretKeyRef: secret } } : {}),
          })),
        ),
        metrics: sorted(metrics).map(([metric, model]) => ({ name: metric, ...model })),
      },
    });
  }
}
