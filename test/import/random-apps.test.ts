import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve as resolvePath } from "node:path";
import { App as Cdk8sApp, Chart } from "cdk8s";
import fc from "fast-check";
import { type AppOf, app, environment } from "slipway";
import { addApp } from "../../lib/constructs/index.ts";
import type { SourceEnvironment } from "../../lib/import/environment.ts";
import { importEstate } from "../../lib/import/index.ts";
import { literal } from "../../lib/import/source-text.ts";
import { identityOf, type KubernetesObject } from "../../lib/manifest/index.ts";
import { resolve } from "../../lib/overlay/index.ts";
import { settings } from "../fixture.ts";
import { specs } from "../lift/specs.ts";
import { sized } from "../sizes.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-random-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The objects of an app that adds nothing, as its environment would render them. */
function rendered(name: string, spec: object): KubernetesObject[] {
  // What the schema says of a spec holds at run time; tests make them out of parts whose types widen.
  const one = app(name, { ...spec, defaults: "none" } as AppOf<never>);
  const resolved = resolve(environment("test", { ...settings, hostPaths: { [name]: ["/"] }, apps: [one] }), "/");
  const chart = new Chart(new Cdk8sApp(), name, { disableResourceNameHashes: true });
  for (const placed of resolved.apps) addApp(chart, { environment: resolved, app: placed }, [], "/");
  const objects = JSON.parse(JSON.stringify(chart.toJson())) as KubernetesObject[];
  // A random app may say one ConfigMap in two ways, which no source holds.
  return [...new Map(objects.map((object) => [identityOf(object), object])).values()];
}

const source = (name: string, objects: readonly KubernetesObject[]): SourceEnvironment => ({
  name,
  sources: [name],
  kubernetes: "1.34",
  said: {},
  isFromCluster: false,
  objects: objects.map((object) => ({ object, file: name })),
  charts: [],
  secrets: [],
  problems: [],
  notes: [],
});

const lifted = (sources: readonly SourceEnvironment[]) =>
  importEstate(sources, {
    out: join(folder, "new"),
    repository: settings.argocd.repository,
    distPath: "dist",
    waivedUntil: "2099-01-31",
    literals: new Set(sources.map(({ name }) => name)),
    slipway: resolvePath("lib/index.ts"),
    model: { apps: "all", acceptRollout: false, adoptLabels: false },
  });

const [estates, apps] = [sized(1, 12), sized(25, 50)];
/** The same apps each time, so that a failure is that of the change it comes with. */
const chosen = fc.sample(specs, { numRuns: estates * apps, seed: 21 });
/** An app has a namespace of its own here: random ones have names in common. */
const placed = (spec: object, index: number): { readonly namespace: string; readonly config?: unknown } => ({
  ...spec,
  namespace: `ns-${index}`,
});
const estate = (number: number) => chosen.slice(number * apps, (number + 1) * apps).map(placed);
const nameOf = (index: number) => `app-${index}`;
/** The size of a text without what formats it. */
const sizeOf = (text: string) => text.replace(/\s+/g, "").length;

test(`random apps are imported into the model without a difference, at most a fifth longer than they were (${estates * apps} apps)`, async () => {
  let [originals, written] = [0, 0];
  for (let number = 0; number < estates; number++) {
    const all = estate(number);
    const { differences, problems, files } = await lifted([
      source(
        "dev",
        all.flatMap((spec, index) => rendered(nameOf(index), spec)),
      ),
    ]);
    expect({ differences, problems }).toEqual({ differences: [], problems: [] });
    for (const [index, { config: _config, ...spec }] of all.entries())
      originals += sizeOf(
        `import { app } from "slipway"; export const x = app("${nameOf(index)}", ${literal({ ...spec, defaults: "none" })});`,
      );
    for (const [path, text] of files) if (path.startsWith("overlays/base/")) written += sizeOf(text);
  }
  expect(written).toBeLessThanOrEqual(1.2 * originals);
});

test(`environments of random apps, a third of which are others in each, are imported without a difference (${estates * apps} apps)`, async () => {
  for (let number = 0; number < estates; number++) {
    const all = estate(number);
    const other = all.map((spec, index) => (index % 3 === 0 ? placed(all[(index + 1) % all.length] ?? spec, index) : spec));
    const objects = (own: readonly object[]) => own.flatMap((spec, index) => rendered(nameOf(index), spec));
    const { differences, problems } = await lifted([source("dev", objects(all)), source("prod", objects(other))]);
    expect({ differences, problems }).toEqual({ differences: [], problems: [] });
  }
});
