import { yaml } from "../example.ts";
import { rule } from "../rule.ts";

/** Rules whose issues are found before any other looks at the objects: by the engine, against the schemas of the environment's version. */
const byEngine = { severity: "error", *check() {} } as const;

export const object = rule({
  ...byEngine,
  id: "schema/object",
  why: "Without apiVersion, kind and name the API server can't identify the object.",
  fix: "Give all three.",
  source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/#required-fields",
  bad: yaml`
    apiVersion: v1
    kind: ConfigMap
    metadata: { namespace: shop }
  `,
  good: yaml`
    apiVersion: v1
    kind: ConfigMap
    metadata: { name: a, namespace: shop }
  `,
});

export const duplicateKey = rule({
  ...byEngine,
  id: "schema/duplicate-key",
  severity: "warning",
  why: "The last of the values counts for kubectl and Argo CD, which drop the others without a warning; kustomize refuses the file.",
  fix: "Keep one of them.",
  source: "https://yaml.org/spec/1.2.2/#3213-node-comparison",
  bad: yaml`
    apiVersion: v1
    kind: ConfigMap
    metadata: { name: a, namespace: shop }
    data:
      a: one
      a: two
  `,
  good: yaml`
    apiVersion: v1
    kind: ConfigMap
    metadata: { name: a, namespace: shop }
    data:
      a: two
  `,
});

export const fields = rule({
  ...byEngine,
  id: "schema/fields",
  why: "Strict validation refuses an unknown field, and other clients drop it silently. A wrong type is always refused.",
  fix: "Use the field's name in the environment's Kubernetes version, and a value of its type.",
  source: "https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation",
  bad: yaml`
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: a, namespace: shop }
    spec:
      replica: 2
      selector: { matchLabels: { app: a } }
      template:
        metadata: { labels: { app: a } }
        spec: { containers: [{ name: a, image: a:1 }] }
  `,
  good: yaml`
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: a, namespace: shop }
    spec:
      replicas: 2
      selector: { matchLabels: { app: a } }
      template:
        metadata: { labels: { app: a } }
        spec: { containers: [{ name: a, image: a:1 }] }
  `,
});

export const apiVersion = rule({
  ...byEngine,
  id: "schema/api-version",
  why: "The environment's API server doesn't serve it: it was removed, or comes with a newer version. The sync fails.",
  fix: "Use the version that is served.",
  source: "https://kubernetes.io/docs/reference/using-api/deprecation-guide/",
  bad: yaml`
    apiVersion: policy/v1beta1
    kind: PodDisruptionBudget
    metadata: { name: a, namespace: shop }
    spec: { maxUnavailable: 1 }
  `,
  good: yaml`
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: { name: a, namespace: shop }
    spec: { maxUnavailable: 1 }
  `,
});

export const duplicateObject = rule({
  ...byEngine,
  id: "schema/duplicate-object",
  why: "Of two objects with the same identity the last one applied wins, and Argo CD stays out of sync forever.",
  fix: "Remove one of them, or rename it.",
  source: "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/",
  bad: yaml`
    apiVersion: v1
    kind: ConfigMap
    metadata: { name: a, namespace: shop }
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: { name: a, namespace: shop }
  `,
  good: yaml`
    apiVersion: v1
    kind: ConfigMap
    metadata: { name: b, namespace: shop }
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: { name: a, namespace: shop }
  `,
});

export const waiver = rule({
  ...byEngine,
  id: "fleet/waiver",
  severity: "warning",
  why: "A waiver that matches no finding hides the next one. An expired waiver hides nothing, so that no finding is ignored forever.",
  fix: "Remove it, or give it a new reason and day.",
  source: "https://docs.gitlab.com/ci/testing/code_quality/",
  bad: yaml`
    waivers:
      old:
        rule: security/image-tag
        resource: Deployment a
        reason: the vendor pushes latest only
        until: 2020-01-31
  `,
  good: yaml`
    waivers:
      old:
        rule: security/image-tag
        resource: Deployment a
        reason: the vendor pushes latest only
        until: 2030-12-31
  `,
});

export const snapshotVersion = rule({
  ...byEngine,
  id: "fleet/snapshot-version",
  severity: "warning",
  why: "The manifests are compared with the schemas of another Kubernetes version than the cluster had when its snapshot was taken, so what its API server serves of that version isn't known.",
  fix: "Give the environment the version of its cluster, or take a new snapshot after the upgrade.",
  source: "https://kubernetes.io/releases/version-skew-policy/",
  bad: yaml`
    apiVersion: slipway/v1
    kind: ClusterSnapshot
    kubernetes: "1.33"
    apiResources: {}
    namespaces: {}
  `,
  good: yaml`
    apiVersion: slipway/v1
    kind: ClusterSnapshot
    kubernetes: "1.34"
    apiResources: {}
    namespaces: {}
  `,
});

export const unreadable = rule({
  ...byEngine,
  id: "schema/yaml",
  why: "What can't be read as manifests can't be applied, and where YAML readers disagree the cluster may get something else than you see.",
  fix: "Write it as plain YAML or JSON: one object a document, each key once.",
  source: "https://kubernetes.io/docs/concepts/configuration/overview/#general-configuration-tips",
  bad: yaml`
    apiVersion: v1
    kind: ConfigMap
    metadata: { name: a, namespace: shop }
    data:
      key: one
      key: two
  `,
  good: yaml`
    apiVersion: v1
    kind: ConfigMap
    metadata: { name: a, namespace: shop }
    data:
      key: one
      other: two
  `,
});

export const source = rule({
  ...byEngine,
  id: "schema/source",
  severityInPart: "warning",
  why: "What kustomize or Helm refuses to render, Argo CD and Flux refuse too, so that nothing of it is applied. Nor is it checked here.",
  fix: "Run the tool on that folder, and correct what it names.",
  source: "https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/resource/",
  bad: yaml`
    # kustomization.yaml beside an empty folder
    resources:
      - web.yaml
  `,
  good: yaml`
    # kustomization.yaml beside web.yaml
    resources:
      - web.yaml
  `,
});
