import { dataLoss, deletion, inPlace, kindImpact, unknown } from "../impact.ts";

/** Groups of operators whose objects are settings, routes or policies: none of their kinds runs pods. */
const groups: ReadonlySet<string> = new Set([
  "caching.internal.knative.dev",
  "configuration.konghq.com",
  "constraints.gatekeeper.sh",
  "crd.projectcalico.org",
  "elbv2.k8s.aws",
  "externaldns.k8s.io",
  "generators.external-secrets.io",
  "image.toolkit.fluxcd.io",
  "k8s.nginx.org",
  "metallb.io",
  "mutations.gatekeeper.sh",
  "notification.toolkit.fluxcd.io",
  "policies.kyverno.io",
  "projectcalico.org",
  "quota.openshift.io",
  "route.openshift.io",
  "secrets-store.csi.x-k8s.io",
  "security.istio.io",
  "security.openshift.io",
  "telemetry.istio.io",
  "templates.gatekeeper.sh",
  "trust.cert-manager.io",
  "user.openshift.io",
  "wgpolicyk8s.io",
]);

/** Whether all kinds of a kind's group own no pods. @param kind by group and kind, as `metallb.io/IPAddressPool` */
export const isGroupWithoutPods = (kind: string): boolean => groups.has(kind.slice(0, kind.lastIndexOf("/")));

const of = (group: string, ...kinds: readonly string[]) => kinds.map((kind) => `${group}/${kind}`);

const followed = inPlace("its controller follows it; it owns no pods");

/** Kinds that own no pods, of groups of which others do: what reads them takes a change as it comes. */
export const withoutPods = kindImpact(
  [
    ...of("bitnami.com", "SealedSecret"),
    ...of("cert-manager.io", "Certificate", "CertificateRequest", "Issuer", "ClusterIssuer"),
    ...of("cilium.io", "CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy", "CiliumCIDRGroup", "CiliumEgressGatewayPolicy"),
    ...of("cilium.io", "CiliumLoadBalancerIPPool", "CiliumL2AnnouncementPolicy", "CiliumLocalRedirectPolicy", "CiliumEnvoyConfig"),
    ...of("cloud.google.com", "BackendConfig"),
    ...of("external-secrets.io", "SecretStore", "ClusterSecretStore", "ClusterExternalSecret", "PushSecret"),
    ...of("gateway.envoyproxy.io", "BackendTrafficPolicy", "ClientTrafficPolicy", "SecurityPolicy", "HTTPRouteFilter", "Backend"),
    ...of("gateway.networking.k8s.io", "TCPRoute", "TLSRoute", "UDPRoute", "GatewayClass"),
    ...of("grafana.integreatly.org", "GrafanaDashboard", "GrafanaDatasource", "GrafanaFolder", "GrafanaAlertRuleGroup"),
    ...of("kafka.strimzi.io", "KafkaUser"),
    ...of("keda.sh", "TriggerAuthentication", "ClusterTriggerAuthentication"),
    ...of("kyverno.io", "Policy", "ClusterPolicy", "PolicyException", "GlobalContextEntry", "CleanupPolicy", "ClusterCleanupPolicy"),
    ...of("monitoring.coreos.com", "ServiceMonitor", "PodMonitor", "PrometheusRule", "Probe", "ScrapeConfig", "AlertmanagerConfig"),
    ...of("networking.gke.io", "ManagedCertificate", "FrontendConfig"),
    ...of("networking.istio.io", "VirtualService", "DestinationRule", "Gateway", "ServiceEntry", "Sidecar"),
    ...of("networking.istio.io", "WorkloadEntry", "WorkloadGroup", "EnvoyFilter"),
    ...of("operators.coreos.com", "OperatorGroup"),
    ...of("projectcontour.io", "HTTPProxy", "TLSCertificateDelegation"),
    ...of("snapshot.storage.k8s.io", "VolumeSnapshotClass"),
    ...of("tekton.dev", "Task", "ClusterTask", "Pipeline", "StepAction"),
    ...of("traefik.io", "IngressRoute", "IngressRouteTCP", "IngressRouteUDP", "Middleware", "MiddlewareTCP"),
    ...of("traefik.io", "ServersTransport", "TLSOption", "TLSStore", "TraefikService"),
    ...of("triggers.tekton.dev", "TriggerBinding", "ClusterTriggerBinding", "TriggerTemplate", "Trigger"),
  ],
  { fields: [], others: followed },
);

/** Kinds that have a controller deploy objects from elsewhere: what becomes of those isn't seen here. */
export const deploying = kindImpact(
  [
    ...of("argoproj.io", "ApplicationSet"),
    ...of("helm.toolkit.fluxcd.io", "HelmRelease"),
    ...of("kustomize.toolkit.fluxcd.io", "Kustomization"),
  ],
  {
    fields: [],
    others: unknown("what it deploys isn't looked at: pods of that may be replaced"),
    added: ({ kind, metadata }) => unknown(`${kind} ${metadata.name} is created; what it deploys isn't looked at`),
    removed: ({ kind }) => deletion(`the ${kind} is deleted, and what it deployed may go with it`),
  },
);

/** Kinds from which controllers like those above take what they deploy. */
export const deployedFrom = kindImpact(
  of("source.toolkit.fluxcd.io", "GitRepository", "HelmRepository", "HelmChart", "OCIRepository", "Bucket"),
  {
    fields: [],
    others: unknown("what is deployed from it isn't looked at: pods of that may be replaced"),
    removed: ({ kind }) => deletion(`the ${kind} is deleted: what was deployed from it stays, and follows nothing`),
  },
);

/** Kinds that stand for data. https://strimzi.io/docs/operators/latest/deploying#deleting-managed-topics-str */
export const data = kindImpact([...of("kafka.strimzi.io", "KafkaTopic"), ...of("snapshot.storage.k8s.io", "VolumeSnapshot")], {
  fields: [],
  others: followed,
  removed: ({ kind, metadata }) => dataLoss(`${kind} ${metadata.name} is deleted, and what it holds may be deleted with it`),
});
