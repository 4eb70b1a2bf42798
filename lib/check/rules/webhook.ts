import { isSubdomain, minorOf, shownValue } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { itemsOf, membersOf, textOf } from "../read.ts";
import { reservedNameIssues, reservesNames } from "../reserved-names.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import type { CheckedManifest, Scope } from "../scope.ts";
import { formed, refused, within } from "./issues.ts";

const configurations = ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"].map(
  (kind) => `admissionregistration.k8s.io/${kind}`,
);

/** The webhooks of all configurations, with their paths. */
const webhooksOf = (scope: Scope) =>
  configurations
    .flatMap((kind) => scope.ofCustomKind(kind))
    .flatMap((manifest) =>
      itemsOf(manifest.object.webhooks).map((webhook, index) => ({ manifest, webhook: membersOf(webhook), path: `webhooks[${index}]` })),
    );

export const webhook = rule({
  id: "schema/webhook",
  ...refused,
  source: "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#webhook-configuration",
  bad: yaml`
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingWebhookConfiguration
    metadata: { name: a }
    webhooks:
      - name: check
        admissionReviewVersions: [v1]
        sideEffects: None
        clientConfig: { url: https://hooks.example }
  `,
  good: yaml`
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingWebhookConfiguration
    metadata: { name: a }
    webhooks:
      - name: check.shop.example
        admissionReviewVersions: [v1]
        sideEffects: None
        clientConfig: { url: https://hooks.example }
  `,
  *check(scope) {
    for (const { manifest, webhook: given, path } of webhooksOf(scope)) yield* within(manifest, webhookIssues(given, path));
    for (const manifest of scope.ofCustomKind("apiregistration.k8s.io/APIService")) yield* serviceNameIssues(manifest);
    if (minorOf(scope.environment.kubernetes) >= reservesNames)
      for (const manifest of scope.manifests) yield* within(manifest, reservedNameIssues(manifest.object));
  },
});

const isWebhookName = (name: unknown) => isSubdomain(name) && String(name).split(".").length >= 3;

function* webhookIssues({ name, clientConfig, timeoutSeconds }: Readonly<Record<string, unknown>>, path: string) {
  yield* formed(name, isWebhookName, `${path}.name`, "a DNS name of three parts or more, as check.shop.example");
  const { url } = membersOf(clientConfig);
  yield* formed(url, (value) => String(value).startsWith("https://"), `${path}.clientConfig.url`, "a URL that begins with https://");
  yield* formed(
    timeoutSeconds,
    (seconds) => Number(seconds) >= 1 && Number(seconds) <= 30,
    `${path}.timeoutSeconds`,
    "from 1 to 30 seconds",
  );
}

function* serviceNameIssues(manifest: CheckedManifest): Generator<ManifestIssue> {
  const { group, version } = membersOf(manifest.object.spec);
  const { name } = manifest.object.metadata;
  const expected = `${textOf(version)}.${textOf(group)}`;
  if (typeof group === "string" && typeof version === "string" && group !== "" && name !== undefined && name !== expected)
    yield {
      manifest,
      path: "metadata.name",
      message: `expected the version and group, ${shownValue(expected)}, found ${shownValue(name)}`,
      fix: `Name it ${expected}.`,
    };
}

