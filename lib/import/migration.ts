import { newestVersion } from "../kubernetes/index.ts";
import type { LeftOutSecret, SourceEnvironment } from "./environment.ts";
import { type ImportReport, provenSentence } from "./report.ts";

/**
 * The order in which Argo CD is pointed at what was imported, with the commands of each step, and the way back.
 * @param sources what the report's environments were read from
 * @param out the new repository, from the folder that was imported from
 */
export function migrationText(report: ImportReport, sources: readonly SourceEnvironment[], out: string): string {
  const place = placeOf(out);
  const names = report.environments.map(({ name }) => name);
  const environments = sources.filter(({ name }) => names.includes(name));
  const steps = environments.map((environment, index) => stepText(environment, index + 1, { place, ...getsLabels(environment, report) }));
  return `# Migration

${provenSentence(report)}. Comments of the sources are not kept.

The commands run in the folder that you imported from, and \`kubectl\` asks the cluster that Argo CD runs in. \`OLD\` stands for the name of the Application that deploys an environment today. Where an environment has several, do each step for all of them. Where \`kubectl\` or Helm deployed it so far, leave the commands with \`OLD\` out.

## Before you start

1. Set \`cluster.server\` and \`argocd.repository\` in \`${place}overlays/<environment>/index.ts\`.
2. Run \`npm install && npm run synth\`${place === "" ? "" : ` in \`${place}\``}. Commit all of it, \`package-lock.json\` and \`dist/\` included, and push it to the branch that Argo CD follows.
3. Run \`kubectl get applications -n argocd\`. What is OutOfSync in an old Application changes when the new ones sync: sync it first.
4. Copy the \`ignoreDifferences\` of the old Applications to the apps, as \`argocd.ignoreDifferences\`. Argo CD would put back what they ignore.
5. Run \`kubectl get appprojects -n argocd\`. The new Applications bring AppProjects that are called as the environments: no other may have such a name.
6. If another Application or an ApplicationSet creates \`OLD\`, it would create it again. Remove the finalizers of \`OLD\` there and wait until \`kubectl get application OLD -n argocd -o jsonpath='{.metadata.finalizers}'\` prints nothing. Then remove \`OLD\` there. In an ApplicationSet, \`spec.syncPolicy.preserveResourcesOnDeletion: true\` removes the finalizers.

Then go one environment after another, the least important first.

${steps.join("\n")}
## Afterwards

When every object is Synced, and for one environment after another:

1. Remove \`prune: false\` and \`finalizer: "none"\` from \`${place}overlays/<environment>/index.ts\`. Run \`npm run synth\`, commit and push. From then on Argo CD deletes what dist no longer holds, and the objects of an Application that is deleted.
2. Fix what \`slipway check\` found in the sources before the last day of its waivers.
3. Put the values of Secrets that were left out into the secret store. They stay in the cluster as they are.

## The way back

Nothing is deleted or replaced as long as the Applications have no finalizer. If you have removed the two lines above, put them back first, and wait until this prints nothing:

\`\`\`sh
kubectl get applications -n argocd -l environment=ENV -o jsonpath='{.items[*].metadata.finalizers}'
\`\`\`

Remove the root first, since it creates the others again. The old Application then takes over the objects as they are.

\`\`\`sh
kubectl delete application ENV -n argocd
kubectl delete application -n argocd -l environment=ENV
kubectl create -f OLD.yaml
kubectl delete appproject -n argocd -l environment=ENV
\`\`\`
`;
}

/** Whether objects of an environment get labels. */
const getsLabels = ({ name }: SourceEnvironment, { relabelled }: Pick<ImportReport, "relabelled">) => ({
  getsLabels: relabelled.some(({ environment }) => environment === name),
});

const placeOf = (out: string) => (out === "." ? "" : shellWord(`${out.replace(/\/+$/, "")}/`));

const afterwards = "## Afterwards\n";

/**
 * A migration with the steps of environments that were added.
 * @param before MIGRATION.md as it is
 * @param report what was imported now
 * @returns undefined where it isn't as it was written, so that nobody knows where they would go
 */
