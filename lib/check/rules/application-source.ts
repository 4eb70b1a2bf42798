import { LineCounter } from "yaml";
import { type Issue, joined, shownValue } from "../../kubernetes/index.ts";
import { isRecord, yamlDocument } from "../../outside/index.ts";
import { nearest, slipOf } from "../../problem/index.ts";
import { yaml } from "../example.ts";
import { itemsOf, membersOf, textOf } from "../read.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import { type CheckedManifest, namespaceOf, type Scope } from "../scope.ts";
import { within } from "./issues.ts";

const application = (source: string, more = "") => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: a, namespace: argocd${more} }
spec:
  project: default
  destination: { name: in-cluster, namespace: shop }
  source: { ${source} }
`;

type Members = Readonly<Record<string, unknown>>;

export const applicationSource = rule({
  id: "fleet/source",
  severity: "error",
  why: "Argo CD can't render an Application whose source it can't understand: it stays in the state Unknown, and nothing is synced.",
  fix: "Give each source either a path or a chart, and a chart its version.",
  source: "https://argo-cd.readthedocs.io/en/stable/user-guide/application-specification/",
  bad: application("repoURL: 'https://charts.example', chart: a"),
  good: application("repoURL: 'https://charts.example', chart: a, targetRevision: 1.2.3"),
  *check(scope) {
    for (const manifest of scope.ofCustomKind("argoproj.io/Application"))
      yield* within(manifest, specIssues(membersOf(manifest.object.spec), "spec", true));
    for (const manifest of scope.ofCustomKind("argoproj.io/ApplicationSet")) {
      const { template, templatePatch, generators } = membersOf(manifest.object.spec);
      const isWhole = !templatePatch && !itemsOf(generators).some(hasTemplate);
      yield* within(manifest, specIssues(membersOf(membersOf(template).spec), "spec.template.spec", isWhole));
    }
  },
});

/** Whether a generator adds its own template to that of the ApplicationSet. */
const hasTemplate = (generator: unknown) => Object.values(membersOf(generator)).some((given) => Boolean(membersOf(given).template));
/** Whether a value is known only once an ApplicationSet fills it in. */
const isTemplated = (value: unknown) => typeof value === "string" && value.includes("{{");

/** @param isWhole whether nothing else adds to the sources */
function* specIssues(spec: Members, path: string, isWhole: boolean): Generator<Issue> {
  const sources = itemsOf(spec.sources).map((source, index) => ({ source: membersOf(source), at: `${path}.sources[${index}]` }));
  if (isRecord(spec.source) && sources.length > 0)
    yield {
      path: `${path}.source`,
      message: "Argo CD ignores it where sources are set",
      fix: "Keep one of source and sources.",
      severity: "warning",
    };
  const names = new Set(sources.map(({ source }) => textOf(source.ref)));
  for (const { source, at } of isRecord(spec.source) ? [{ source: spec.source, at: `${path}.source` }, ...sources] : sources) {
    if (isWhole && !isTemplated(source.path) && !isTemplated(source.chart)) yield* sourceIssues(source, at);
    if (isWhole && ![...names].some(isTemplated)) yield* referenceIssues(membersOf(source.helm), names, `${at}.helm`);
    yield* valueIssues(membersOf(source.helm), `${at}.helm`);
  }
  for (const [index, entry] of itemsOf(spec.ignoreDifferences).entries())
    yield* differenceIssues(membersOf(entry), `${path}.ignoreDifferences[${index}]`);
  yield* retryIssues(membersOf(membersOf(spec.syncPolicy).retry), `${path}.syncPolicy.retry`);
}

function* sourceIssues({ path: folder, chart, targetRevision, ref }: Members, path: string): Generator<Issue> {
  if (folder && chart)
    yield {
      path: `${path}.chart`,
      message: "path is set too, and they exclude each other",
      fix: "Keep path for a folder of Git, or chart for a chart.",
    };
  if (!folder && !chart && !ref) yield { path, message: "expected a path or a chart, found neither", fix: "Name the folder: path: ..." };
  const revision = textOf(targetRevision);
  if (chart && revision === "")
    yield { path: `${path}.targetRevision`, message: "is required for a chart but missing", fix: "Name the chart's version." };
  else if (chart && (revision === "*" || revision === "latest" || revision === "HEAD"))
    yield {
      path: `${path}.targetRevision`,
      message: `is ${shownValue(revision)}: each new version of the chart is synced unseen`,
      fix: "Name a version, or a range as 1.2.x.",
      severity: "warning",
    };
}

function* referenceIssues({ valueFiles }: Members, names: ReadonlySet<string>, path: string): Generator<Issue> {
  for (const [index, file] of itemsOf(valueFiles).entries()) {
    const [, name = ""] = /^\$([\w-]{1,100})\//.exec(textOf(file)) ?? [];
    if (name && !name.startsWith("ARGOCD_") && !names.has(name))
      yield {
        path: `${path}.valueFiles[${index}]`,
        message: `no source has ref: ${name}`,
        fix: `Add ref: ${name} to the source that holds the file.`,
      };
  }
}

function* valueIssues({ values }: Members, path: string): Generator<Issue> {
  if (
    typeof values === "string" &&
    values.length < 100_000 &&
    !isTemplated(values) &&
    (yamlDocument(values, new LineCounter())?.errors ?? []).length > 0
  )
    yield { path: `${path}.values`, message: "isn't YAML", fix: "Correct the text, or write the values into valuesObject." };
}

function* differenceIssues({ group, jsonPointers }: Members, path: string): Generator<Issue> {
  for (const [index, pointer] of itemsOf(jsonPointers).entries())
    if (typeof pointer === "string" && pointer !== "" && !pointer.startsWith("/") && !isTemplated(pointer))
      yield {
        path: `${path}.jsonPointers[${index}]`,
        message: `expected a path that begins with "/", found ${shownValue(pointer)}`,
        fix: `Write /${pointer}.`,
      };
  if (typeof group === "string" && group.includes("/") && !isTemplated(group))
    yield {
      path: `${path}.group`,
      message: `${shownValue(group)} is a group with its version, which no object has`,
      fix: `Write ${group.split("/")[0]}.`,
    };
}

/** https://pkg.go.dev/time#ParseDuration */
const isDuration = (text: string) => /^(\d+(\.\d+)?(ns|us|\u00b5s|\u03bcs|ms|s|m|h))+$/.test(text.slice(0, 100)) || /^\d{1,9}$/.test(text);

function* retryIssues({ backoff }: Members, path: string): Generator<Issue> {
  for (const key of ["duration", "maxDuration"]) {
    const value = membersOf(backoff)[key];
    if (typeof value === "string" && !isTemplated(value) && !isDuration(value))
      yield {
        path: `${path}.backoff.${key}`,
        message: `expected a time, as 5s or 3m, found ${shownValue(value)}`,
        fix: "Write it as 5s, 3m or 1h.",
      };
  }
}

/** https://argo-cd.readthedocs.io/en/stable/user-guide/app_deletion/#about-the-deletion-finalizer */
const finalizers = [
  "resources-finalizer.argocd.argoproj.io",
  "resources-finalizer.argocd.argoproj.io/background",
  "resources-finalizer.argocd.argoproj.io/foreground",
  "post-delete-finalizer.argocd.argoproj.io",
  "post-delete-finalizer.argocd.argoproj.io/cleanup",
  "pre-delete-finalizer.argocd.argoproj.io",
  "pre-delete-finalizer.argocd.argoproj.io/cleanup",
];

export const finalizer = rule({
  id: "fleet/finalizer",
  severity: "error",
  why: "Nothing ever removes a finalizer that Argo CD doesn't know: the Application can't be deleted, and its objects stay.",
  fix: "Use Argo CD's spelling.",
  source: "https://argo-cd.readthedocs.io/en/stable/user-guide/app_deletion/#about-the-deletion-finalizer",
  bad: application("repoURL: 'https://git.example/a.git', path: a", ", finalizers: [resource-finalizer.argocd.argoproj.io]"),
  good: application("repoURL: 'https://git.example/a.git', path: a", ", finalizers: [resources-finalizer.argocd.argoproj.io]"),
  *check(scope) {
    for (const kind of ["Application", "ApplicationSet", "AppProject"])
      for (const manifest of scope.ofCustomKind(`argoproj.io/${kind}`))
        for (const [index, name] of itemsOf(manifest.object.metadata.finalizers).entries())
          if (textOf(name).includes("argocd.argoproj.io") && !finalizers.includes(textOf(name)))
            yield {
              manifest,
              path: `metadata.finalizers[${index}]`,
              message: `Argo CD knows no finalizer ${shownValue(name)}`,
              fix: `Did you mean "${nearest(textOf(name), finalizers) ?? finalizers[0]}"?`,
            };
  },
});

/** Names behind `argocd.argoproj.io/` that Argo CD reads or writes in annotations of objects. */
const annotationNames = [
  "sync-wave",
  "hook",
  "hook-delete-policy",
  "hook-finalizer",
  "sync-options",
  "compare-options",
  "tracking-id",
  "installation-id",
  "refresh",
  "hydrate",
  "manifest-generate-paths",
  "skip-reconcile",
  "ignore-healthcheck",
  "ignore-default-links",
  "application-set-refresh",
  "managed-by-cluster-argocd",
  "instance",
];
const annotation = "argocd.argoproj.io/";
const compareOptions = ["IgnoreExtraneous", "ServerSideDiff=true", "ServerSideDiff=false", "IncludeMutationWebhook=true"];

export const annotationName = rule({
  id: "fleet/annotation",
  severity: "error",
  why: "Argo CD ignores an annotation whose name it doesn't know: the wave is 0, the hook an ordinary object, the option isn't set.",
  fix: "Use Argo CD's spelling.",
  source: "https://argo-cd.readthedocs.io/en/stable/user-guide/annotations-and-labels/",
  bad: yaml`
    apiVersion: v1
    kind: ConfigMap
    metadata: { name: a, namespace: shop, annotations: { argocd.argoproj.io/syncwave: "1" } }
  `,
  good: yaml`
    apiVersion: v1
    kind: ConfigMap
    metadata: { name: a, namespace: shop, annotations: { argocd.argoproj.io/sync-wave: "1" } }
  `,
  *check({ manifests }) {
    for (const manifest of manifests)
      for (const [key, value] of Object.entries(manifest.object.metadata.annotations ?? {}))
        if (key.startsWith(annotation)) yield* within(manifest, annotationIssues(key, value));
  },
});

function* annotationIssues(key: string, value: unknown): Generator<Issue> {
  const name = key.slice(annotation.length);
  const path = joined("metadata.annotations", key);
  const meant = annotationNames.includes(name) ? undefined : (slipOf(name, annotationNames) ?? likeName(name));
  if (meant) yield { path, message: `Argo CD knows no annotation "${key}"`, fix: `Did you mean "${annotation}${meant}"?` };
  if (name !== "compare-options") return;
  for (const option of textOf(value)
    .split(",")
    .map((text) => text.trim()))
    if (option !== "" && !compareOptions.includes(option))
      yield {
        path,
        message: `Argo CD knows no compare option "${option}"`,
        fix: `Did you mean "${nearest(option, compareOptions) ?? compareOptions[0]}"?`,
      };
}

/** A known name that differs in its hyphens or its case, or of which one is the beginning of the other's last word. */
function likeName(name: string): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[-_]/g, "");
  const own = plain(name);
  return annotationNames.find(
    (known) => plain(known) === own || (own.length > 6 && (plain(known).startsWith(own) || own.startsWith(plain(known)))),
  );
}

export const projectOpen = rule({
  id: "security/open-project",
  severity: "warning",
  why: "Whoever may write to one of its repositories can install anything in any namespace of any cluster: the project limits nothing.",
  fix: "List the repositories, destinations and cluster-scoped kinds that its Applications need.",
  source: "https://argo-cd.readthedocs.io/en/stable/user-guide/projects/",
  bad: yaml`
    apiVersion: argoproj.io/v1alpha1
    kind: AppProject
    metadata: { name: a, namespace: argocd }
    spec:
      sourceRepos: ['*']
      destinations: [{ server: '*', namespace: '*' }]
      clusterResourceWhitelist: [{ group: '*', kind: '*' }]
  `,
  good: yaml`
    apiVersion: argoproj.io/v1alpha1
    kind: AppProject
    metadata: { name: a, namespace: argocd }
    spec:
      sourceRepos: ['https://git.example/a.git']
      destinations: [{ server: '*', namespace: shop }]
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("argoproj.io/AppProject")) {
      const { sourceRepos = [], destinations = [], clusterResourceWhitelist = [] } = manifest.object.spec ?? {};
      const isOpen =
        sourceRepos.includes("*") &&
        destinations.some(({ namespace, server, name }) => namespace === "*" && (server ?? name) === "*") &&
        clusterResourceWhitelist.some(({ group, kind }) => group === "*" && kind === "*");
      if (isOpen && manifest.object.metadata.name !== "default")
        yield { manifest, path: "spec", message: "allows every repository, every destination and every cluster-scoped kind" };
    }
  },
});

