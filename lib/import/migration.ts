import { type ImportReport, provenSentence } from "./report.ts";

/**
 * The order in which Argo CD is pointed at what was imported, with the command that proves each step, and the way back.
 * @param out the new repository, from the folder that was imported from
 */
export function migrationText(report: ImportReport, out: string): string {
  const place = out === "." ? "" : `${out}/`;
  const steps = report.environments.map(({ name, sources }, index) => {
    const secrets = report.secrets.filter(({ environment }) => environment === name);
    const [source = "", ...more] = sources;
    const expected = secrets.length > 0 ? "" : " --expect none";
    const proof =
      more.length > 0 || source === "-"
        ? []
        : [
            "```sh",
            `kustomize build ${place}dist/${name} | npx slipway review ${source} -${expected}`,
            "```",
            "",
            secrets.length > 0
              ? "The review may name the Secrets that were left out, and nothing else.\n"
              : "The review must say that nothing changes.\n",
          ];
    const apply = ["```sh", `kubectl apply -n argocd -f ${place}dist/${name}/argocd/Application.${name}.k8s.yaml`, "```", ""];
    return [`## ${index + 1}. ${name}`, "", ...proof, ...apply].join("\n");
  });
  return `# Migration

${provenSentence(report)}. Comments of the sources are not kept.

First set \`cluster.server\` and \`argocd.repository\` in \`overlays/<environment>/index.ts\`. Then run \`npm install && npm run synth\`, and commit all of it, \`package-lock.json\` and \`dist/\` included.

Then go one environment after another, the least important first. The commands run in the folder that you imported from. Before you apply, remove the old Application and leave what it deployed: \`kubectl delete application NAME -n argocd --cascade=orphan\`. Two Applications for the same objects would take turns.

${steps.join("\n")}
## Afterwards

- Applications don't prune. When every object is Synced, remove \`prune: false\` from \`overlays/<environment>/index.ts\` and render again.
- Waivers say what \`slipway check\` found in the sources. Fix them before their last day.
- Secrets that were left out stay in the cluster as they are. Put their values into the secret store.

## The way back

Remove the new Applications with \`--cascade=orphan\`, the root first, and create the old one again: the objects are the same.
`;
}