export function withEnvironments(
  before: string,
  added: readonly SourceEnvironment[],
  out: string,
  report: Pick<ImportReport, "relabelled">,
): string | undefined {
  const [start, end, ...more] = before.split(afterwards);
  if (start === undefined || end === undefined || more.length > 0) return undefined;
  const known = [...start.matchAll(/^## (\d+)\. (.+)$/gm)];
  const last = Math.max(0, ...known.map(([, number]) => Number(number)));
  const fresh = added.filter(({ name }) => !known.some(([, , other]) => other === name));
  const steps = fresh.map((environment, index) =>
    stepText(environment, last + index + 1, { place: placeOf(out), ...getsLabels(environment, report) }),
  );
  return `${start}${steps.map((step) => `${step}\n`).join("")}${afterwards}${end}`;
}

const code = (...lines: readonly string[]) => ["```sh", ...lines, "```", ""].join("\n");

interface StepOptions {
  /** The new repository, with a slash at its end. */
  readonly place: string;
  readonly getsLabels: boolean;
}

/** What takes one environment from its old Applications to the new ones. */
function stepText(environment: SourceEnvironment, position: number, options: StepOptions): string {
  const { name, secrets } = environment;
  const { place } = options;
  const parts = [
    ...proofs(environment, options),
    `Remove the old Application, and leave what it deployed. \`--cascade=orphan\` isn't enough: a finalizer has Argo CD delete the objects all the same.\n`,
    code(
      "kubectl get application OLD -n argocd -o yaml > OLD.yaml",
      `kubectl patch application OLD -n argocd --type merge -p '{"metadata":{"finalizers":null}}'`,
      "kubectl delete application OLD -n argocd",
    ),
    ...(secrets.length === 0
      ? []
      : [
          "Keep the Secrets that were left out, in the cluster that they are in. A new Application with the name of an old one would prune them later.\n",
          code(...secrets.map(keptSecret)),
        ]),
    "Hand the environment to Argo CD, and wait until all its Applications are Synced and Healthy. No pod is replaced.\n",
    code(
      `kubectl apply -n argocd -f ${place}dist/${name}/argocd/Application.${name}.k8s.yaml`,
      `kubectl get applications -n argocd -l environment=${name}`,
    ),
  ];
  return `## ${position}. ${name}\n\n${parts.join("\n")}`;
}

const keptSecret = ({ namespace, name }: LeftOutSecret) =>
  `kubectl annotate secret ${shellWord(name)} -n ${shellWord(namespace)} --overwrite argocd.argoproj.io/sync-options=Prune=false argocd.argoproj.io/compare-options=IgnoreExtraneous`;

/** What proves that nothing changes: the review of the source and dist, where one command can name the source, and what the cluster holds. */
function proofs(
  { name, sources, secrets, assumedNamespace, kubernetes, isFromCluster }: SourceEnvironment,
  { place, getsLabels }: StepOptions,
): string[] {
  const [source = "", ...more] = sources;
  const live = [
    "Compare with what the cluster holds, with `kubectl` on the cluster of the environment. It must print " +
      `${getsLabels ? "the labels that objects get, and nothing else" : "nothing"}.\n`,
    code(`kubectl diff --server-side --force-conflicts --field-manager=slipway -k ${place}dist/${name}`),
  ];
  if (more.length > 0 || source === "-" || isFromCluster) return [withoutReview(more.length > 0, source), ...live];
  const options = [
    ...(assumedNamespace === undefined ? [] : [`--namespace ${assumedNamespace}`]),
    ...(kubernetes === newestVersion() ? [] : [`--kubernetes ${kubernetes}`]),
    ...(secrets.length > 0 ? [] : [`--expect ${getsLabels ? "in-place" : "none"}`]),
  ];
  const changes = getsLabels ? "The review must say that labels change in place" : "The review must say that nothing changes";
  const left = getsLabels
    ? "The review may name labels that change in place and the Secrets that were left out, and nothing else"
    : "The review may name the Secrets that were left out, and nothing else";
  return [
    `Review the source and what Argo CD will apply. ${secrets.length > 0 ? left : changes}.\n`,
    code(["npx slipway review", shellWord(source), `${place}dist/${name}`, ...options].join(" ")),
    ...live,
  ];
}

/** Why there is no review of the source. */
function withoutReview(areSeveral: boolean, source: string): string {
  const what = areSeveral
    ? "Its sources are several"
    : source === "-"
      ? "Its source was standard input"
      : "Its source was read from a cluster";
  return `${what}, which a review can't be given. The import compared them with what it wrote (\`import-report.md\`).\n`;
}

/** A text as one word of a shell. */
const shellWord = (text: string) => (/^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
