const deployment = (replicas: number, image = "registry.example/shop/web:1.0.0", extra = "") => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web${extra} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: "${image}" }] }
`;
const service = "apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { selector: { app: web }, ports: [{ port: 80 }] }\n";
const kustomized = {
  "base/kustomization.yaml": "resources: [web.yaml, service.yaml]\n",
  "base/web.yaml": deployment(1),
  "base/service.yaml": service,
  "overlays/staging/kustomization.yaml": "resources: [../../base]\nnamespace: staging\n",
  "overlays/prod/kustomization.yaml": "resources: [../../base]\nnamespace: prod\nreplicas: [{ name: web, count: 3 }]\n",
};

/** A team's repository before and after a change, and what of it the review must say. */
export interface Repository {
  readonly files: Readonly<Record<string, string>>;
  readonly change: Readonly<Record<string, string>>;
  /** Default: --base with the first commit. */
  readonly args?: readonly string[];
}
/** Small repositories of teams that know nothing of slipway, by what they have. */
export const repositories: Readonly<Record<string, Repository>> = {
  "kustomize with overlays": {
    files: kustomized,
    change: {
      "overlays/prod/kustomization.yaml": `${kustomized["overlays/prod/kustomization.yaml"]}images: [{ name: registry.example/shop/web, newTag: 1.1.0 }]\n`,
    },
  },
  "a base that two overlays share": { files: kustomized, change: { "base/service.yaml": service.replace("port: 80", "port: 8080") } },
  "Helm with values for each environment": {
    files: {
      "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
      "charts/web/values.yaml": "replicas: 1\n",
      "charts/web/values-staging.yaml": "replicas: 1\n",
      "charts/web/values-prod.yaml": "replicas: 3\n",
      "charts/web/templates/web.yaml": deployment(1).replace("replicas: 1", "replicas: {{ .Values.replicas }}"),
      "slipway.yaml":
        'environments:\n  staging: { sources: ["charts/web:values-staging.yaml"] }\n  prod: { sources: ["charts/web:values-prod.yaml"] }\n',
    },
    change: { "charts/web/values-prod.yaml": "replicas: 5\n" },
  },
  "plain YAML": {
    files: { "k8s/web.yaml": deployment(2), "k8s/service.yaml": service, "docs/notes.yaml": "- a list\n" },
    change: { "k8s/web.yaml": deployment(2).replace("app: web } }\n  template", "app: other } }\n  template") },
  },
  "Argo CD Applications of the same repository": {
    files: {
      "argocd/web.yaml":
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: web, namespace: argocd }\nspec:\n  project: default\n  source: { repoURL: https://git.example/shop/deploy.git, path: manifests/web, targetRevision: main }\n  destination: { server: https://kubernetes.default.svc, namespace: shop }\n",
      "manifests/web/web.yaml": deployment(2),
    },
    change: { "manifests/web/web.yaml": deployment(2, "registry.example/shop/web:2.0.0") },
  },
  "the rendered output of another tool": {
    files: { "before/web.yaml": deployment(2), "after/web.yaml": deployment(2), "after/service.yaml": service },
    change: {},
    args: ["before", "after", "--namespace", "shop"],
  },
};
