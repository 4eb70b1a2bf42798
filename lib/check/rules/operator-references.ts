import { yaml } from "../example.ts";
import { naming } from "./naming.ts";

const gateway = yaml`
  apiVersion: gateway.networking.k8s.io/v1
  kind: Gateway
  metadata: { name: a, namespace: shop }
  spec: { gatewayClassName: nobody, listeners: [{ name: http, port: 80, protocol: HTTP }] }
  ---
  apiVersion: gateway.networking.k8s.io/v1
  kind: GatewayClass
  metadata: { name: public }
  spec: { controllerName: gateway.example/controller }
`;
export const gatewayClass = naming({
  id: "references/gateway-class",
  severity: "warning",
  onlyAmongOthers: true,
  why: "No controller serves a Gateway of a class that doesn't exist: it gets no address, and its routes no traffic.",
  fix: "Name an existing GatewayClass.",
  source: "https://gateway-api.sigs.k8s.io/api-types/gatewayclass/",
  places: [
    {
      from: "gateway.networking.k8s.io/Gateway",
      at: "spec.gatewayClassName",
      kind: "GatewayClass",
      group: "gateway.networking.k8s.io",
    },
  ],
  bad: gateway,
  good: gateway.replace("nobody", "public"),
});

const rollout = yaml`
  apiVersion: argoproj.io/v1alpha1
  kind: Rollout
  metadata: { name: a, namespace: shop }
  spec:
    selector: { matchLabels: { app: a } }
    template:
      metadata: { labels: { app: a } }
      spec: { containers: [{ name: a, image: a:1 }] }
    strategy: { blueGreen: { activeService: a } }
`;
const argoGroup = "argoproj.io";
const steps = ["spec.strategy.canary.steps[].analysis.templates[]", "spec.strategy.canary.analysis.templates[]"];
export const rolloutService = naming({
  id: "references/rollout-service",
  severity: "error",
  why: "Argo Rollouts stops a Rollout as InvalidSpec while a Service that its strategy names doesn't exist.",
  fix: "Create the Service, or correct its name.",
  source: "https://argo-rollouts.readthedocs.io/en/stable/features/specification/",
  places: ["blueGreen.activeService", "blueGreen.previewService", "canary.stableService", "canary.canaryService"].map((at) => ({
    from: `${argoGroup}/Rollout`,
    at: `spec.strategy.${at}`,
    kind: "Service",
  })),
  bad: rollout,
  good: `${rollout}---\n${yaml`
    apiVersion: v1
    kind: Service
    metadata: { name: a, namespace: shop }
    spec: { selector: { app: a }, ports: [{ port: 80 }] }
  `}`,
});

const analysed = rollout.replace(
  "blueGreen: { activeService: a }",
  "canary: { steps: [{ analysis: { templates: [{ templateName: a }] } }] }",
);
export const rolloutAnalysis = naming({
  id: "references/analysis-template",
  severity: "error",
  why: "Argo Rollouts stops a Rollout as InvalidSpec while an AnalysisTemplate that it names doesn't exist.",
  fix: "Create the AnalysisTemplate, or correct its name. One without a namespace needs clusterScope: true.",
  source: "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/",
  places: [
    ...steps,
    "spec.strategy.blueGreen.prePromotionAnalysis.templates[]",
    "spec.strategy.blueGreen.postPromotionAnalysis.templates[]",
  ].map((at) => ({
    from: `${argoGroup}/Rollout`,
    at,
    kind: "AnalysisTemplate",
    group: argoGroup,
    nameKey: "templateName",
    clusterKey: "clusterScope",
  })),
  bad: analysed,
  good: `${analysed}---\n${yaml`
    apiVersion: argoproj.io/v1alpha1
    kind: AnalysisTemplate
    metadata: { name: a, namespace: shop }
    spec: { metrics: [{ name: a, provider: { job: { spec: { template: { spec: { restartPolicy: Never, containers: [] } } } } } }] }
  `}`,
});