export const appliedTwice = rule({
  id: "fleet/applied-twice",
  severity: "warning",
  why: "Two Applications that apply one folder to one place own the same objects: each sync of one marks the other as out of sync, and pruning one deletes the other's.",
  fix: "Remove one of them, or give it another folder or namespace.",
  source: "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#fail-the-sync-if-a-shared-resource-is-found",
  bad: `${application("repoURL: 'https://git.example/a.git', path: a")}---\n${application("repoURL: 'https://git.example/a.git', path: a").replace("name: a,", "name: b,")}`,
  good: `${application("repoURL: 'https://git.example/a.git', path: a")}---\n${application("repoURL: 'https://git.example/a.git', path: b").replace("name: a,", "name: b,")}`,
  check: twice,
});

function* twice(scope: Scope): Generator<ManifestIssue> {
  const first = new Map<string, CheckedManifest>();
  for (const manifest of scope.ofCustomKind("argoproj.io/Application")) {
    const { source, destination } = membersOf(manifest.object.spec);
    const { path, repoURL, helm, kustomize, directory, plugin } = membersOf(source);
    if (typeof path !== "string") continue;
    const key = JSON.stringify([path, repoURL, helm, kustomize, directory, plugin, destination]);
    const other = first.get(key);
    if (other && `${namespaceOf(other)}/${other.object.metadata.name}` !== `${namespaceOf(manifest)}/${manifest.object.metadata.name}`)
      yield {
        manifest,
        path: "spec.source.path",
        message: `Application ${other.object.metadata.name} applies the folder ${path} to the same place`,
      };
    else first.set(key, manifest);
  }
}
