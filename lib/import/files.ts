import { stringify } from "yaml";
import { toYaml } from "../manifest/index.ts";
import type { SourceChart } from "./environment.ts";
import type { FoldedApp, FoundPatch } from "./fold.ts";
import { type FoundPin, pinEntries } from "./pins.ts";
import { Code, literal, variable } from "./source-text.ts";

/** A finding that is accepted as it was when imported. */
export interface ImportedWaiver {
  readonly rule: string;
  readonly resource: string;
  readonly reason: string;
  readonly until: string;
}

/** What an environment's overlay says. */
export interface WrittenEnvironment {
  readonly name: string;
  readonly kubernetes: string;
  readonly pins: ReadonlyMap<string, FoundPin>;
  readonly waivers: readonly ImportedWaiver[];
  readonly literals: boolean;
  readonly charts: readonly SourceChart[];
}

export interface WrittenEstate {
  readonly environments: readonly WrittenEnvironment[];
  readonly apps: readonly FoldedApp[];
  /** Images without a tag that run, by app. */
  readonly imagesAsIs: ReadonlyMap<string, readonly string[]>;
  /** URL of the repository, as Argo CD fetches it. */
  readonly repository: string;
  /** Where dist lies in the repository. */
  readonly distPath: string;
}

/** The overlays of an estate, by path in its repository. */
export function overlayFiles(estate: WrittenEstate): Map<string, string> {
  const files = new Map<string, string>();
  const names = estate.environments.map(({ name }) => name).sort();
  files.set("overlays/index.ts", names.map((name) => `export { ${variable(name, "Environment")} } from "./${name}/index.ts";\n`).join(""));
  for (const app of estate.apps) for (const [path, text] of filesOf(app, estate.imagesAsIs.get(app.name) ?? [])) files.set(path, text);
  for (const chart of chartsByName(estate)) files.set(`overlays/base/${chart.name}.ts`, chartText(chart));
  for (const environment of estate.environments) {
    files.set(`overlays/${environment.name}/index.ts`, environmentText(environment, estate));
    files.set(`overlays/${environment.name}/kustomization.yaml`, pinsText(environment));
    files.set(`test/${environment.name}.test.ts`, testText(environment.name));
  }
  return files;
}

/** The files of an app by path: itself, what it includes, and its patches. @param imagesAsIs images without a tag that run */
export function filesOf(app: FoldedApp, imagesAsIs: readonly string[]): Map<string, string> {
  return new Map([
    ...app.files.map(({ environments, objects }) => [fileOf(app, environments), documents(objects)] as const),
    ...app.patches.map(
      (patch) => [`overlays/${patch.environment}/${patchFile(app, patch)}`, `${JSON.stringify(patch.operations, undefined, 2)}\n`] as const,
    ),
    [`overlays/base/${fileNameOf(app)}.ts`, baseText(app, imagesAsIs)],
  ]);
}

const fileNameOf = ({ file, name }: FoldedApp) => file ?? name;

const documents = (objects: FoldedApp["files"][number]["objects"]) => objects.map((object) => toYaml(object)).join("---\n");

/** Charts of all environments, each once. */
const chartsByName = ({ environments }: WrittenEstate): SourceChart[] => [
  ...new Map(environments.flatMap(({ charts }) => charts).map((chart) => [chart.name, chart])).values(),
];

const isBase = (app: FoldedApp, environments: readonly string[]) => environments.length === app.namespaces.size;

/** The file of what some environments have of an app. */
function fileOf(app: FoldedApp, environments: readonly string[]): string {
  const [only = ""] = environments;
  if (isBase(app, environments) && environments.length > 1) return `overlays/base/${fileNameOf(app)}.yaml`;
  return environments.length === 1
    ? `overlays/${only}/${app.name}.yaml`
    : `overlays/base/${fileNameOf(app)}-${environments.join("-")}.yaml`;
}

const patchFile = (app: FoldedApp, { kind, name }: FoldedApp["patches"][number]) =>
  `${app.name}-${kind.toLowerCase()}${name === app.name ? "" : `-${name.replace(/[^A-Za-z0-9.-]/g, "-")}`}-patch.json`;

function included(app: FoldedApp, environment: string | undefined): Record<string, string> {
  const files = app.files.filter(({ environments }) =>
    environment === undefined ? isBase(app, environments) : environments.includes(environment) && !isBase(app, environments),
  );
  return Object.fromEntries(
    files.map(({ environments }) => [
      environment === undefined ? "base" : environments.length === 1 ? "own" : environments.join("-"),
      fileOf(app, environments),
    ]),
  );
}

const isEmpty = (value: object) => Object.keys(value).length === 0;

/** The file of an app: what its environments share. */
const baseText = (app: FoldedApp, imagesAsIs: readonly string[]) =>
  `import { app } from "slipway";\n\nexport const ${variable(app.name, "App")} = ${appLiteral(app, imagesAsIs)};\n`;

