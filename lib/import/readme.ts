/**
 * The README.md of a repository that an import wrote.
 * @param environments names, the first of which the examples use
 * @param app name of an app, for the examples
 */
export function readmeText(environments: readonly string[], app: string): string {
  const [environment = ""] = environments;
  return `# Deployments

What runs in ${environments.map((name) => `\`${name}\``).join(", ")}. \`overlays/\` describes it, and \`dist/\` holds the plain YAML that Argo CD applies. \`slipway import\` wrote both from what ran before: [MIGRATION.md](MIGRATION.md) has the steps to point Argo CD at \`dist/\`, and [import-report.md](import-report.md) says which object went to which app.

    npm install && npm run synth     # renders overlays/ into dist/
    npm run check                    # types, tests, and dist against the overlays, as the pipeline does

Then commit all of it, \`package-lock.json\` and \`dist/\` included.

| file                                             | holds                                                              |
| ------------------------------------------------ | ------------------------------------------------------------------ |
| \`overlays/base/APP.ts\`, \`overlays/base/APP.yaml\` | an app, and the objects that all its environments share            |
| \`overlays/ENV/index.ts\`                          | the environment, its apps with what differs, and waivers           |
| \`overlays/ENV/*.yaml\`, \`*-patch.json\`            | objects that one environment has, and what differs in a shared one |
| \`overlays/ENV/kustomization.yaml\`                | the pins: tag and digest of each image                             |
| \`dist/ENV/APP/\`                                  | what Argo CD applies; never edited by hand                         |

- **Change an object**: edit its YAML or patch, then \`npm run synth\`.
- **Pin an image**: \`npx slipway image set ${environment} IMAGE:TAG && npm run synth\`.
- **See what a change does to the cluster**: \`npx slipway review --base HEAD\`.
- **See where a value comes from**: \`npx slipway explain ${environment} ${app}\`.
`;
}
