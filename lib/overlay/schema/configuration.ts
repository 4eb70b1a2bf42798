import { z } from "zod";
import { InitContainer, JobContainer } from "./container.ts";
import { Pod } from "./pod.ts";
import { absolutePath, annotations, dataKey, dnsLabel, duration, envKey, labels, objectName } from "./scalar.ts";
import { Volume } from "./volume.ts";
import { jobFields } from "./workload.ts";

export const Config = z
  .strictObject({
    env: z
      .record(envKey, z.union([z.string(), z.number(), z.boolean()]))
      .optional()
      .describe("Environment variables of the main container and of jobs, kept in the ConfigMap `<app>-config`. A change rolls the pods."),
    files: z
      .record(dataKey, z.string())
      .optional()
      .describe("Files by name, kept in the ConfigMap `<app>-files`. A change rolls the pods."),
    mountPath: absolutePath.optional().describe("Where main container and jobs find the files. Default: /etc/config."),
  })
  .meta({ id: "Config", description: "What the app is configured with, and may be read by everyone." });

const ConfigMap = z
  .strictObject({
    name: objectName.optional().describe("Default: the app's name, '-' and the ConfigMap's."),
    labels: labels.optional().describe("Further labels."),
    annotations: annotations.optional().describe("Annotations."),
    data: z.record(dataKey, z.string()).optional().describe("Texts by key."),
    binaryData: z.record(dataKey, z.base64()).optional().describe("Other contents by key, in base64."),
    immutable: z.boolean().optional().describe("Whether the contents may never change. Kubernetes' default: false."),
  })
  .meta({ id: "ConfigMap", description: "A ConfigMap of the app that nothing reads by itself, and whose change rolls no pods." });
export const configMaps = z.record(dnsLabel, ConfigMap);

const RemoteSecret = z
  .strictObject({
    key: z.string().min(1).describe("The entry in the secret store."),
    property: z.string().min(1).optional().describe("A property of the entry. Default: the whole entry."),
    version: z.string().min(1).optional().describe("A version of the entry. Default: the newest."),
    decodingStrategy: z.enum(["None", "Base64", "Base64URL", "Auto"]).optional().describe("How the value is decoded. Default: None."),
  })
  .meta({ id: "RemoteSecret", description: "A value kept in the secret store." });
const SecretValue = z
  .union([z.string(), RemoteSecret])
  .meta({ id: "SecretValue", description: "A value of the secret store, or a literal where the environment allows it." });

export const Secrets = z
  .strictObject({
    env: z
      .record(envKey, SecretValue)
      .optional()
      .describe(
        "Environment variables of the main container and of jobs, kept in the Secret `<app>-secrets` (literals in `<app>-literals`).",
      ),
    files: z
      .record(dataKey, SecretValue)
      .optional()
      .describe("Files by name, kept in the Secret `<app>-secret-files` (literals in `<app>-literal-files`)."),
    mountPath: absolutePath.optional().describe("Where main container and jobs find the files. Default: /etc/secrets."),
    revision: z.union([z.string(), z.number()]).optional().describe("Change it to roll the pods after a secret was changed in the store."),
    refreshInterval: duration.optional().describe("How often the store is read. Default: the environment's."),
  })
  .meta({ id: "Secrets", description: "What the app is configured with, and must stay secret." });

export const ServiceAccount = z
  .strictObject({
    name: objectName.optional().describe("Default: the app's name."),
    create: z.boolean().optional().describe("False uses an account that something else creates. Default: true."),
    roleArn: z
      .string()
      .regex(/^arn:[a-z-]+:iam::[0-9]{12}:role\/.+$/, { error: "the ARN of an IAM role" })
      .optional()
      .describe("IAM role the pods act as (IRSA)."),
    labels: labels.optional().describe("Further labels."),
    annotations: annotations.optional().describe("Further annotations."),
    token: z
      .boolean()
      .optional()
      .describe(
        "Whether pods get a token for the API server. Default: false. With `defaults: none` or `environment` it is the account's alone; `pod.automountServiceAccountToken` is that of the pods.",
      ),
    imagePullSecrets: z.array(objectName).optional().describe("Secrets that let the kubelet pull."),
  })
  .meta({ id: "ServiceAccount", description: "Who the pods are." });

export const Job = z
  .strictObject({
    hook: z
      .enum(["PreSync", "Sync", "PostSync", "SyncFail"])
      .optional()
      .describe(
        "When Argo CD runs it. Sync runs before the workload and after the app's own configuration. Default: none; the Job is replaced when it changes.",
      ),
    container: JobContainer.optional().describe("What it runs; image, environment, resources and security are the app's by default."),
    initContainers: z.record(dnsLabel, InitContainer).optional().describe("Containers that run before it, by name."),
    volumes: z.record(dnsLabel, Volume).optional().describe("Further volumes."),
    pod: Pod.optional().describe("What differs from the app's pods."),
    labels: labels.optional().describe("Labels of the Job."),
    annotations: annotations.optional().describe("Annotations of the Job."),
    ...jobFields,
  })
  .meta({ id: "AppJob", description: "A Job that belongs to the app." });