const kustomization = yaml`
  apiVersion: kustomize.toolkit.fluxcd.io/v1
  kind: Kustomization
  metadata: { name: a, namespace: flux-system }
  spec: { interval: 10m, prune: true, path: ./a, sourceRef: { kind: GitRepository, name: nobody } }
  ---
  apiVersion: source.toolkit.fluxcd.io/v1
  kind: GitRepository
  metadata: { name: fleet, namespace: flux-system }
  spec: { interval: 1m, url: 'https://git.example/fleet.git', ref: { branch: main } }
`;
const sourceGroup = "source.toolkit.fluxcd.io";
export const fluxSource = naming({
  id: "references/flux-source",
  severity: "error",
  why: "Flux applies nothing of a source that doesn't exist: the object isn't ready, and only its own status shows it.",
  fix: "Name an existing source, with its kind, and its namespace where that is another.",
  source: "https://fluxcd.io/flux/components/kustomize/kustomizations/#source-reference",
  places: [
    { from: "kustomize.toolkit.fluxcd.io/Kustomization", at: "spec.sourceRef", kind: "GitRepository", group: sourceGroup },
    { from: "helm.toolkit.fluxcd.io/HelmRelease", at: "spec.chart.spec.sourceRef", kind: "HelmRepository", group: sourceGroup },
    { from: "helm.toolkit.fluxcd.io/HelmRelease", at: "spec.chartRef", kind: "OCIRepository", group: sourceGroup },
  ],
  bad: kustomization,
  good: kustomization.replace("nobody", "fleet"),
});

const verticalScaler = yaml`
  apiVersion: autoscaling.k8s.io/v1
  kind: VerticalPodAutoscaler
  metadata: { name: a, namespace: shop }
  spec: { targetRef: { apiVersion: apps/v1, kind: Deployment, name: nobody } }
`;
export const verticalTarget = naming({
  id: "references/vertical-target",
  severity: "error",
  why: "A VerticalPodAutoscaler without its target recommends and changes nothing, and only its own status shows it.",
  fix: "Name an existing workload, with its kind.",
  source: "https://github.com/kubernetes/autoscaler/blob/master/vertical-pod-autoscaler/docs/quickstart.md",
  places: [{ from: "autoscaling.k8s.io/VerticalPodAutoscaler", at: "spec.targetRef", kind: "Deployment", group: "apps" }],
  bad: verticalScaler,
  good: `${verticalScaler}---\n${yaml`
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: nobody, namespace: shop }
    spec:
      selector: { matchLabels: { app: a } }
      template:
        metadata: { labels: { app: a } }
        spec: { containers: [{ name: a, image: a:1 }] }
  `}`,
});

const scaled = yaml`
  apiVersion: keda.sh/v1alpha1
  kind: ScaledObject
  metadata: { name: a, namespace: shop }
  spec:
    scaleTargetRef: { name: a }
    triggers: [{ type: kafka, metadata: {}, authenticationRef: { name: nobody } }]
`;
export const triggerAuthentication = naming({
  id: "references/trigger-authentication",
  severity: "error",
  why: "KEDA can't read the credentials of a trigger whose TriggerAuthentication doesn't exist, and never scales by it.",
  fix: "Create the TriggerAuthentication, or correct its name. One without a namespace needs kind: ClusterTriggerAuthentication.",
  source: "https://keda.sh/docs/latest/concepts/authentication/",
  places: ["ScaledObject", "ScaledJob"].map((kind) => ({
    from: `keda.sh/${kind}`,
    at: "spec.triggers[].authenticationRef",
    kind: "TriggerAuthentication",
    group: "keda.sh",
  })),
  bad: scaled,
  good: `${scaled}---\n${yaml`
    apiVersion: keda.sh/v1alpha1
    kind: TriggerAuthentication
    metadata: { name: nobody, namespace: shop }
    spec: { secretTargetRef: [] }
  `}`,
});

const release = yaml`
  apiVersion: helm.toolkit.fluxcd.io/v2
  kind: HelmRelease
  metadata: { name: a, namespace: shop }
  spec:
    interval: 10m
    chartRef: { kind: OCIRepository, name: a }
    valuesFrom: [{ kind: ConfigMap, name: nobody }]
  ---
  apiVersion: source.toolkit.fluxcd.io/v1
  kind: OCIRepository
  metadata: { name: a, namespace: shop }
  spec: { interval: 10m, url: oci://registry.example/a }
`;
export const releaseValues = naming({
  id: "references/release-values",
  severity: "error",
  why: "Flux doesn't install or upgrade a release whose values aren't there, unless they are optional: only its own status says so.",
  fix: "Create the object, correct the name, or set optional: true.",
  source: "https://fluxcd.io/flux/components/helm/helmreleases/#values-references",
  places: [
    { from: "helm.toolkit.fluxcd.io/HelmRelease", at: "spec.valuesFrom[]", kind: "ConfigMap", optionalKey: "optional" },
    {
      from: "kustomize.toolkit.fluxcd.io/Kustomization",
      at: "spec.postBuild.substituteFrom[]",
      kind: "ConfigMap",
      optionalKey: "optional",
    },
  ],
  bad: release,
  good: `${release}---\n${yaml`
    apiVersion: v1
    kind: ConfigMap
    metadata: { name: nobody, namespace: shop }
    data: { values.yaml: "a: b" }
  `}`,
});
