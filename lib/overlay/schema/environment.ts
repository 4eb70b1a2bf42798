import { z } from "zod";
import { Gateway, RegistrySettings } from "./gateway.ts";
import { LabelSelector } from "./pod.ts";
import { IngressSettings, Routing } from "./routing.ts";
import {
  annotations,
  awsAccount,
  awsRegion,
  dnsLabel,
  dnsName,
  duration,
  labels,
  nodePath,
  objectName,
  registry,
  repositoryFile,
  verbatim,
} from "./scalar.ts";

const Cluster = z
  .strictObject({
    name: dnsLabel.describe("The cluster's name; environments of the same name share it."),
    server: z
      .url({ protocol: /^https$/, error: "an https URL" })
      .optional()
      .describe("API server as Argo CD knows it. Default: the cluster Argo CD runs in."),
    snapshot: repositoryFile
      .optional()
      .describe(
        "File that `slipway cluster snapshot` wrote, from the repository's root: check knows from it what the cluster has. Default: none.",
      ),
  })
  .meta({ id: "Cluster", description: "Where the environment runs." });

const Argocd = z
  .strictObject({
    repository: z.string().min(1).describe("URL of this repository, as Argo CD fetches it."),
    revision: z.string().min(1).optional().describe("Branch Argo CD follows. Default: main."),
    path: z
      .string()
      .regex(/^[^/].*[^/]$|^[^/]$/, { error: "a relative path without '/' at its ends" })
      .optional()
      .describe("Where dist lies in the repository. Default: dist."),
    namespace: dnsLabel.optional().describe("Namespace Argo CD runs in. Default: argocd."),
    rootProject: dnsLabel.optional().describe("AppProject of the root Application; it must exist already. Default: default."),
    finalizer: z
      .enum(["foreground", "background", "none"])
      .optional()
      .describe(
        "What removing an Application does to what it deployed: waits for its deletion, deletes without waiting, or leaves it running. Default: foreground.",
      ),
    automated: z.boolean().optional().describe("Whether Argo CD syncs by itself, with selfHeal. Default: true."),
    prune: z
      .boolean()
      .optional()
      .describe("Whether a sync by itself removes what is no longer in dist; leave it off while you move in. Default: true."),
    retry: z
      .strictObject({
        limit: z.int().optional().describe("Number of attempts; negative for no limit. Default: 5."),
        duration: duration.optional().describe("First wait. Default: 5s."),
        factor: z.int().min(1).optional().describe("Growth of the wait. Default: 2."),
        maxDuration: duration.optional().describe("Longest wait. Default: 3m."),
        refresh: z
          .boolean()
          .optional()
          .describe(
            "Whether a retry uses what is in git at that time, so that a fix needn't wait for all retries; Argo CD 3.2 or newer. Default: true.",
          ),
      })
      .optional()
      .describe("How often Argo CD retries a failed sync."),
    syncWindows: z.array(verbatim).optional().describe("When the environment may sync, as the AppProject API has them."),
    roles: z.array(verbatim).optional().describe("Roles of the AppProjects, as their API has them."),
    kinds: z
      .array(z.strictObject({ group: z.string().describe("API group; empty for core."), kind: z.string().min(1).describe("Kind.") }))
      .optional()
      .describe("Further kinds apps may deploy, beside those of the model and those that `extend` adds."),
  })
  .meta({ id: "Argocd", description: "How Argo CD applies the environment." });

const Namespace = z
  .strictObject({
    labels: labels.optional().describe("Further labels."),
    annotations: annotations.optional().describe("Annotations."),
    podSecurity: z
      .enum(["privileged", "baseline", "restricted"])
      .optional()
      .describe(
        "Pod Security Standard that it enforces; with `create: false`, the one by which its pods are checked. Default: the environment's, and none where that isn't set and `create` is false.",
      ),
    create: z.boolean().optional().describe("False leaves the namespace to something else. Default: true."),
  })
  .meta({ id: "NamespaceSettings", description: "A namespace of the environment." });

const SecretSettings = z
  .strictObject({
    store: z
      .strictObject({
        name: objectName.describe("Name of the store."),
        kind: z
          .enum(["SecretStore", "ClusterSecretStore"])
          .optional()
          .describe("SecretStore is one for each namespace. Default: SecretStore."),
        provider: verbatim
          .optional()
          .describe("The store's provider as External Secrets has it; without it something else creates the store."),
      })
      .optional()
      .describe("Store that ExternalSecrets read."),
    refreshInterval: duration.optional().describe("How often stores are read. Default: 1h."),
    literals: z.boolean().optional().describe("Whether apps may carry secret values in the repository. Default: false."),
  })
  .meta({ id: "SecretSettings", description: "Where secrets come from." });

const NetworkSettings = z
  .strictObject({
    policy: z
      .enum(["open", "default-deny"])
      .optional()
      .describe("Default-deny refuses all traffic of the namespaces, and derives what apps need. Default: open."),
    ingressController: z
      .strictObject({
        namespace: dnsLabel.describe("Its namespace."),
        pods: LabelSelector.optional().describe("Its pods. Default: all of the namespace."),
      })
      .optional()
      .describe("The pods that bring requests to apps with an Ingress."),
    gateway: z
      .strictObject({
        namespace: dnsLabel.describe("Their namespace."),
        pods: LabelSelector.optional().describe("Pods by label. Default: all of the namespace."),
      })
      .optional()
      .describe(
        "The pods of the Gateway, which bring requests to apps with an HTTPRoute or GRPCRoute. Needed where `policy` is default-deny.",
      ),
    accepts: z
      .record(
        dnsLabel,
        z.strictObject({
          namespace: dnsLabel.describe("Namespace of the pods."),
          pods: LabelSelector.optional().describe("Pods by label. Default: all."),
        }),
      )
      .optional()
      .describe("Pods that may talk to every app, by a name of your choice, as the metrics collector."),
  })
  .meta({ id: "NetworkSettings", description: "Who may talk to whom." });

