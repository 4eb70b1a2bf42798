import { existsSync } from "node:fs";
import { join, normalize } from "node:path/posix";
import { stringify } from "yaml";
import { itemsOf, membersOf, sourcesOf, textOf } from "../../check/index.ts";
import { foldersAbove } from "../../git/index.ts";
import { fitsGlob, isRecord, withoutEndSlashes } from "../../outside/index.ts";
import { kustomizationNames, type Source, type SourcePlace } from "../../sources/index.ts";
import type { Remark } from "../change.ts";
import type { ApplicationFile } from "./application-files.ts";
import type { Given } from "./read-places.ts";
import { touches } from "./refusals.ts";
import { isFolder, type RepositorySide } from "./repository-side.ts";

/** What the Applications of a tree deploy of its own repository. */
export interface Deployed {
  readonly places: readonly Given[];
  /** Whether one of them deploys a file, so that it is no source of its own. @param file from the side's folder */
  deploys(file: string): boolean;
  readonly notLookedAt: readonly Left[];
}

type Left = Remark & { readonly file: string };

type Members = Readonly<Record<string, unknown>>;

/**
 * What each Application of a tree deploys of this repository: a folder, a kustomization or a chart. https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml
 * @param found the tree's Applications and ApplicationSets
 * @param environmentOf the environment that an Application is
 * @param remotes addresses of the repository; without any, what exists at an Application's path is taken for its source
 */
export function applicationsOf(
  side: RepositorySide,
  found: readonly ApplicationFile[],
  environmentOf: (application: ApplicationFile) => string,
  { remotes, kubernetes }: { readonly remotes: readonly string[]; readonly kubernetes: string },
): Deployed {
  const own = remotes.map(plainAddress);
  const isHere = (source: Members) =>
    own.length > 0 ? own.includes(plainAddress(textOf(source.repoURL))) : existsSync(join(side.root, textOf(source.path) || "."));
  const applications = found.filter(({ object }) => object.kind === "Application");
  const read = applications.flatMap((application) =>
    new ApplicationSources(side, application, environmentOf(application), kubernetes, isHere).read(),
  );
  const places = read.flatMap((entry) => ("place" in entry ? entry : []));
  const sets = found.filter(({ object }) => object.kind === "ApplicationSet");
  return {
    places,
    deploys: (file) => places.some((place) => place.deploys(file)),
    notLookedAt: [
      ...read.flatMap((entry) => ("place" in entry ? [] : entry)),
      ...sets.map(({ object, file }) =>
        notLookedAt("ApplicationSet", file, `the Applications of ApplicationSet ${object.metadata.name} are known to Argo CD alone`),
      ),
    ],
  };
}

const notLookedAt = (what: string, file: string, reason: string): Left => ({
  kind: "not-looked-at",
  what,
  text: `${file}: ${reason}`,
  file,
});

