import { stringify } from "yaml";
import { freeKey } from "../lift/index.ts";
import { toYaml } from "../manifest/index.ts";
import { membersOf } from "../outside/index.ts";
import { setPins } from "../overlay/index.ts";
import { type Accepted, today } from "./accepted.ts";
import { chartFile, chartText, type FoldedChart } from "./charts.ts";
import type { SaidSettings } from "./environment.ts";
import type { FoldedApp, FoundPatch } from "./fold.ts";
import { importance } from "./importance.ts";
import { difference } from "./layers.ts";
import { type FoundPin, pinnedImages } from "./pins.ts";
import { appModule, Code, callText, fits, inOneLine, literal, variable } from "./source-text.ts";

/** What an environment's overlay says. */
export interface WrittenEnvironment extends Accepted {
  readonly name: string;
  readonly kubernetes: string;
  readonly said: SaidSettings;
  readonly pins: ReadonlyMap<string, FoundPin>;
  readonly literals: boolean;
}

export interface WrittenEstate {
  readonly environments: readonly WrittenEnvironment[];
  readonly apps: readonly FoldedApp[];
  readonly charts: readonly FoldedChart[];
  /** Images without a tag that run, by app. */
  readonly imagesAsIs: ReadonlyMap<string, readonly string[]>;
  /** URL of the repository, as Argo CD fetches it. */
  readonly repository: string;
  /** Where dist lies in the repository. */
  readonly distPath: string;
  /** What environments say for their apps, by environment. Default: nothing. */
  readonly defaults?: ReadonlyMap<string, object>;
  /** Whether environments that are nearly the same are written by `extends`. */
  readonly extending: boolean;
}

/** The overlays of an estate, by path in its repository. */
export function overlayFiles(estate: WrittenEstate): Map<string, string> {
  const files = new Map<string, string>();
  const names = estate.environments.map(({ name }) => name).sort();
  files.set(
    "overlays/index.ts",
    names.map((name) => `export { ${environmentVariable(name, estate)} } from "./${name}/index.ts";\n`).join(""),
  );
  for (const app of estate.apps) for (const [path, text] of filesOf(app, estate.imagesAsIs.get(app.name) ?? [])) files.set(path, text);
  for (const chart of estate.charts.filter(({ isKnown }) => !isKnown)) files.set(chartFile(chart), chartText(chart));
  const listed = listingsIn(estate);
  const parents = parentsIn(estate, listed);
  for (const environment of estate.environments) {
    files.set(`overlays/${environment.name}/index.ts`, environmentText(environment, estate, listed, parents.get(environment.name)));
    files.set(`overlays/${environment.name}/kustomization.yaml`, pinsText(environment));
    files.set(`test/${environment.name}.test.ts`, testText(environment.name, environmentVariable(environment.name, estate)));
  }
  return files;
}

const listingsIn = (estate: WrittenEstate): Listings =>
  new Map(estate.environments.map((environment) => [environment.name, listings(environment, estate)]));

const parentsIn = (estate: WrittenEstate, listed = listingsIn(estate)): Map<string, WrittenEnvironment> =>
  estate.extending ? parentsOf(estate.environments, listed) : new Map();

/** The variable for an environment: another than that of any app. */
function environmentVariable(name: string, { apps, charts }: WrittenEstate): string {
  const plain = variable(name, "Environment");
  const names = [...apps, ...charts].map((app) => variable(app.name, "App"));
  return names.includes(plain) ? `${plain}Environment` : plain;
}

/** The files of an app by path: itself, what it includes, and its patches. @param imagesAsIs images without a tag that run */
export function filesOf(app: FoldedApp, imagesAsIs: readonly string[]): Map<string, string> {
  return new Map([
    ...app.files.map(({ environments, objects }) => [fileOf(app, environments), documents(objects)] as const),
    ...app.patches.map(
      (patch) => [`overlays/${patch.environment}/${patchFile(app, patch)}`, `${JSON.stringify(patch.operations, undefined, 2)}\n`] as const,
    ),
    ...(app.known ? [] : [[`overlays/base/${fileNameOf(app)}.ts`, baseText(app, imagesAsIs)] as const]),
  ]);
}