export const webhookPort = rule({
  id: "references/webhook-port",
  severity: "error",
  why: "The API server asks the port 443 of the Service unless the webhook names another: where the Service has no such port, the webhook can't be called.",
  fix: "Set clientConfig.service.port to a port of the Service.",
  source: "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#service-reference",
  bad: yaml`
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingWebhookConfiguration
    metadata: { name: a }
    webhooks:
      - name: check.shop.example
        admissionReviewVersions: [v1]
        sideEffects: None
        clientConfig: { service: { name: a, namespace: shop } }
    ---
    apiVersion: v1
    kind: Service
    metadata: { name: a, namespace: shop }
    spec: { ports: [{ port: 8443 }] }
  `,
  good: yaml`
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingWebhookConfiguration
    metadata: { name: a }
    webhooks:
      - name: check.shop.example
        admissionReviewVersions: [v1]
        sideEffects: None
        clientConfig: { service: { name: a, namespace: shop, port: 8443 } }
    ---
    apiVersion: v1
    kind: Service
    metadata: { name: a, namespace: shop }
    spec: { ports: [{ port: 8443 }] }
  `,
  *check(scope) {
    for (const { manifest, webhook: given, path } of webhooksOf(scope))
      yield* portIssues(scope, manifest, membersOf(given.clientConfig).service, `${path}.clientConfig.service.port`);
    for (const manifest of scope.ofCustomKind("apiregistration.k8s.io/APIService"))
      yield* portIssues(scope, manifest, membersOf(manifest.object.spec).service, "spec.service.port");
  },
});

function* portIssues(scope: Scope, manifest: CheckedManifest, reference: unknown, path: string): Generator<ManifestIssue> {
  const { name, namespace, port = 443 } = membersOf(reference);
  const service = scope.find("Service", textOf(namespace), textOf(name));
  const { ports = [], type } = service?.object.spec ?? {};
  if (!service || type === "ExternalName" || ports.some((candidate) => candidate.port === port)) return;
  yield {
    manifest,
    path,
    message: `Service "${textOf(name)}" has no port ${shownValue(port)}`,
    fix: `It has: ${ports.map(({ port: number }) => number).join(", ") || "none"}.`,
  };
}

export const webhookDeadlock = rule({
  id: "rollout/webhook-deadlock",
  severity: "warning",
  why: "A webhook that must answer for every pod is asked about its own pods too: when none of them runs, the API server refuses to create one.",
  fix: "Leave its own namespace out with a namespaceSelector, or set failurePolicy: Ignore.",
  source: "https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/#avoid-dependency-loops",
  bad: yaml`
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingWebhookConfiguration
    metadata: { name: a }
    webhooks:
      - name: check.shop.example
        admissionReviewVersions: [v1]
        sideEffects: None
        failurePolicy: Fail
        clientConfig: { service: { name: a, namespace: shop } }
        rules: [{ apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods] }]
    ---
    apiVersion: v1
    kind: Service
    metadata: { name: a, namespace: shop }
    spec: { ports: [{ port: 443 }] }
  `,
  good: yaml`
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingWebhookConfiguration
    metadata: { name: a }
    webhooks:
      - name: check.shop.example
        admissionReviewVersions: [v1]
        sideEffects: None
        failurePolicy: Fail
        clientConfig: { service: { name: a, namespace: shop } }
        namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: NotIn, values: [shop] }] }
        rules: [{ apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods] }]
    ---
    apiVersion: v1
    kind: Service
    metadata: { name: a, namespace: shop }
    spec: { ports: [{ port: 443 }] }
  `,
  *check(scope) {
    for (const { manifest, webhook: given, path } of webhooksOf(scope)) {
      const { name, namespace } = membersOf(membersOf(given.clientConfig).service);
      const isOwn = scope.has("Service", textOf(namespace), textOf(name));
      const isOpen = [given.namespaceSelector, given.objectSelector, given.matchConditions].every(
        (choice) => Object.keys(typeof choice === "object" && choice !== null ? choice : {}).length === 0,
      );
      if (isOwn && isOpen && (given.failurePolicy ?? "Fail") === "Fail" && itemsOf(given.rules).some(coversPods))
        yield { manifest, path: `${path}.failurePolicy`, message: `it is asked about the pods of its own Service "${textOf(name)}" too` };
    }
  },
});

function coversPods(given: unknown): boolean {
  const { apiGroups, resources, operations } = membersOf(given);
  const has = (list: unknown, ...words: readonly string[]) => itemsOf(list).some((item) => words.includes(textOf(item)));
  return has(apiGroups, "", "*") && has(resources, "pods", "*", "*/*") && has(operations, "CREATE", "*");
}
