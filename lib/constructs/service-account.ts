import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import type { ResolvedApp } from "../overlay/index.ts";
import { configurationWave, metadata, nonEmpty } from "./metadata.ts";
import type { AppProps } from "./props.ts";

export function serviceAccountName({ name, spec }: ResolvedApp): string {
  return spec.serviceAccount?.name ?? name;
}

/** Who the app's pods are. The role annotation is what IRSA reads: https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html */
export class ServiceAccount extends ApiObject {
  constructor(scope: Construct, id: string, props: AppProps) {
    const { roleArn, labels, annotations, token, imagePullSecrets } = props.app.spec.serviceAccount ?? {};
    super(scope, id, {
      ...k8s.KubeServiceAccount.GVK,
      metadata: metadata(
        props,
        serviceAccountName(props.app),
        { labels, annotations: { ...(roleArn ? { "eks.amazonaws.com/role-arn": roleArn } : {}), ...annotations } },
        configurationWave,
      ),
      automountServiceAccountToken: token,
      ...nonEmpty(
        "imagePullSecrets",
        imagePullSecrets?.map((name) => ({ name })),
      ),
    });
  }
}