const fileNameOf = ({ file, known, name }: FoldedApp) => known?.file ?? file ?? name;

const documents = (objects: FoldedApp["files"][number]["objects"]) => objects.map((object) => toYaml(object)).join("---\n");

const isBase = (app: FoldedApp, environments: readonly string[]) => !app.known && environments.length === app.namespaces.size;

/** The file of what some environments have of an app. */
function fileOf(app: FoldedApp, environments: readonly string[]): string {
  const [only = ""] = environments;
  if (isBase(app, environments) && environments.length > 1) return `overlays/base/${fileNameOf(app)}.yaml`;
  return environments.length === 1
    ? `overlays/${only}/${app.name}.yaml`
    : `overlays/base/${[fileNameOf(app), ...environments].join(".")}.yaml`;
}

const patchFile = (app: FoldedApp, { kind, name }: FoldedApp["patches"][number]) =>
  [app.name, inFileName(kind.toLowerCase()), ...(name === app.name ? [] : [inFileName(name)]), "patch.json"].join("-");

/** A text that comes from outside as a part of a file's name, which leads nowhere else. */
const inFileName = (text: string) => text.replace(/[^A-Za-z0-9.-]/g, "-");

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
const baseText = (app: FoldedApp, imagesAsIs: readonly string[]) => moduleText(variable(app.name, "App"), app, imagesAsIs);

/** The module of an app under a name. */
export const moduleText = (name: string, app: FoldedApp, imagesAsIs: readonly string[]): string =>
  appModule(name, (column) => appLiteral(app, imagesAsIs, column));

/** What an app's environments share, as TypeScript. @param column where it begins */
function appLiteral(app: FoldedApp, imagesAsIs: readonly string[], column: number): string {
  const include = included(app, undefined);
  const plain = { namespace: baseNamespace(app), defaults: "none", ...(imagesAsIs.length > 0 ? { imagesAsIs } : {}) };
  const spec = { ...(app.typed?.base ?? plain), ...(isEmpty(include) ? {} : { include }) };
  const patches = (app.typed?.patches ?? []).map(
    (patch) => `\n${lacking(patch, "")}  .patch(${targetText(patch)}, ${literal(patch.operations, 2)})`,
  );
  return [callText(app.name, spec, column), ...patches].join("");
}

const targetText = ({ kind, name }: Pick<FoundPatch, "kind" | "name">) => literal({ kind, name });

/** A line that says why there is a patch. */
const lacking = ({ kind, name, fields }: Partial<FoundPatch>, indent: string) =>
  fields ? `${indent}  // ${inOneLine(`Not in the model: ${fields.join(", ")} of ${kind} ${name}.`)}\n` : "";

/** The namespace of most environments. */
function baseNamespace({ namespaces, typed, known }: FoldedApp): string {
  if (known) return known.namespace;
  if (typeof typed?.base.namespace === "string") return typed.base.namespace;
  const all = [...namespaces.values()];
  const count = (namespace: string) => all.filter((other) => other === namespace).length;
  return [...all].sort((a, b) => count(b) - count(a) || (a < b ? -1 : 1))[0] ?? "default";
}

/** How an environment lists an app, as TypeScript. */
interface Listing {
  readonly text: string;
  /** Whether it has patches, which lie in the environment's own folder. */
  readonly isPatched: boolean;
}

/** Whether two environments list an app alike. */
const isShared = (own: Listing, other: Listing | undefined) => own.text === other?.text && !own.isPatched;

/** What an environment lists, by the app's name. */
function listings({ name: environment }: WrittenEnvironment, { apps, charts }: WrittenEstate): Map<string, Listing> {
  return new Map([
    ...apps
      .filter(({ namespaces }) => namespaces.has(environment))
      .map((app) => {
        const isPatched = app.patches.some((patch) => patch.environment === environment);
        return [app.name, { text: layeredText(app, environment, variable(app.name, "App")), isPatched }] as const;
      }),
    ...charts.flatMap(({ name, namespace, namespaces, layers }) => {
      const values = layers.get(environment);
      if (!values) return [];
      const there = namespaces.get(environment);
      const said = { ...(there === namespace ? {} : { namespace: there }), ...(isEmpty(values) ? {} : { helm: { values } }) };
      const own = variable(name, "App");
      const layer = isEmpty(said) ? "" : `.with(${literal(said, 4, 4 + own.length + ".with(".length)})`;
      return [[name, { text: `${own}${layer}`, isPatched: false }] as const];
    }),
  ]);
}

