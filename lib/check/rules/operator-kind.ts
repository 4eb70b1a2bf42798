import { groupOf } from "../../manifest/index.ts";
import { own } from "../../outside/index.ts";
import { misspelt } from "../../problem/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";

/** Kinds of well-known operators by group, all that their stable releases have. */
const kindsOfGroups: Readonly<Record<string, readonly string[]>> = {
  "argoproj.io": [
    ...["AppProject", "Application", "ApplicationSet"],
    ...["AnalysisRun", "AnalysisTemplate", "ClusterAnalysisTemplate", "Experiment", "Rollout"],
    ...["ClusterWorkflowTemplate", "CronWorkflow", "Workflow", "WorkflowTemplate", "EventBus", "EventSource", "Sensor"],
  ],
  "cert-manager.io": ["Certificate", "CertificateRequest", "ClusterIssuer", "Issuer"],
  "external-secrets.io": [
    "ClusterExternalSecret",
    "ClusterPushSecret",
    "ClusterSecretStore",
    "ExternalSecret",
    "PushSecret",
    "SecretStore",
  ],
  "gateway.networking.k8s.io": [
    ...["GRPCRoute", "Gateway", "GatewayClass", "HTTPRoute", "TCPRoute", "TLSRoute", "UDPRoute"],
    ...["BackendTLSPolicy", "ReferenceGrant"],
  ],
  "keda.sh": ["ClusterTriggerAuthentication", "ScaledJob", "ScaledObject", "TriggerAuthentication"],
  "monitoring.coreos.com": [
    ...["Alertmanager", "AlertmanagerConfig", "PodMonitor", "Probe", "Prometheus", "PrometheusAgent", "PrometheusRule"],
    ...["ScrapeConfig", "ServiceMonitor", "ThanosRuler"],
  ],
  "networking.istio.io": [
    ...["DestinationRule", "EnvoyFilter", "Gateway", "ProxyConfig", "ServiceEntry", "Sidecar", "VirtualService"],
    ...["WorkloadEntry", "WorkloadGroup"],
  ],
};

export const operatorKind = rule({
  id: "schema/operator-kind",
  severity: "error",
  why: "The API server has no kind of this spelling: Argo CD can't find it, and the sync of its app fails.",
  fix: "Use the operator's spelling of the kind.",
  source: "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#skip-dry-run-for-new-custom-resources-types",
  bad: yaml`
    apiVersion: monitoring.coreos.com/v1
    kind: ServiceMonitr
    metadata: { name: a, namespace: shop }
    spec: { selector: {}, endpoints: [] }
  `,
  good: yaml`
    apiVersion: monitoring.coreos.com/v1
    kind: ServiceMonitor
    metadata: { name: a, namespace: shop }
    spec: { selector: {}, endpoints: [] }
  `,
  *check(scope) {
    const defined = new Set(
      scope.ofKind("apiextensions.k8s.io/CustomResourceDefinition").map(({ object: { spec } }) => `${spec?.group}/${spec?.names?.kind}`),
    );
    for (const manifest of scope.manifests) {
      const { apiVersion, kind } = manifest.object;
      const group = groupOf(manifest.object);
      const kinds = own(kindsOfGroups, group);
      const meant = kinds && !kinds.includes(kind) && !defined.has(`${group}/${kind}`) ? misspelt(kind, kinds) : undefined;
      if (meant) yield { manifest, path: "kind", message: `${apiVersion} has no kind "${kind}"`, fix: `Did you mean "${meant}"?` };
    }
  },
});