/** What an app's environments share, as TypeScript. */
export function appLiteral(app: FoldedApp, imagesAsIs: readonly string[]): string {
  const include = included(app, undefined);
  const plain = { namespace: baseNamespace(app), defaults: "none", ...(imagesAsIs.length > 0 ? { imagesAsIs } : {}) };
  const spec = { ...(app.typed?.base ?? plain), ...(isEmpty(include) ? {} : { include }) };
  const patches = (app.typed?.patches ?? []).map(
    (patch) => `\n${lacking(patch, "")}  .patch(${targetText(patch)}, ${literal(patch.operations, 2)})`,
  );
  return [`app(${JSON.stringify(app.name)}, ${literal(spec)})`, ...patches].join("");
}

const targetText = ({ kind, name }: Pick<FoundPatch, "kind" | "name">) => literal({ kind, name });

/** A line that says why there is a patch. */
const lacking = ({ kind, name, fields }: Partial<FoundPatch>, indent: string) =>
  fields ? `${indent}  // Not in the model: ${fields.join(", ")} of ${kind} ${name}.\n` : "";

/** The namespace of most environments. */
function baseNamespace({ namespaces, typed }: FoldedApp): string {
  if (typeof typed?.base.namespace === "string") return typed.base.namespace;
  const all = [...namespaces.values()];
  const count = (namespace: string) => all.filter((other) => other === namespace).length;
  return [...all].sort((a, b) => count(b) - count(a) || (a < b ? -1 : 1))[0] ?? "default";
}

function chartText({ name, namespace, folder }: SourceChart): string {
  const spec = { namespace, defaults: "none", helm: { chart: folder, release: name } };
  return `import { app } from "slipway";\n\nexport const ${variable(name, "App")} = app(${JSON.stringify(name)}, ${literal(spec)});\n`;
}

function environmentText(environment: WrittenEnvironment, estate: WrittenEstate): string {
  const { name, kubernetes, waivers, literals, charts } = environment;
  const apps = estate.apps.filter(({ namespaces }) => namespaces.has(name));
  const hostPaths = Object.fromEntries(
    apps.flatMap((app) => {
      const paths = app.typed?.hostPaths.get(name) ?? [];
      return paths.length > 0 ? [[app.name, paths]] : [];
    }),
  );
  const namespaces = new Set([...apps.map((app) => app.namespaces.get(name) ?? ""), ...charts.map(({ namespace }) => namespace)]);
  const settings = {
    kubernetes,
    cluster: { name },
    registry: "none",
    argocd: {
      repository: estate.repository,
      ...(estate.distPath === "dist" ? {} : { path: estate.distPath }),
      prune: false,
      finalizer: "none",
    },
    podSecurity: "privileged",
    ...(literals ? { secrets: { literals: true } } : {}),
    namespaces: Object.fromEntries([...namespaces].sort().map((namespace) => [namespace, { create: false }])),
    ...(isEmpty(hostPaths) ? {} : { hostPaths }),
    ...(waivers.length > 0 ? { waivers: Object.fromEntries(waivers.map((waiver, index) => [`imported-${index + 1}`, waiver])) } : {}),
    apps: [
      ...apps.map((app) => new Code(listedApp(app, name))),
      ...charts.map(
        (chart) =>
          new Code(
            `${variable(chart.name, "App")}${isEmpty(chart.values) ? "" : `.with(${literal({ helm: { values: chart.values } }, 4)})`}`,
          ),
      ),
    ],
  };
  const imports = [
    ...apps.map((app) => ({ name: app.name, file: fileNameOf(app) })),
    ...charts.map((chart) => ({ name: chart.name, file: chart.name })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    'import { environment } from "slipway";\n',
    ...imports.map((app) => `import { ${variable(app.name, "App")} } from "../base/${app.file}.ts";\n`),
    `\nexport const ${variable(name, "Environment")} = environment(${JSON.stringify(name)}, ${literal(settings)});\n`,
  ].join("");
}

const listedApp = (app: FoldedApp, environment: string) => layeredText(app, environment, variable(app.name, "App"));

/** An app with what differs in an environment, as the environment lists it. @param name the variable that stands for the app there */
export function layeredText(app: FoldedApp, environment: string, name: string): string {
  const include = included(app, environment);
  const namespace = app.namespaces.get(environment);
  const layer = {
    ...(namespace === baseNamespace(app) ? {} : { namespace }),
    ...app.typed?.layers.get(environment),
    ...(isEmpty(include) ? {} : { include }),
  };
  const patches = app.patches.filter((patch) => patch.environment === environment);
  const texts = patches.map((patch) => `.patch(${targetText(patch)}, ${JSON.stringify(patchFile(app, patch))})`);
  const listed = `${name}${isEmpty(layer) ? "" : `.with(${literal(layer, 4)})`}`;
  const inline = [listed, ...texts].join("");
  if (inline.length <= 100 && !inline.includes("\n") && patches.every(({ fields }) => fields === undefined)) return inline;
  return [listed, ...texts.map((text, index) => `${lacking(patches[index] ?? {}, "    ")}      ${text}`)].join("\n");
}

function pinsText({ name, pins }: WrittenEnvironment): string {
  const images = pinEntries(pins);
  return stringify({
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources: [`../../dist/${name}`],
    ...(images.length > 0 ? { images } : {}),
  });
}

const testText = (name: string) => `import { render } from "slipway";
import { ${variable(name, "Environment")} } from "../overlays/index.ts";

test("${name} is what dist holds", () => {
  expect(render(${variable(name, "Environment")})).toMatchDist();
});
`;