/** What an environment says beside its apps. */
function settingsOf({ name, kubernetes, said, literals, ...accepted }: WrittenEnvironment, estate: WrittenEstate) {
  const apps = estate.apps.filter(({ namespaces }) => namespaces.has(name));
  const hostPaths = Object.fromEntries(
    apps.flatMap((app) => {
      const paths = app.typed?.hostPaths.get(name) ?? [];
      return paths.length > 0 ? [[app.name, paths]] : [];
    }),
  );
  const provided = [...(said.provided ?? []), ...accepted.provided];
  const waivers = { ...waiversIn(said), ...Object.fromEntries(accepted.waivers.map((waiver, index) => [`imported-${index + 1}`, waiver])) };
  const charts = estate.charts.filter(({ layers }) => layers.has(name));
  const namespaces = new Set([
    ...apps.map((app) => app.namespaces.get(name) ?? ""),
    ...charts.map(({ namespaces: own }) => own.get(name) ?? ""),
  ]);
  return {
    kubernetes,
    cluster: { name },
    registry: "none",
    argocd: {
      repository: estate.repository,
      ...(estate.distPath === "dist" ? {} : { path: estate.distPath }),
      ...untilMoved,
    },
    podSecurity: said.podSecurity ?? "privileged",
    ...(literals ? { secrets: { literals: true } } : {}),
    namespaces: Object.fromEntries([...namespaces].sort().map((namespace) => [namespace, { create: false }])),
    ...(isEmpty(hostPaths) ? {} : { hostPaths }),
    ...(provided.length > 0 ? { provided: byName(provided, [...namespaces]) } : {}),
    ...(isEmpty(waivers) ? {} : { waivers }),
  };
}

/** The waivers of slipway.yaml that aren't over, by names that overlays can have. */
function waiversIn({ waivers = {} }: SaidSettings): Record<string, object> {
  const names = new Map<string, object>();
  for (const [name, waiver] of Object.entries(waivers)) if (waiver.until >= today()) names.set(freeKey(name, names), waiver);
  return Object.fromEntries(names);
}

/** Provided objects by their names. @param only the environment's namespace, where it has one alone: then it needn't be said */
function byName(provided: NonNullable<SaidSettings["provided"]>, [only, ...more]: readonly string[]): Record<string, object> {
  const names = new Map<string, object>();
  for (const { kind, namespace, name } of provided) {
    const isSaid = namespace !== undefined && (namespace !== only || more.length > 0);
    names.set(freeKey(name, names), { kind, ...(isSaid ? { namespace } : {}), name });
  }
  return Object.fromEntries(names);
}

/** What a person removes in each environment once it has moved. */
const untilMoved = { prune: false, finalizer: "none" };

/** What each environment lists, by its name and the app's. */
type Listings = ReadonlyMap<string, ReadonlyMap<string, Listing>>;

