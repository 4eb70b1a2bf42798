import type { CfnResource } from "aws-cdk-lib";

/** An API with the stage that serves it, whichever type it has. */
export interface ServedApi {
  readonly type: "rest" | "http";
  readonly apiId: string;
  /** Name of the stage, or a reference to it. */
  readonly stage: string;
  /** Path of the stage in the API's own address. */
  readonly stagePath: string;
  /** What has to stand before the stage when clients reach it. */
  readonly guards: readonly CfnResource[];
  /** By which CloudWatch knows its metrics. */
  readonly dimensions: readonly { readonly name: string; readonly value: string }[];
}