const Aws = z
  .strictObject({
    account: awsAccount.describe("Account id."),
    region: awsRegion.describe("Region."),
    gateway: Gateway.optional().describe("API Gateway in front of the apps' routes. Default: none."),
    registry: RegistrySettings.optional().describe("What the registry's stack can't take from apps and pins."),
  })
  .meta({ id: "Aws", description: "Where the environment's AWS resources are." });

const Provided = z
  .strictObject({
    kind: z
      .string()
      .regex(/^[A-Z*][\w*]*$/, { error: "a kind, as Secret" })
      .describe("Kind of the object; `*` stands for any text, here and below.")
      .meta({ examples: ["Secret"] }),
    namespace: z
      .string()
      .regex(/^[a-z0-9*-]+$/, { error: "the name of a namespace" })
      .optional()
      .describe("Its namespace. Default: any.")
      .meta({ examples: ["shop"] }),
    name: z
      .string()
      .min(1)
      .describe("Its name.")
      .meta({ examples: ["db-password"] }),
  })
  .meta({ id: "Provided", description: "An object that something else creates, so that nothing that refers to it is wrong." });

const Waiver = z
  .strictObject({
    rule: z
      .string()
      .regex(/^[a-z]+\/[a-z-]+$/, { error: "a rule's id, as security/image-tag" })
      .describe("Id of the rule, as `slipway rules` lists them."),
    resource: z
      .string()
      .regex(/^[A-Z]\w+ \S+$/, { error: "kind and name, as Deployment backend-app or Deployment shop/backend-app" })
      .describe("Kind and name of the object, as `Deployment backend-app`."),
    reason: z.string().min(10, { error: "a reason of at least 10 characters, which others can judge" }).describe("Why it may be so."),
    until: z
      .string()
      .regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, { error: "a day, as 2030-01-31" })
      .describe("The last day it holds; then the finding is back."),
  })
  .meta({ id: "Waiver", description: "A finding of `slipway check` that is accepted for a while." });

/** An address that nobody on the way can answer for: https, or this machine's own. */
const trustedUrl = /^(https:\/\/[^/?#@\s]+|http:\/\/(127\.0\.0\.1|localhost)(:\d+)?)(\/[^?#\s]*[^?#/\s])?$/;

const Releases = z
  .strictObject({
    gitlab: z
      .string()
      .regex(trustedUrl, { error: "an https address without '/' at its end, as https://gitlab.example" })
      .optional()
      .describe(
        "Address of the GitLab instance whose pipelines release: it issues their ID tokens, and its keys verify them. Default: the host of argocd.repository.",
      ),
    audience: z.string().min(1).optional().describe("What the ID tokens must be issued for. Default: slipway."),
    pipelines: z
      .array(z.string().regex(/^[^/\s]+(\/[^/\s]+)+$/, { error: "the path of a project, as group/backend-app" }))
      .optional()
      .describe(
        "Projects whose pipelines may release to the environment, each the apps that name it as their source. Default: every app's source; none where promotesFrom is set, since images get there by promotion.",
      ),
  })
  .meta({
    id: "ReleaseSettings",
    description: "Whose pipelines may release to the environment. The protected branch decides, never the job's variables.",
  });

/** Everything an environment can set, but for its apps and their defaults. */
export const Environment = z
  .strictObject({
    kubernetes: z
      .string()
      .regex(/^1\.[0-9]{2}$/, { error: "a minor version, as 1.34" })
      .describe("Minor version of the cluster."),
    cluster: Cluster.describe("Where it runs."),
    registry: registry.describe("Registry that goes before repositories of our own; `none` where images are written in full."),
    domain: dnsName.optional().describe("Domain under which routes are served. Required by apps with routes."),
    argocd: Argocd.describe("How Argo CD applies it."),
    aws: Aws.optional().describe("Where its AWS resources are."),
    promotesFrom: dnsLabel.optional().describe("The environment whose images it takes over."),
    releases: Releases.optional().describe("Whose pipelines may release to it."),
    podSecurity: z
      .enum(["privileged", "baseline", "restricted"])
      .optional()
      .describe("Pod Security Standard its namespaces enforce. Default: restricted."),
    hostPaths: z.record(dnsLabel, z.array(nodePath).min(1)).optional().describe("Paths of the node an app may mount, by app."),
    namespaces: z
      .record(dnsLabel, Namespace)
      .optional()
      .describe("Settings of namespaces by name. Default: every namespace that an app uses is created."),
    secrets: SecretSettings.optional().describe("Where secrets come from."),
    network: NetworkSettings.optional().describe("Who may talk to whom."),
    ingress: IngressSettings.optional().describe("What holds for every Ingress."),
    routing: Routing.optional().describe("What serves the routes in the cluster. Default: Ingresses, as `ingress` says."),
    labels: labels.optional().describe("Labels of every object."),
    provided: z
      .record(dnsLabel, Provided)
      .optional()
      .describe("Objects that exist although nothing here creates them, by a name of your choice. Default: what is missing is an error."),
    waivers: z.record(dnsLabel, Waiver).optional().describe("Findings of `slipway check` that are accepted, by a name of your choice."),
  })
  .meta({ id: "EnvironmentSettings", description: "Everything an environment can set, but for its apps and their defaults." });
