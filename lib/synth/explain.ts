import { isAbsolute, relative } from "node:path";
import { Pointer } from "rfc6902";
import { isMap, isSeq, LineCounter } from "yaml";
import { parseImage } from "../kubernetes/index.ts";
import { describeObject, holdsSecret, type KubernetesObject, withoutSecrets } from "../manifest/index.ts";
import { hidden, yamlDocument } from "../outside/index.ts";
import {
  type Environment,
  type ExplainedValue,
  explainSpec,
  imageOf,
  type LayerValue,
  parsePins,
  pathsLike,
  type ResolvedApp,
  type ResolvedEnvironment,
  resolve,
} from "../overlay/index.ts";
import { InputError, suggestion } from "../problem/index.ts";
import type { Project, ReadFile } from "../project/index.ts";
import { type ExplainedRouting, explainRouting } from "./explain-routing.ts";
import { fileOf, patchObjects } from "./patch-objects.ts";
import { pinned } from "./pin-images.ts";
import { renderApp } from "./render-app.ts";

/** Where every value of an app comes from. */
export interface Explanation {
  readonly environment: string;
  readonly app: string;
  readonly values: readonly ExplainedValue[];
  /** What patch files change in rendered objects, by object and JSON pointer. */
  readonly patches: readonly ExplainedValue[];
  /** How its routes are served, where that is asked for. */
  readonly routing?: ExplainedRouting;
}

/**
 * Explains an app's values: the layers that set each, the image pin included, and what patch files change.
 * @param path a path of the model, as `workload.replicas`, or of a rendered object, as `Deployment:/spec/replicas`; all without it; `routing` says what serves the app's routes too
 * @throws InputError that names the nearest ones when there is no such app or path
 */
export function explain(environment: Environment, name: string, path: string | undefined, project: Project): Explanation {
  const resolved = resolve(environment, project.root);
  const app = resolved.appsByName.get(name);
  if (!app) throw new InputError([unknownApp(resolved, name)]);
  const { values, patches, routing } = path?.includes(":/")
    ? ofObject(resolved, app, path, project)
    : ofModel(resolved, app, path, project);
  const pin = pinOf(resolved, project.read, (reference) => imageOf({ environment: resolved, app }, reference));
  const placed = (value: ExplainedValue): ExplainedValue => ({
    ...value,
    layers: value.layers.map((layer) =>
      layer.file && isAbsolute(layer.file) ? { ...layer, file: relative(project.root, layer.file) } : layer,
    ),
  });
  return {
    environment: resolved.name,
    app: name,
    values: values.map(pin).map(placed),
    patches: patches.map(placed),
    ...(routing ? { routing } : {}),
  };
}

type Explained = Pick<Explanation, "values" | "patches" | "routing">;

/** What patch files change at a path of a rendered object. */
function ofObject(environment: ResolvedEnvironment, app: ResolvedApp, path: string, project: Project): Explained {
  const all = explainPatches(environment, app, project);
  const patches = all.filter((patch) => isPatched(patch.path, path));
  if (patches.length === 0) throw new InputError([unknownPath(app, path, all)]);
  return { values: [], patches };
}

/** The values of the model at a path, or all of them with what patch files change: patches are of rendered objects, and those alone need rendering. */
function ofModel(environment: ResolvedEnvironment, app: ResolvedApp, path: string | undefined, project: Project): Explained {
  const patches = path === undefined ? explainPatches(environment, app, project) : [];
  const values = explainSpec(app, path);
  if (path === "routing" && app.spec.routes) return { values: values ?? [], patches, routing: explainRouting(environment, app, project) };
  if (path === "routing" && values === undefined)
    throw new InputError([{ app: app.name, message: "has no routes", fix: "Ask for an app with routes." }]);
  if (values === undefined) throw new InputError([unknownPath(app, path ?? "", undefined)]);
  return { values, patches };
}

const imagePath = /^(container|(sidecars|initContainers)\.[^.]+|jobs\.[^.]+\.(container|initContainers\.[^.]+))\.image$/;

/** Adds the environment's pin to an image: the last layer of all. */
function pinOf(
  { name, folder }: ResolvedEnvironment,
  read: ReadFile,
  imageOf: (reference: string) => string,
): (value: ExplainedValue) => ExplainedValue {
  const file = `${folder}/kustomization.yaml`;
  const text = read(file);
  const { pins, problems } = parsePins(text, file);
  if (problems.length > 0) throw new InputError(problems.map((problem) => ({ environment: name, ...problem })));
  const byName = new Map(pins.map((pin) => [pin.name, pin]));
  return (value) => {
    if (!imagePath.test(value.path) || typeof value.value !== "string") return value;
    const image = imageOf(value.value);
    const result = pinned(image, byName);
    if (result === image) return { ...value, value: image };
    const line = lineOfPin(text ?? "", parseImage(image).name);
    return {
      ...value,
      value: result,
      layers: [...value.layers, { layer: "image pin", file, ...(line ? { line } : {}), value: result, replaced: image }],
    };
  };
}

function lineOfPin(text: string, name: string): number | undefined {
  const images = yamlDocument(text, new LineCounter())?.get("images");
  const entry = isSeq(images) ? images.items.filter(isMap).find((item) => item.get("name") === name) : undefined;
  return entry?.range ? lineAt(text, entry.range[0]) : undefined;
}

