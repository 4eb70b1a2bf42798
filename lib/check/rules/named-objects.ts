import { yaml } from "../example.ts";
import { accountAnnotation } from "../secret.ts";
import { naming } from "./naming.ts";

const routes = ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"].map((kind) => `gateway.networking.k8s.io/${kind}`);
const service = yaml`
  apiVersion: v1
  kind: Service
  metadata: { name: nobody, namespace: shop }
  spec: { clusterIP: None, ports: [{ port: 80 }] }
`;

export const routeBackend = naming({
  id: "references/route-backend",
  severity: "error",
  why: "A route whose Service doesn't exist answers every request with status 500, and only the route's own status shows it.",
  fix: "Name an existing Service, with its namespace where that is another.",
  source: "https://gateway-api.sigs.k8s.io/reference/spec/#httpbackendref",
  places: [
    ...routes.map((from) => ({ from, at: "spec.rules[].backendRefs[]", kind: "Service" })),
    ...routes.map((from) => ({ from, at: "spec.rules[].filters[].requestMirror.backendRef", kind: "Service" })),
    { from: "traefik.io/IngressRoute", at: "spec.routes[].services[]", kind: "Service" },
    { from: "projectcontour.io/HTTPProxy", at: "spec.routes[].services[]", kind: "Service" },
  ],
  bad: yaml`
    apiVersion: gateway.networking.k8s.io/v1
    kind: HTTPRoute
    metadata: { name: a, namespace: shop }
    spec: { rules: [{ backendRefs: [{ name: nobody, port: 80 }] }] }
  `,
  good: `${yaml`
    apiVersion: gateway.networking.k8s.io/v1
    kind: HTTPRoute
    metadata: { name: a, namespace: shop }
    spec: { rules: [{ backendRefs: [{ name: nobody, port: 80 }] }] }
  `}---\n${service}`,
});

export const routeParent = naming({
  id: "references/route-parent",
  severity: "warning",
  onlyAmongOthers: true,
  why: "A route that is attached to no Gateway gets no traffic, and only its own status shows it.",
  fix: "Name an existing Gateway, with its namespace where that is another.",
  source: "https://gateway-api.sigs.k8s.io/api-types/httproute/#attaching-to-gateways",
  places: routes.map((from) => ({ from, at: "spec.parentRefs[]", kind: "Gateway", group: "gateway.networking.k8s.io" })),
  bad: yaml`
    apiVersion: gateway.networking.k8s.io/v1
    kind: HTTPRoute
    metadata: { name: a, namespace: shop }
    spec: { parentRefs: [{ name: pubilc }] }
    ---
    apiVersion: gateway.networking.k8s.io/v1
    kind: Gateway
    metadata: { name: public, namespace: shop }
    spec: { gatewayClassName: a, listeners: [{ name: http, port: 80, protocol: HTTP }] }
  `,
  good: yaml`
    apiVersion: gateway.networking.k8s.io/v1
    kind: HTTPRoute
    metadata: { name: a, namespace: shop }
    spec: { parentRefs: [{ name: public }] }
    ---
    apiVersion: gateway.networking.k8s.io/v1
    kind: Gateway
    metadata: { name: public, namespace: shop }
    spec: { gatewayClassName: a, listeners: [{ name: http, port: 80, protocol: HTTP }] }
  `,
});

