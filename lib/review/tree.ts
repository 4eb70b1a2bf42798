import { basename, resolve } from "node:path";
import { JSON_SCHEMA, loadAll } from "js-yaml";
import { type ForeignFiles, marker } from "../dist/index.ts";
import { manifestFiles, readManifestFile } from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import { InputError } from "../problem/index.ts";
import { assemblyFile } from "./cloudformation/assembly.ts";
import { readTemplate, type Template } from "./cloudformation/template.ts";

/** An object in one of the two trees, with its place. */
export interface ReviewedManifest {
  readonly environment: string;
  /** The app it belongs to, or `shared` or `argocd`; for other trees the first folder below the tree. */
  readonly app: string;
  readonly file: string;
  readonly object: KubernetesObject;
}

interface TreeFileOptions {
  readonly app?: string;
  /** Whether the first line says nothing of the app. Default: it does */
  readonly isAppGiven?: boolean;
  readonly isRendered?: boolean;
}

/** A file of a tree. It is parsed when somebody asks for its objects: most files of a fleet are the same on both sides. */
export class TreeFile {
  readonly path: string;
  readonly text: string;
  /** The file as reports name it. */
  readonly file: string;
  /** The environment its manifests are of. */
  readonly environment: string;
  /** Whether a tool rendered it: Argo CD looks for its marks in files alone. */
  readonly isRendered: boolean;
  readonly #app: string | undefined;
  readonly #isAppGiven: boolean;
  #manifests: readonly ReviewedManifest[] | undefined;
  #skipped: readonly string[] = [];
  #unnamed: readonly KubernetesObject[] = [];
  #assembly: { readonly read: ReturnType<typeof assemblyFile> } | undefined;
  #template: { readonly read: Template | undefined } | undefined;

  /**
   * @param environment name for manifests that don't say theirs
   * @param app the app its manifests are of. Default: the first folder of the path
   */
  constructor(
    path: string,
    file: string,
    text: string,
    environment: string,
    { app, isAppGiven = false, isRendered = false }: TreeFileOptions = {},
  ) {
    this.path = path;
    this.text = text;
    this.file = file;
    this.isRendered = isRendered;
    this.#app = app;
    this.#isAppGiven = isAppGiven;
    this.environment = generated.exec(text)?.[1] ?? environment;
  }

  /** The CloudFormation template that it holds, which has no manifests; undefined for what tools rendered. */
  get template(): Template | undefined {
    this.#template ??= { read: this.isRendered ? undefined : readTemplate(this.text) };
    return this.#template.read;
  }

  /** What it says of templates beside it, where the AWS CDK wrote it; undefined for all other files. */
  get assembly(): ReturnType<typeof assemblyFile> {
    this.#assembly ??= { read: assemblyFile(this.path, this.text) };
    return this.#assembly.read;
  }

  /** @throws InputError for what can't be read */
  get manifests(): readonly ReviewedManifest[] {
    this.#manifests ??= this.template || this.assembly ? [] : this.#read();
    return this.#manifests;
  }

  /** What it holds beside manifests. @throws InputError for what can't be read */
  get skipped(): readonly string[] {
    return this.manifests && this.#skipped;
  }

  /** The objects whose names the API server completes (`generateName`). @throws InputError for what can't be read */
  get unnamed(): readonly KubernetesObject[] {
    return this.manifests && this.#unnamed;
  }

  /** Whether its first line says that slipway generated it. */
  get isGenerated(): boolean {
    return generated.test(this.text);
  }