const lineAt = (text: string, offset: number) => text.slice(0, offset).split("\n").length;

/** What each operation of the app's patch files found and left, in their order. */
export function explainPatches(environment: ResolvedEnvironment, app: ResolvedApp, project: Project): ExplainedValue[] {
  const { read } = project;
  const rendered = renderApp(environment, { ...app, patches: [] }, [], project);
  if (rendered.problems.length > 0) throw new InputError(rendered.problems);
  const changes = new Map<string, ExplainedValue>();
  let objects = rendered.objects;
  for (const patch of app.patches) {
    const after = patchObjects(objects, [patch], read);
    if (after.problems.length > 0)
      throw new InputError(after.problems.map((problem) => ({ environment: environment.name, app: app.name, ...problem })));
    const index = objects.findIndex((object, position) => object !== after.objects[position]);
    for (const [key, layer] of layersOf(patch, objects[index], after.objects[index], read))
      changes.set(key, patched(key, changes.get(key), layer));
    objects = after.objects;
  }
  return [...changes.values()];
}

/** What a patch changed in an object, by object and pointer. */
function* layersOf(
  { source, folder, place }: ResolvedApp["patches"][number],
  before: KubernetesObject | undefined,
  after: KubernetesObject | undefined,
  read: ReadFile,
): Generator<[key: string, layer: LayerValue]> {
  if (!before || !after) return;
  const file = typeof source === "string" ? { file: fileOf(source, folder) } : place?.();
  for (const { path, line } of operationsOf(source, folder, read)) {
    if (pointed(before, path) === pointed(after, path)) continue;
    yield [
      `${describeObject(after).replace(/ .*\//, " ")}:${path}`,
      {
        layer: "patch",
        ...file,
        ...(line ? { line } : {}),
        ...defined("value", shownAt(after, path)),
        ...defined("replaced", shownAt(before, path)),
      },
    ];
  }
}

function patched(path: string, earlier: ExplainedValue | undefined, layer: LayerValue): ExplainedValue {
  const first: LayerValue[] = earlier
    ? [...earlier.layers]
    : "replaced" in layer
      ? [{ layer: "rendered from the model", value: layer.replaced }]
      : [];
  return { path, ...defined("value", layer.value), layers: [...first, layer] };
}

const defined = (key: "value" | "replaced", value: unknown) => (value === undefined ? {} : { [key]: value });

/** The paths a patch's operations change, with the line of each where it is a file. */
function operationsOf(
  source: ResolvedApp["patches"][number]["source"],
  folder: string | undefined,
  read: ReadFile,
): { path: string; line?: number }[] {
  if (typeof source !== "string") return source.filter(({ op }) => op !== "test").map(({ path }) => ({ path }));
  const text = read(fileOf(source, folder)) ?? "[]";
  // JSON is YAML, and this reader knows where things stand.
  const list = yamlDocument(text, new LineCounter())?.contents;
  return (isSeq(list) ? list.items : [])
    .filter(isMap)
    .filter((item) => item.get("op") !== "test")
    .map((item) => ({ path: String(item.get("path")), line: lineAt(text, item.range?.[0] ?? 0) }));
}

/** What may be shown of what stands at a pointer. */
function shownAt(object: KubernetesObject, pointer: string): unknown {
  const value = pointed(withoutSecrets(object), pointer);
  // Below a value that is hidden whole there is nothing to point at.
  return value === undefined && holdsSecret(object) && pointed(object, pointer) !== undefined ? hidden : value;
}

function pointed(object: KubernetesObject, pointer: string): unknown {
  return Pointer.fromJSON(pointer)
    .tokens.slice(1)
    .reduce<unknown>((value, token) => {
      if (typeof value !== "object" || value === null) return undefined;
      const key = Array.isArray(value) && token === "-" ? String(value.length - 1) : token;
      return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
    }, object);
}

/** A patch is asked for by kind, or kind and name, and a pointer to or above what it changes. */
function isPatched(path: string, asked: string): boolean {
  const [object = "", pointer = ""] = splitAt(path, path.indexOf(":/"));
  const [wanted = "", prefix = ""] = splitAt(asked, asked.indexOf(":/"));
  return (
    (object === wanted || object.split(" ")[0] === wanted) &&
    (pointer === prefix || pointer.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`))
  );
}

const splitAt = (text: string, index: number) => [text.slice(0, index), text.slice(index + 1)];

function unknownApp({ name: environment, apps }: ResolvedEnvironment, name: string) {
  const names = apps.map((app) => app.name);
  return { message: `${environment} has no app "${name}"`, fix: suggestion(name, names, "Its apps") };
}

function unknownPath(app: ResolvedApp, path: string, patches: readonly ExplainedValue[] | undefined) {
  if (patches)
    return {
      app: app.name,
      path,
      message: "no patch changes it",
      fix: `Patches change: ${patches.map((patch) => patch.path).join(", ") || "nothing"}.`,
    };
  const near = pathsLike(app, path);
  return {
    app: app.name,
    path,
    message: "no layer sets it",
    fix: near.length > 0 ? `Did you mean ${near.join(", ")}?` : `It sets: ${Object.keys(app.spec).sort().join(", ")}.`,
  };
}
