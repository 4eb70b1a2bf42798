import { groupOf } from "../../manifest/index.ts";
import { own } from "../../outside/index.ts";
import { slipOf } from "../../problem/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";

/** Kinds by groups that several projects share, so that none of their catalogues has them whole. */
const kindsOfGroups: Readonly<Record<string, readonly string[]>> = {
  "argoproj.io": [
    ...["AppProject", "Application", "ApplicationSet"],
    ...["AnalysisRun", "AnalysisTemplate", "ClusterAnalysisTemplate", "Experiment", "Rollout"],
    ...["ClusterWorkflowTemplate", "CronWorkflow", "Workflow", "WorkflowTemplate", "EventBus", "EventSource", "Sensor"],
  ],
  "external-secrets.io": [
    ...["ClusterExternalSecret", "ClusterPushSecret", "ClusterSecretStore"],
    ...["ExternalSecret", "PushSecret", "SecretStore"],
  ],
};

export const operatorKind = rule({
  id: "schema/operator-kind",
  severity: "error",
  why: "The API server has no kind of this spelling: Argo CD can't find it, and the sync of its app fails.",
  fix: "Use the operator's spelling of the kind.",
  source: "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#skip-dry-run-for-new-custom-resources-types",
  bad: yaml`
    apiVersion: argoproj.io/v1alpha1
    kind: Rolout
    metadata: { name: a, namespace: shop }
    spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a:1, resources: { requests: { memory: 1Mi } } }] } } }
  `,
  good: yaml`
    apiVersion: argoproj.io/v1alpha1
    kind: Rollout
    metadata: { name: a, namespace: shop }
    spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a:1, resources: { requests: { memory: 1Mi } } }] } } }
  `,
  *check(scope) {
    const defined = new Set(
      scope.ofKind("apiextensions.k8s.io/CustomResourceDefinition").map(({ object: { spec } }) => `${spec?.group}/${spec?.names?.kind}`),
    );
    for (const manifest of scope.manifests) {
      const { apiVersion, kind } = manifest.object;
      const group = groupOf(manifest.object);
      const kinds = own(kindsOfGroups, group);
      const meant = kinds && !kinds.includes(kind) && !defined.has(`${group}/${kind}`) ? slipOf(kind, kinds, 1) : undefined;
      if (meant) yield { manifest, path: "kind", message: `${apiVersion} has no kind "${kind}"`, fix: `Did you mean "${meant}"?` };
    }
  },
});
