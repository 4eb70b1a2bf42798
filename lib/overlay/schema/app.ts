import { z } from "zod";
import { Config, configMaps, Job, Secrets, ServiceAccount } from "./configuration.ts";
import { Container, InitContainer, Sidecar } from "./container.ts";
import { accepts, Ingress, ingresses, routes, Service, services, uses } from "./network.ts";
import { Pod } from "./pod.ts";
import { analyses } from "./progressive.ts";
import { AppRouting } from "./routing.ts";
import { annotations, dnsLabel, imageReference, labels, repositoryFile, verbatim } from "./scalar.ts";
import { Claim, Volume } from "./volume.ts";
import { Autoscaling, DisruptionBudget, Workload } from "./workload.ts";

const ArgocdOptions = z
  .strictObject({
    syncOptions: z
      .record(
        z.string().regex(/^[A-Z][A-Za-z]+$/, { error: "the name of an option, as CreateNamespace" }),
        z.union([z.boolean(), z.string()]),
      )
      .optional()
      .describe("Further sync options of the Application by name, as `ApplyOutOfSyncOnly: true`."),
    ignoreDifferences: z.array(verbatim).optional().describe("Further differences Argo CD leaves alone, as its API has them."),
    annotations: annotations.optional().describe("Annotations of the Application, as notification subscriptions."),
    info: z.record(z.string().min(1), z.string()).optional().describe("Links and words shown beside the Application."),
  })
  .meta({ id: "AppArgocd", description: "What the app's Argo CD Application has beside the environment's settings." });

const HelmChart = z
  .strictObject({
    chart: z
      .string()
      .min(1)
      .describe("Folder of the chart, relative to the project, with all it depends on: nothing is fetched. As `charts/redis`."),
    release: dnsLabel
      .max(53)
      .optional()
      .describe("Name of the release, from which most charts make their objects' names. Default: the app's name."),
    valueFiles: z
      .array(
        z.string().regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[^\\]+$/, {
          error: "a file's path from the repository's root, as charts/shop/values-prod.yaml",
        }),
      )
      .optional()
      .describe("Files of values, relative to the project, over those of the chart's values.yaml; the later win."),
    values: verbatim
      .optional()
      .describe("Values for the chart, over those of its values.yaml and of `valueFiles`; each layer adds to those before it."),
  })
  .meta({ id: "HelmChart", description: "A Helm chart in the repository, rendered by the `helm` that is installed." });

/** Everything an app can have. Validated after all layers are merged. */
export const App = z
  .strictObject({
    namespace: dnsLabel.describe("Namespace of everything the app has."),
    project: dnsLabel.optional().describe("Team whose AppProject holds the app. Default: the environment's own."),
    source: z
      .string()
      .min(1)
      .optional()
      .describe("The project the app is built in, as `group/backend-app`; only its pipelines release it."),
    defaults: z
      .enum(["production", "environment", "none"])
      .optional()
      .describe(
        "`none` adds nothing to what is written: no default of slipway or the environment, no label, no annotation, no order. For adopting what runs without touching it. `environment` is the same, but takes what the environment's `defaults` say. Default: production.",
      ),
    selector: labels.optional().describe("Labels that select the app's pods. Default: `app: <name>`. Immutable once applied."),
    labels: labels.optional().describe("Labels of every object of the app."),
    annotations: annotations.optional().describe("Annotations of every object of the app."),
    workload: Workload.optional().describe("What runs the pods. Default: nothing does."),
    container: Container.optional().describe("The main container, named as the app unless `containerName` is set."),
    containerName: dnsLabel.optional().describe("Name of the main container. Default: the app's name."),
    containerOrder: z
      .array(dnsLabel)
      .optional()
      .describe(
        "Containers that come first, in this order; what runs before them isn't among them. Default: the main container, then sidecars by name; as written with `defaults: none` or `environment`.",
      ),
    initContainers: z
      .record(dnsLabel, InitContainer)
      .optional()
      .describe("Containers that run to their end before the others start, by name."),
    sidecars: z.record(dnsLabel, Sidecar).optional().describe("Containers beside the main one, by name."),
    volumes: z.record(dnsLabel, Volume).optional().describe("What containers can mount, by name."),
    volumeOrder: z
      .array(dnsLabel)
      .optional()
      .describe("Volumes that come first, in this order. Default: by name; as written with `defaults: none` or `environment`."),
    imagesAsIs: z
      .array(imageReference)
      .optional()
      .describe("Names of images that are taken as they are: no registry goes before them, and they need no tag. As `redis`."),
    pod: Pod.optional().describe("What holds for the pods as a whole."),
    storage: z.record(dnsLabel, Claim).optional().describe("PersistentVolumeClaims of the app, by name."),
    service: Service.optional().describe("One stable name for the pods."),
    services: services.optional().describe("Further Services, by name: others that lead to the app's pods."),
    routes: routes.optional().describe("Paths that lead from outside to the app: one source for Ingress, HTTPRoute and API Gateway."),
    routing: AppRouting.optional().describe("What of the environment's routing serves the app. Default: all of it."),
    ingress: Ingress.optional().describe("How the cluster's ingress controller serves the routes."),
    ingresses: ingresses.optional().describe("Ingresses that are written out, by name: what `routes` can't say, or needn't."),
    config: Config.optional().describe("Environment variables and files that everyone may read."),
    configMaps: configMaps.optional().describe("ConfigMaps with names of their own, by name."),
    secrets: Secrets.optional().describe("Environment variables and files that must stay secret."),
    serviceAccount: ServiceAccount.optional().describe("Who the pods are."),
    autoscaling: Autoscaling.optional().describe("A HorizontalPodAutoscaler."),
    disruptionBudget: DisruptionBudget.optional().describe("A PodDisruptionBudget."),
    analysis: analyses.optional().describe("AnalysisTemplates of Argo Rollouts, by name: what a rollout of the app measures."),
    uses: uses.optional().describe("What the app talks to, by name: other apps, or networks."),
    accepts: accepts.optional().describe("Pods beside other apps that may talk to it, by a name of your choice."),
    jobs: z.record(dnsLabel, Job).optional().describe("Jobs that belong to the app, by name."),
    argocd: ArgocdOptions.optional().describe("What the Application has beside the environment's settings."),
    helm: HelmChart.optional().describe("A vendored Helm chart whose objects are the app's: pinned, patched and checked as any other."),
    include: z
      .record(dnsLabel, repositoryFile)
      .optional()
      .describe(
        "YAML files whose objects are the app's as they are, by names of your choice; paths count from the repository's root, as `overlays/base/web.yaml`. An object without a namespace gets the app's.",
      ),
    extend: z
      .custom((value) => typeof value === "function", { error: "a function (chart, context) => { ... }" })
      .meta({ tsType: "Extend" })
      .optional()
      .describe("Receives the cdk8s Chart after slipway has filled it: any construct works there."),
  })
  .meta({
    id: "AppSpec",
    description: "Everything an app can have.",
    base: { name: "AppWithoutWorkload", without: ["workload", "container"] },
  });