function environmentText(
  environment: WrittenEnvironment,
  estate: WrittenEstate,
  all: Listings,
  parent: WrittenEnvironment | undefined,
): string {
  const { name } = environment;
  const own = all.get(name) ?? new Map<string, Listing>();
  const settings = settingsOf(environment, estate);
  const inherited = all.get(parent?.name ?? "") ?? new Map<string, Listing>();
  const listed = [...own].filter(([app, listing]) => !isShared(listing, inherited.get(app)));
  const without = [...inherited.keys()].filter((app) => !own.has(app));
  // Environments that share apps have the same defaults, so a parent's are those of the other.
  const defaults = estate.defaults?.has(parent?.name ?? "") ? undefined : estate.defaults?.get(name);
  const options = {
    ...(parent ? { extends: new Code(environmentVariable(parent.name, estate)) } : {}),
    ...(parent ? { ...membersOf(difference(settingsOf(parent, estate), settings)), argocd: untilMoved } : settings),
    ...(defaults ? { defaults } : {}),
    ...(without.length > 0 ? { without } : {}),
    ...(parent && listed.length === 0 ? {} : { apps: listed.map(([, { text }]) => new Code(text)) }),
  };
  const files = new Map(estate.apps.map((app) => [app.name, fileNameOf(app)]));
  const call = `export const ${environmentVariable(name, estate)} = environment(${JSON.stringify(name)}, `;
  const imports = listed
    .map(([app]) => ({ app, file: files.get(app) ?? app }))
    .sort((a, b) => (a.app < b.app ? -1 : 1))
    .map(({ app, file }) => `import { ${variable(app, "App")} } from "../base/${file}.ts";\n`);
  return [
    'import { environment } from "slipway";\n',
    ...imports,
    ...(parent ? [`import { ${environmentVariable(parent.name, estate)} } from "../${parent.name}/index.ts";\n`] : []),
    `\n${call}${literal(options, 0, call.length)});\n`,
  ].join("");
}

/** Apps that two environments share, from which on one is written as the other with what differs. */
const [fewestShared, leastShare] = [3, 0.6];

/**
 * The environment that another is nearly the same as, by the other's name. What the parent changes, the other changes too: it is never the
 * less important of the two. One that extends another is nobody's parent: that would hide where a value comes from.
 */
function parentsOf(environments: readonly WrittenEnvironment[], all: Listings): Map<string, WrittenEnvironment> {
  const parents = new Map<string, WrittenEnvironment>();
  const inOrder = [...environments].sort((a, b) => importance(b.name) - importance(a.name));
  for (const [index, { name, literals }] of inOrder.entries()) {
    const own = [...(all.get(name) ?? [])];
    const found = inOrder.slice(0, index).find((other) => {
      if (parents.has(other.name) || other.literals !== literals) return false;
      const listed = all.get(other.name);
      const same = own.filter(([app, listing]) => isShared(listing, listed?.get(app))).length;
      return same >= fewestShared && same >= own.length * leastShare;
    });
    if (found) parents.set(name, found);
  }
  return parents;
}

/** What environments take over from others, in words. */
export function inheritanceNotes(estate: WrittenEstate): string[] {
  return [...parentsIn(estate)].map(
    ([name, parent]) => `${name}: extends ${parent.name}, since they are nearly the same: what ${parent.name} changes, ${name} changes too`,
  );
}

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
  const isExplained = patches.some(({ fields }) => fields !== undefined);
  const [indent, before] = isExplained ? [6, `${name}\n      `] : [4, name];
  const column = isExplained ? indent : indent + name.length;
  const listed = isEmpty(layer) ? name : `${before}.with(${literal(layer, indent, column + ".with(".length)})`;
  const inline = [listed, ...texts].join("");
  if (inline.length <= 100 && !inline.includes("\n") && !isExplained) return inline;
  const broken = (patch: FoundPatch, pad: string) =>
    `.patch(\n${pad}  ${targetText(patch)},\n${pad}  ${JSON.stringify(patchFile(app, patch))},\n${pad})`;
  const [first, ...more] = patches;
  if (first && more.length === 0 && isEmpty(layer) && !isExplained) return name + broken(first, "    ");
  const lines = patches.map((patch, index) => {
    const line = `      ${texts[index]}`;
    return lacking(patch, "    ") + (fits(`${line},`) ? line : `      ${broken(patch, "      ")}`);
  });
  return [listed, ...lines].join("\n");
}

function pinsText({ name, pins }: WrittenEnvironment): string {
  const kustomization = {
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources: [`../../dist/${name}`],
  };
  return setPins(stringify(kustomization, { indentSeq: false }), pinnedImages(pins));
}

const testText = (name: string, environment: string) => `import { render } from "slipway";
import { ${environment} } from "../overlays/index.ts";

test("${name} is what dist holds", () => {
  expect(render(${environment})).toMatchDist();
});
`;
