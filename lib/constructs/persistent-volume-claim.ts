import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import type { Claim, ResolvedApp } from "../overlay/index.ts";
import { configurationWave, metadata, syncOptions } from "./metadata.ts";
import type { AppProps } from "./props.ts";
import { claimSpec } from "./volume.ts";

/** Names of the app's claims by their key in `storage`. */
export function claimNames({ name, spec }: ResolvedApp): ReadonlyMap<string, string> {
  return new Map(Object.entries(spec.storage ?? {}).map(([key, claim]) => [key, claim.name ?? `${name}-${key}`]));
}

/** Storage that outlives pods, and that Argo CD neither prunes nor deletes with the Application. */
export class PersistentVolumeClaim extends ApiObject {
  constructor(scope: Construct, id: string, props: AppProps, name: string, claim: Claim) {
    const kept = {
      ...configurationWave,
      ...syncOptions("Prune=false", "Delete=false"),
      // What is kept when it is gone from git is no difference.
      "argocd.argoproj.io/compare-options": "IgnoreExtraneous",
    };
    super(scope, id, {
      ...k8s.KubePersistentVolumeClaim.GVK,
      metadata: metadata(props, name, { labels: claim.labels, annotations: claim.annotations }, kept),
      spec: claimSpec(claim),
    });
  }
}