  /** The app its manifests are of; see ReviewedManifest. */
  get app(): string {
    return (this.#isAppGiven ? undefined : generated.exec(this.text)?.[2]) ?? this.#app ?? folderOf(this.path);
  }

  /** The same file as one of another environment. */
  within(environment: string): TreeFile {
    return this.#copy(this.path, environment);
  }

  /** The same file under another path. */
  at(path: string): TreeFile {
    return this.#copy(path, this.environment);
  }

  /** The same file as one of no app, to be compared with what names none. */
  withoutApp(): TreeFile {
    return new TreeFile(this.path, this.file, this.text, this.environment, { app: "", isAppGiven: true, isRendered: this.isRendered });
  }

  #copy(path: string, environment: string): TreeFile {
    return new TreeFile(path, this.file, this.text, environment, {
      isRendered: this.isRendered,
      isAppGiven: this.#isAppGiven,
      ...(this.#app === undefined ? {} : { app: this.#app }),
    });
  }

  #read(): ReviewedManifest[] {
    const { environment, app } = this;
    const folder = generated.exec(this.text)?.[2];
    const place = { environment, app };
    const objects = folder ? readGenerated(this.text) : undefined;
    return (objects ?? this.#readAny()).map((object) => ({ ...place, file: this.file, object }));
  }

  #readAny(): KubernetesObject[] {
    const { objects, problems: unread, repeatedKeys, skipped } = readManifestFile(this.text);
    const others = objects.map(({ object }) => object).filter((object) => !isObject(object));
    this.#unnamed = others.filter(isUnnamed);
    const nameless = others
      .filter((object) => !isUnnamed(object))
      .map(({ kind }) => `${typeof kind === "string" ? kind : "an object"} without a name`);
    this.#skipped = [...skipped, ...nameless];
    const problems = [...unread, ...repeatedKeys];
    if (problems.length > 0)
      throw new InputError(
        problems.map(({ message, line }) => ({
          file: line ? `${this.file}:${line}` : this.file,
          message,
          fix: "Correct the YAML there, or remove the file.",
        })),
      );
    const known = objects.map(({ object }) => object).filter(isObject);
    // What Argo CD applies has to be shown, an object without a name or kind too; elsewhere such a document is something else.
    if ((known.length < objects.length || skipped.length > 0) && this.path.endsWith(".k8s.yaml"))
      throw new InputError([
        { file: this.file, message: "holds a document without apiVersion, kind or metadata.name", fix: "Give the document all three." },
      ]);
    return known;
  }
}

/** First line of a generated file: the environment and folder it was rendered for. */
const generated = new RegExp(`^${marker} for ([^/\\s]+)/([^\\s:]+)`);
const folderOf = (path: string) => path.slice(0, Math.max(0, path.indexOf("/")));

/** Generated files hold only what every reader takes for the same, so that a fast one will do; undefined where one was edited past it. */
function readGenerated(text: string): KubernetesObject[] | undefined {
  try {
    const objects = loadAll(text, null, { schema: JSON_SCHEMA });
    return objects.every((object) => isObject(object) && !Array.isArray(object.items)) ? (objects as KubernetesObject[]) : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is KubernetesObject {
  const { apiVersion, kind, metadata } = (value ?? {}) as Partial<KubernetesObject>;
  return typeof apiVersion === "string" && typeof kind === "string" && typeof metadata?.name === "string";
}

function isUnnamed(value: unknown): value is KubernetesObject {
  const { apiVersion, kind, metadata } = (value ?? {}) as Partial<KubernetesObject>;
  const generateName = (metadata as { readonly generateName?: unknown } | undefined)?.generateName;
  return typeof apiVersion === "string" && typeof kind === "string" && typeof generateName === "string";
}

/** The files of a tree by their path in it. */
export type Tree = ReadonlyMap<string, TreeFile>;

/**
 * Reads the files of a folder.
 * @param shown the folder as reports name it
 * @param environment name for manifests that don't say theirs. Default: that of the folder
 * @param foreign files that are passed over
 * @throws InputError naming every file that can't be read
 */
export function readTree(root: string, shown = root, environment = basename(resolve(root)), foreign: ForeignFiles = new Map()): Tree {
  const files = [...manifestFiles(root, shown)].filter(({ path }) => !foreign.has(path));
  const problems = files.flatMap((file) =>
    "problem" in file ? [{ file: file.file, message: file.problem, fix: "Make the file readable, or remove it." }] : [],
  );
  if (problems.length > 0) throw new InputError(problems);
  const texts = files.flatMap((file) => ("text" in file ? [[file.path, file.text] as const] : []));
  return treeOf(new Map(texts), environment, `${shown}/`);
}

/** A tree of texts by their paths. @param environment name for manifests that don't say theirs */
export function treeOf(texts: ReadonlyMap<string, string>, environment: string, shown = ""): Tree {
  return new Map([...texts].map(([path, text]) => [path, new TreeFile(path, `${shown}${path}`, text, environment)]));
}
