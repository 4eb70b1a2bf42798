/** A project whose CRDs the catalogue has, and where its Go module keeps them. */
export interface CatalogueModule {
  readonly project: string;
  /** As `module@version`. */
  readonly module: string;
  /** Folders or files of CRDs. Of a version of a kind that several hold, the first counts, with the enum values of all. */
  readonly places: readonly string[];
  /** Groups that other projects, which the catalogue lacks, add kinds to. */
  readonly sharedGroups?: readonly string[];
}

/** In the order of names. A new row, and `generate-catalogue.ts`, is all that a project needs. */
export const catalogueModules: readonly CatalogueModule[] = [
  {
    project: "Argo Rollouts",
    module: "github.com/argoproj/argo-rollouts@v1.10.1",
    places: ["manifests/crds"],
    sharedGroups: ["argoproj.io"],
  },
  { project: "cert-manager", module: "github.com/cert-manager/cert-manager@v1.21.2", places: ["deploy/crds"] },
  {
    project: "Cilium",
    module: "github.com/cilium/cilium@v1.20.2",
    places: ["pkg/k8s/apis/cilium.io/client/crds/v2", "pkg/k8s/apis/cilium.io/client/crds/v2alpha1"],
  },
  {
    project: "Cluster API",
    module: "sigs.k8s.io/cluster-api@v1.14.2",
    places: ["core/config/crd/bases", "bootstrap/kubeadm/config/crd/bases", "controlplane/kubeadm/config/crd/bases"],
    sharedGroups: ["addons.cluster.x-k8s.io", "bootstrap.cluster.x-k8s.io", "controlplane.cluster.x-k8s.io", "ipam.cluster.x-k8s.io"],
  },
  { project: "Contour", module: "github.com/projectcontour/contour@v1.33.8", places: ["examples/contour/01-crds.yaml"] },
  {
    project: "Envoy Gateway",
    module: "github.com/envoyproxy/gateway@v1.9.1",
    places: ["charts/gateway-helm/charts/crds/crds/generated"],
  },
  {
    project: "Flux kustomize-controller",
    module: "github.com/fluxcd/kustomize-controller@v1.9.6",
    places: ["config/crd/bases"],
  },
  { project: "Flux source-controller", module: "github.com/fluxcd/source-controller@v1.9.6", places: ["config/crd/bases"] },
  { project: "Gatekeeper", module: "github.com/open-policy-agent/gatekeeper/v3@v3.23.1", places: ["deploy/gatekeeper.yaml"] },
  {
    project: "Gateway API",
    module: "sigs.k8s.io/gateway-api@v1.6.3",
    places: ["config/crd/standard", "config/crd/experimental"],
    sharedGroups: ["gateway.networking.x-k8s.io"],
  },
  { project: "Istio", module: "istio.io/api@v1.32.0", places: ["kubernetes/customresourcedefinitions.gen.yaml"] },
  {
    project: "Karpenter",
    module: "sigs.k8s.io/karpenter@v1.14.1",
    places: ["pkg/apis/crds"],
    sharedGroups: ["autoscaling.x-k8s.io"],
  },
  { project: "KEDA", module: "github.com/kedacore/keda/v2@v2.21.0", places: ["config/crd/bases"] },
  {
    project: "Knative Serving",
    module: "knative.dev/serving@v0.51.0",
    places: ["config/core/300-resources"],
    sharedGroups: ["autoscaling.internal.knative.dev"],
  },
  {
    project: "Kyverno",
    module: "github.com/kyverno/kyverno@v1.19.1",
    places: ["config/crds/kyverno", "config/crds/policies.kyverno.io", "config/crds/policyreport", "config/crds/reports"],
    sharedGroups: ["wgpolicyk8s.io"],
  },
  { project: "MetalLB", module: "go.universe.tf/metallb@v0.16.2", places: ["config/crd/bases"] },
  {
    project: "Prometheus Operator",
    module: "github.com/prometheus-operator/prometheus-operator@v0.85.0",
    places: ["example/prometheus-operator-crd"],
  },
  { project: "Sealed Secrets", module: "github.com/bitnami-labs/sealed-secrets@v0.40.0", places: ["helm/sealed-secrets/crds"] },
  {
    project: "Traefik",
    module: "github.com/traefik/traefik/v3@v3.7.13",
    places: ["docs/content/reference/dynamic-configuration"],
  },
  { project: "Velero", module: "github.com/vmware-tanzu/velero@v1.18.3", places: ["config/crd/v1/bases", "config/crd/v2alpha1/bases"] },
  {
    project: "Vertical Pod Autoscaler",
    module: "k8s.io/autoscaler/vertical-pod-autoscaler@v1.8.1",
    places: ["deploy/vpa-v1-crd-gen.yaml"],
  },
  {
    project: "Volume snapshots",
    module: "github.com/kubernetes-csi/external-snapshotter/client/v8@v8.7.0",
    places: ["config/crd"],
  },
];

/** Projects that were considered, and why the catalogue lacks them. */
export const leftOut: readonly (readonly [projects: string, reason: string])[] = [
  [
    "Argo Events, Calico, CloudNativePG, Crossplane, other controllers of Flux, Grafana Operator, Karpenter for AWS, Knative Eventing, Longhorn, OpenTelemetry Operator, Rook and Tekton",
    "Their Go modules couldn't be downloaded when the catalogue was made.",
  ],
  [
    "Argo Workflows",
    "Its full CRDs ask for text where Argo also reads numbers. Clusters that have its minimal CRDs accept manifests that the full ones refuse.",
  ],
  ["AWS Load Balancer Controller", "The versions that have CRDs aren't Go modules of that path."],
];
