import { selects, shownValue } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { itemsOf, membersOf, selectorOf, textOf } from "../read.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import { type CheckedManifest, namespaceOf, type Scope } from "../scope.ts";

export const monitor = rule({
  id: "references/monitor",
  severity: "warning",
  why: "A ServiceMonitor selects Services by their own labels, and a PodMonitor pods by theirs: where none matches, or has the named port, nothing is scraped and no alert fires.",
  fix: "Give the Service the labels that the monitor selects in its own metadata, and name a port that it has.",
  source: "https://prometheus-operator.dev/docs/platform/troubleshooting/#troubleshooting-servicemonitor-changes",
  bad: yaml`
    apiVersion: v1
    kind: Service
    metadata: { name: a, namespace: shop }
    spec: { selector: { app: a }, ports: [{ name: http, port: 80 }] }
    ---
    apiVersion: monitoring.coreos.com/v1
    kind: ServiceMonitor
    metadata: { name: a, namespace: shop }
    spec: { selector: { matchLabels: { app: a } }, endpoints: [{ port: http }] }
  `,
  good: yaml`
    apiVersion: v1
    kind: Service
    metadata: { name: a, namespace: shop, labels: { app: a } }
    spec: { selector: { app: a }, ports: [{ name: http, port: 80 }] }
    ---
    apiVersion: monitoring.coreos.com/v1
    kind: ServiceMonitor
    metadata: { name: a, namespace: shop }
    spec: { selector: { matchLabels: { app: a } }, endpoints: [{ port: http }] }
  `,
  *check(scope) {
    for (const [kind, form] of Object.entries(forms))
      for (const manifest of scope.ofCustomKind(`monitoring.coreos.com/${kind}`)) yield* monitorIssues(manifest, form, scope);
  },
});

/** What can be scraped: a Service, or the pods of a workload. */
interface Source {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly (string | undefined)[];
  /** Labels of the pods behind it. */
  readonly podLabels: Readonly<Record<string, string>>;
}

interface Form {
  readonly what: string;
  readonly endpoints: string;
  sources(scope: Scope): Source[];
}

const forms: Readonly<Record<string, Form>> = {
  ServiceMonitor: {
    what: "Service",
    endpoints: "endpoints",
    sources: (scope) =>
      scope
        .ofKind("Service")
        // A snapshot has no labels of a Service.
        .filter(({ isFromSnapshot }) => !isFromSnapshot)
        .map((manifest) => ({
          name: manifest.object.metadata.name,
          namespace: namespaceOf(manifest),
          labels: manifest.object.metadata.labels ?? {},
          ports: (manifest.object.spec?.ports ?? []).map(({ name }) => name),
          podLabels: manifest.object.spec?.selector ?? {},
        })),
  },
  PodMonitor: {
    what: "pod",
    endpoints: "podMetricsEndpoints",
    sources: (scope) =>
      scope.pods.map(({ manifest, namespace, labels, containers }) => ({
        name: manifest.object.metadata.name,
        namespace,
        labels,
        ports: containers.flatMap(({ container }) => (container.ports ?? []).map(({ name }) => name)),
        podLabels: {},
      })),
  },
};

function* monitorIssues(manifest: CheckedManifest, form: Form, scope: Scope): Generator<ManifestIssue> {
  const spec = membersOf(manifest.object.spec);
  const { any, matchNames } = membersOf(spec.namespaceSelector);
  const namespaces = Array.isArray(matchNames) && matchNames.length > 0 ? matchNames : [namespaceOf(manifest)];
  const all = form.sources(scope);
  const sources = all.filter(({ namespace }) => any === true || namespaces.includes(namespace));
  const selector = selectorOf(spec.selector);
  const selected = sources.filter(({ labels }) => selects(selector, labels));
  if (selected.length === 0) {
    yield* deadSelector(manifest, form.what, { all, sources, namespaces });
    return;
  }
  const ports = new Set(selected.flatMap((source) => source.ports));
  for (const [index, endpoint] of itemsOf(spec[form.endpoints]).entries()) {
    const port = textOf(membersOf(endpoint).port);
    if (port !== "" && !ports.has(port))
      yield {
        manifest,
        path: `spec.${form.endpoints}[${index}].port`,
        message: `no ${form.what} it selects has a port named "${port}"`,
        fix: `They have: ${[...ports].filter(Boolean).sort().join(", ") || "no named port"}.`,
      };
  }
}

/** Why a monitor selects nothing, where something there shows it. */
function* deadSelector(
  manifest: CheckedManifest,
  what: string,
  {
    all,
    sources,
    namespaces,
  }: { readonly all: readonly Source[]; readonly sources: readonly Source[]; readonly namespaces: readonly string[] },
): Generator<ManifestIssue> {
  const selector = selectorOf(membersOf(manifest.object.spec).selector);
  const near = sources.find(
    ({ name, podLabels }) => name === manifest.object.metadata.name || isPart(selector.matchLabels ?? {}, podLabels),
  );
  if (near) {
    const message = `selects no ${what}: the labels of "${near.name}" are ${shownValue(near.labels)}`;
    yield { manifest, path: "spec.selector", message };
    return;
  }
  const asks =
    Object.keys(selector.matchLabels ?? {}).length > 0 ||
    (selector.matchExpressions ?? []).some(({ operator }) => operator === "In" || operator === "Exists");
  const elsewhere = !asks ? undefined : all.find(({ labels }) => selects(selector, labels));
  if (elsewhere)
    yield {
      manifest,
      path: "spec.namespaceSelector",
      message: `selects no ${what} in ${namespaces.join(", ")}: "${elsewhere.name}" is in ${elsewhere.namespace}`,
      fix: `Add the namespace: namespaceSelector: { matchNames: [${elsewhere.namespace}] }.`,
    };
}

const isPart = (wanted: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>) =>
  Object.keys(wanted).length > 0 && Object.entries(wanted).every(([key, value]) => labels[key] === value);