/** An address without what it is reached by: https and ssh lead to the same repository. */
const plainAddress = (address: string) =>
  withoutEndSlashes(address)
    .toLowerCase()
    .replace(/^[a-z+]{1,20}:\/\//, "")
    .replace(/^[^@/]*@/, "")
    .replace(/:\d+\//, "/")
    .replace(":", "/")
    .replace(/\.git$/, "");

type Deploys = Given & Pick<Deployed, "deploys">;

class ApplicationSources {
  readonly #side: RepositorySide;
  readonly #application: ApplicationFile;
  readonly #environment: string;
  readonly #kubernetes: string;
  readonly #isHere: (source: Members) => boolean;

  constructor(
    side: RepositorySide,
    application: ApplicationFile,
    environment: string,
    kubernetes: string,
    isHere: (source: Members) => boolean,
  ) {
    this.#side = side;
    this.#application = application;
    this.#environment = environment;
    this.#kubernetes = kubernetes;
    this.#isHere = isHere;
  }

  read(): (Deploys | Left)[] {
    const { file } = this.#application;
    return this.#sources().flatMap((source, index): readonly (Deploys | Left)[] => {
      if (textOf(source.chart) !== "")
        return [notLookedAt("remote chart", file, this.#says(`its chart ${textOf(source.chart)} isn't fetched`))];
      if (textOf(source.ref) !== "" && textOf(source.path) === "") return [];
      if (!this.#isHere(source))
        return [notLookedAt("remote source", file, this.#says("its source is another repository, and nothing is fetched"))];
      const found = this.#place(source);
      return typeof found === "string" ? [notLookedAt("Application", file, this.#says(found))] : [{ ...found, key: `source ${index}` }];
    });
  }

  #says(reason: string): string {
    return `Application ${this.#application.object.metadata.name}: ${reason}`;
  }

  #sources(): readonly Members[] {
    return sourcesOf(this.#application.object.spec);
  }

  /** The place of a source, or why there is none. */
  #place(source: Members): Omit<Deploys, "key"> | string {
    const { root } = this.#side;
    const path = normalize(textOf(source.path) || ".").replace(/\/$/, "");
    if (isOutside(path)) return `its path "${path}" leads out of the repository`;
    if (!isFolder(join(root, path))) return `there is no folder ${path}`;
    const { destination } = membersOf(this.#application.object.spec);
    const namespace = textOf(membersOf(destination).namespace);
    const common = {
      environment: this.#environment,
      kubernetes: this.#kubernetes,
      ...(namespace ? { namespace } : {}),
      definedIn: join(root, this.#application.file),
    };
    const kustomization = kustomizationNames.find((name) => existsSync(join(root, path, name)));
    const settings = source.kustomize ?? source.plugin;
    if (existsSync(join(root, path, "Chart.yaml"))) {
      const chart = this.#chart(path, membersOf(source.helm));
      if (typeof chart === "string") return chart;
      return { ...common, place: { kind: "rendered", name: path, root, source: chart }, deploys: (file) => isWithin(file, path) };
    }
    if (settings !== undefined && Object.keys(membersOf(settings)).length > 0)
      return `its source sets ${Object.keys(membersOf(settings)).join(", ")}, which Argo CD alone renders`;
    if (kustomization !== undefined) {
      const file = join(path, kustomization);
      // What it includes is no source of its own anyway.
      return {
        ...common,
        place: { kind: "rendered", name: path, root, source: { kind: "kustomization", path, file } },
        deploys: (other) => other === file,
      };
    }
    const place = this.#directory(join(root, path), membersOf(source.directory));
    return { ...common, place, deploys: (file) => isWithin(file, path) && !isFolder(join(root, file)) && takes(place, path, file) };
  }

  /** The files that a source of the type Directory takes: https://argo-cd.readthedocs.io/en/stable/user-guide/directory/ */
  #directory(path: string, { recurse, include, exclude }: Members): Folder {
    const fits = (globs: string, name: string) => alternatives(globs).some((glob) => fitsGlob(glob, name));
    const isApart = (name: string) => {
      if (this.#side.isPassedOver(join(path, name).slice(this.#side.root.length + 1))) return true;
      if (isFolder(join(path, name))) return recurse !== true;
      return (textOf(include) !== "" && !fits(textOf(include), name)) || (textOf(exclude) !== "" && fits(textOf(exclude), name));
    };
    return { kind: "folder", name: path, path, isApart, unnamed: [] };
  }

  /** A chart as an Application has it: https://argo-cd.readthedocs.io/en/stable/user-guide/helm/ */
  #chart(path: string, helm: Members): Source | string {
    const known = new Set(["ignoreMissingValueFiles", "parameters", "releaseName", "valueFiles", "values", "valuesObject"]);
    const others = Object.keys(helm).filter((key) => !known.has(key));
    if (others.length > 0) return `its source sets helm.${others.join(", helm.")}, which Argo CD alone renders`;
    const files = itemsOf(helm.valueFiles).map((file) => ({ file: textOf(file), path: this.#valueFile(path, textOf(file)) }));
    const remote = files.find(({ path: found }) => found === undefined);
    if (remote !== undefined) return `its file of values ${remote.file} isn't in this repository`;
    const { root } = this.#side;
    const values = files.flatMap(({ path: found }) => (found === undefined ? [] : join(root, found)));
    const missing = values.filter((file) => !existsSync(file));
    if (missing.length > 0 && helm.ignoreMissingValueFiles !== true)
      return `found no file of values ${missing.map((file) => file.slice(root.length + 1)).join(", ")}`;
    const inline = isRecord(helm.valuesObject) ? stringify(helm.valuesObject) : textOf(helm.values);
    return {
      kind: "chart",
      path,
      file: join(path, "Chart.yaml"),
      release: textOf(helm.releaseName) || this.#application.object.metadata.name,
      values: values.filter((file) => !missing.includes(file)),
      ...(inline === "" ? {} : { inlineValues: inline }),
      parameters: itemsOf(helm.parameters).map((parameter) => {
        const { name, value, forceString } = membersOf(parameter);
        return { name: textOf(name), value: textOf(value), isText: forceString === true };
      }),
    };
  }

  /** A file of values from the side's folder; undefined for one that lies elsewhere. */
  #valueFile(path: string, file: string): string | undefined {
    const [, ref, inner = ""] = /^\$([^/]+)\/(.*)$/s.exec(file) ?? [];
    const source = ref === undefined ? undefined : this.#sources().find((other) => other.ref === ref);
    if (ref !== undefined && (source === undefined || !this.#isHere(source))) return undefined;
    const found = ref === undefined ? (file.startsWith("/") ? normalize(file.slice(1)) : join(path, file)) : normalize(inner);
    return /^[a-z]+:\/\//i.test(file) || isOutside(found) ? undefined : found;
  }
}

/** A glob with alternatives in braces, as globs without. */
function alternatives(glob: string): string[] {
  const [, before = "", inner, after = ""] = /^([^{]*)\{([^{}]*)\}(.*)$/s.exec(glob) ?? [];
  return inner === undefined ? [glob] : inner.split(",").map((part) => `${before}${part.trim()}${after}`);
}

const isOutside = (path: string) => path.startsWith("/") || /^\.\.(\/|$)/.test(path);
const isWithin = (file: string, folder: string) => folder === "." || touches(file, folder);

type Folder = Extract<SourcePlace, { kind: "folder" }>;

/** Whether a folder's place has a file of it. @param path the folder, from where the file counts too */
function takes({ isApart }: Folder, path: string, file: string): boolean {
  const inner = path === "." ? file : file.slice(path.length + 1);
  return ![inner, ...foldersAbove(inner)].some(isApart);
}
