import { z } from "zod";

/** What a snapshot file begins with. */
export const snapshotType = { apiVersion: "slipway/v1", kind: "ClusterSnapshot" } as const;

const name = z.string().regex(/^[A-Za-z0-9]([-A-Za-z0-9_.:]{0,251}[A-Za-z0-9])?$/, { error: "expected the name of an object" });
const text = z.string().max(1000);
const labels = z.record(text, text);
const byName = <Value extends z.ZodType>(value: Value) => z.record(name, value);
/** A part of an object as the API server gives it. Check holds it against the schema of the object's kind before a rule sees it. */
const verbatim = z.record(z.string(), z.unknown());

const Service = z
  .strictObject({
    type: z.enum(["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]).optional().describe("Default: ClusterIP."),
    headless: z.literal(true).optional().describe("Whether its clusterIP is None."),
    ports: z
      .array(
        z.strictObject({
          name: text.optional(),
          port: z.int().min(1).max(65_535),
          protocol: z.enum(["UDP", "SCTP"]).optional().describe("Default: TCP."),
          nodePort: z.int().min(1).max(65_535).optional(),
        }),
      )
      .optional(),
  })
  .describe("A Service, without its selector.");

const Rollout = z
  .strictObject({
    phase: text.describe("As Argo Rollouts says it: Progressing, Paused or Degraded."),
    aborted: z.literal(true).optional().describe("Whether it was aborted, so that the old pods get all requests."),
    step: z.int().min(0).optional().describe("Index of the step that it is at; the number of steps when all are done."),
    steps: z.int().min(0).optional().describe("How many steps it has."),
  })
  .describe("A Rollout of Argo Rollouts that isn't done.");

const Namespace = z
  .strictObject({
    labels: labels.optional(),
    secrets: byName(text).optional().describe("The type of each Secret. Neither values nor keys are in a snapshot."),
    configMaps: byName(z.array(text)).optional().describe("The keys of each ConfigMap, without their values."),
    serviceAccounts: z.array(name).optional().describe("Names, without `default`, which every namespace has."),
    services: byName(Service).optional(),
    resourceQuotas: byName(verbatim).optional().describe("The spec of each ResourceQuota."),
    limitRanges: byName(verbatim).optional().describe("The spec of each LimitRange."),
    gateways: byName(verbatim).optional().describe("The class and listeners of each Gateway."),
    issuers: z.array(name).optional().describe("Names of cert-manager's Issuers."),
    secretStores: z.array(name).optional().describe("Names of External Secrets' SecretStores."),
    rollouts: byName(Rollout)
      .optional()
      .describe("Rollouts of Argo Rollouts that aren't done, or were aborted. Those that are healthy aren't listed."),
  })
  .describe("What a namespace holds.");

const Rule = verbatim;
const ClusterSnapshot = z.strictObject({
  apiVersion: z.literal(snapshotType.apiVersion),
  kind: z.literal(snapshotType.kind),
  kubernetes: z
    .string()
    .regex(/^1\.\d{1,3}$/, { error: 'expected a minor version in quotes, as "1.34"' })
    .describe("Minor version of the API server."),
  notAllowed: z
    .array(text)
    .optional()
    .describe(
      "Resources that the account wasn't allowed to list, as secrets or ingressclasses.networking.k8s.io. Nothing is known of them.",
    ),
  notAnswered: z
    .array(text)
    .optional()
    .describe("API versions whose own server was down, as metrics.k8s.io/v1beta1. Their kinds aren't known."),
  apiResources: z
    .record(
      text,
      z.strictObject({
        cluster: z.array(name).optional().describe("Kinds without a namespace."),
        namespaced: z.array(name).optional().describe("Kinds whose objects lie in namespaces."),
      }),
    )
    .describe("The kinds that the API server serves, by API version."),
  customResources: z
    .array(
      z.strictObject({
        group: name,
        kind: name,
        versions: z.record(name, z.string()).describe("The schema of each served version as JSON text, without descriptions."),
      }),
    )
    .optional()
    .describe("The schemas of CustomResourceDefinitions."),
  policies: z
    .array(z.strictObject({ apiVersion: text, kind: name, name, spec: verbatim }))
    .optional()
    .describe("Admission policies and their bindings."),
  webhooks: z
    .array(
      z.strictObject({
        kind: z.enum(["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]),
        name,
        webhooks: z.array(
          z.strictObject({
            name,
            failurePolicy: text.optional(),
            rules: z.array(Rule).optional(),
            namespaceSelector: verbatim.optional(),
            objectSelector: verbatim.optional(),
            matchConditions: z.array(verbatim).optional(),
          }),
        ),
      }),
    )
    .optional()
    .describe("Webhooks by name and what they match, without their addresses and certificates."),
  classes: z
    .strictObject({
      GatewayClass: byName(verbatim).optional(),
      IngressClass: byName(verbatim).optional(),
      PriorityClass: byName(verbatim).optional(),
      RuntimeClass: byName(verbatim).optional(),
      StorageClass: byName(verbatim).optional(),
    })
    .optional()
    .describe("Classes by kind and name, with what tells them apart."),
  clusterIssuers: z.array(name).optional().describe("Names of cert-manager's ClusterIssuers."),
  clusterSecretStores: z.array(name).optional().describe("Names of External Secrets' ClusterSecretStores."),
  namespaces: byName(Namespace).describe("The namespaces by name."),
});

export { ClusterSnapshot as SnapshotSchema };

/** What manifests depend on in a cluster, as it was once. */
export type ClusterSnapshot = z.infer<typeof ClusterSnapshot>;
/** What a snapshot has of one namespace. */
export type SnapshotNamespace = z.infer<typeof Namespace>;
/** What a snapshot has of a Rollout. */
export type RolloutState = z.infer<typeof Rollout>;