const scaledObject = yaml`
  apiVersion: keda.sh/v1alpha1
  kind: ScaledObject
  metadata: { name: a, namespace: shop }
  spec: { scaleTargetRef: { name: nobody }, triggers: [{ type: cron, metadata: {} }] }
`;
export const scaledObjectTarget = naming({
  id: "references/scaled-object",
  severity: "error",
  why: "A ScaledObject without its target scales nothing, and only its own status shows it.",
  fix: "Name its workload, with apiVersion and kind where it is no Deployment.",
  source: "https://keda.sh/docs/latest/reference/scaledobject-spec/#scaletargetref",
  places: [{ from: "keda.sh/ScaledObject", at: "spec.scaleTargetRef", kind: "Deployment", group: "apps" }],
  bad: scaledObject,
  good: `${scaledObject}---\n${yaml`
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

const apiService = yaml`
  apiVersion: apiregistration.k8s.io/v1
  kind: APIService
  metadata: { name: v1.shop.example }
  spec:
    group: shop.example
    version: v1
    groupPriorityMinimum: 1000
    versionPriority: 10
    service: { name: nobody, namespace: shop }
`;
export const servedBy = naming({
  id: "references/extension-service",
  severity: "error",
  why: "The API server asks a Service that doesn't exist: requests to the API fail, and a webhook that must answer refuses every object it is asked about.",
  fix: "Name an existing Service, with its namespace.",
  source: "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#service-reference",
  places: [
    { from: "admissionregistration.k8s.io/ValidatingWebhookConfiguration", at: "webhooks[].clientConfig.service", kind: "Service" },
    { from: "admissionregistration.k8s.io/MutatingWebhookConfiguration", at: "webhooks[].clientConfig.service", kind: "Service" },
    { from: "apiregistration.k8s.io/APIService", at: "spec.service", kind: "Service" },
    {
      from: "apiextensions.k8s.io/CustomResourceDefinition",
      at: "spec.conversion.webhook.clientConfig.service",
      kind: "Service",
    },
  ],
  bad: apiService,
  good: `${apiService}---\n${service}`,
});

const statefulSet = yaml`
  apiVersion: apps/v1
  kind: StatefulSet
  metadata: { name: a, namespace: shop }
  spec:
    serviceName: nobody
    selector: { matchLabels: { app: a } }
    template:
      metadata: { labels: { app: a } }
      spec: { containers: [{ name: a, image: a:1 }] }
`;
export const governingService = naming({
  id: "references/governing-service",
  severity: "warning",
  why: "Without its Service the pods of a StatefulSet have no names of their own in DNS, by which its members find each other.",
  fix: "Create a headless Service of that name, or correct the name.",
  source: "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id",
  places: [{ from: "apps/StatefulSet", at: "spec.serviceName", kind: "Service" }],
  bad: statefulSet,
  good: `${statefulSet}---\n${service}`,
});

const token = yaml`
  apiVersion: v1
  kind: Secret
  metadata: { name: a, namespace: shop, annotations: { kubernetes.io/service-account.name: nobody } }
  type: kubernetes.io/service-account-token
`;
export const tokenAccount = naming({
  id: "references/token-account",
  severity: "error",
  why: "The token controller deletes the Secret of an account that doesn't exist, and the next sync creates it again.",
  fix: "Create the ServiceAccount, or correct its name.",
  source: "https://kubernetes.io/docs/concepts/configuration/secret/#serviceaccount-token-secrets",
  places: [{ from: "Secret", at: ["metadata", "annotations", accountAnnotation], kind: "ServiceAccount" }],
  bad: token,
  good: `${token}---\n${yaml`
    apiVersion: v1
    kind: ServiceAccount
    metadata: { name: nobody, namespace: shop }
  `}`,
});

const certificate = yaml`
  apiVersion: cert-manager.io/v1
  kind: Certificate
  metadata: { name: a, namespace: shop }
  spec: { secretName: a-tls, dnsNames: [a.example], issuerRef: { name: nobody } }
`;
export const issuer = naming({
  id: "references/issuer",
  severity: "warning",
  onlyAmongOthers: true,
  why: "A certificate whose issuer doesn't exist is never issued.",
  fix: "Name an existing Issuer of the namespace, or a ClusterIssuer with its kind.",
  source: "https://cert-manager.io/docs/usage/certificate/",
  places: [{ from: "cert-manager.io/Certificate", at: "spec.issuerRef", kind: "Issuer", group: "cert-manager.io" }],
  bad: `${certificate}---\n${yaml`
    apiVersion: cert-manager.io/v1
    kind: Issuer
    metadata: { name: public, namespace: shop }
    spec: { selfSigned: {} }
  `}`,
  good: `${certificate.replace("nobody", "public")}---\n${yaml`
    apiVersion: cert-manager.io/v1
    kind: Issuer
    metadata: { name: public, namespace: shop }
    spec: { selfSigned: {} }
  `}`,
});

const externalSecret = yaml`
  apiVersion: external-secrets.io/v1
  kind: ExternalSecret
  metadata: { name: a, namespace: shop }
  spec:
    secretStoreRef: { name: valut, kind: SecretStore }
    data: [{ secretKey: a, remoteRef: { key: a } }]
  ---
  apiVersion: external-secrets.io/v1
  kind: SecretStore
  metadata: { name: vault, namespace: shop }
  spec: { provider: { fake: { data: [] } } }
`;
export const secretStore = naming({
  id: "references/secret-store",
  severity: "error",
  onlyAmongOthers: true,
  why: "An ExternalSecret whose store doesn't exist writes no Secret, and the pods that read it don't start.",
  fix: "Name an existing SecretStore of the namespace, or a ClusterSecretStore with its kind.",
  source: "https://external-secrets.io/latest/api/externalsecret/",
  places: [
    { from: "external-secrets.io/ExternalSecret", at: "spec.secretStoreRef", kind: "SecretStore", group: "external-secrets.io" },
    { from: "external-secrets.io/PushSecret", at: "spec.secretStoreRefs[]", kind: "SecretStore", group: "external-secrets.io" },
  ],
  bad: externalSecret,
  good: externalSecret.replace("valut", "vault"),
});
