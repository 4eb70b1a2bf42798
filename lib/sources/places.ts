import { basename, join, resolve } from "node:path";
import { errorCode, readStandardInput, readText, UnreadableError } from "../outside/index.ts";
import { InputError } from "../problem/index.ts";
import { type Discovered, discover, type Source } from "./discover.ts";
import type { NamedSource } from "./named-source.ts";

/** One place that manifests are read from, or rendered from by its tool. */
export type SourcePlace =
  /** A kustomization or chart. Its paths count from `root`. */
  | { readonly kind: "rendered"; readonly name: string; readonly root: string; readonly source: Source }
  /** The plain files of a folder. */
  | ({ readonly kind: "folder"; readonly name: string; readonly path: string } & Pick<Discovered, "isApart" | "unnamed">)
  | { readonly kind: "file"; readonly name: string; readonly path: string }
  | { readonly kind: "standard input"; readonly name: string };

/** The places that a source stands for: of a folder its plain files, and then each kustomization and chart in it. */
export function placesOf(source: NamedSource): SourcePlace[] {
  switch (source.kind) {
    case "folder":
      return folderPlaces(source.path);
    case "file":
      return [{ kind: "file", name: basename(source.path), path: source.path }];
    case "chart": {
      const { path, values } = source;
      const name = [basename(resolve(path)), ...values.map((file) => basename(file))].join(":");
      return [{ kind: "rendered", name, root: ".", source: { kind: "chart", path, file: join(path, "Chart.yaml"), values } }];
    }
    case "standard input":
      return [{ kind: "standard input", name: source.kind }];
  }
}

function folderPlaces(folder: string): SourcePlace[] {
  const { sources, unnamed, isApart } = discover(folder);
  const name = basename(resolve(folder));
  return [
    { kind: "folder", name, path: folder.replace(/(?<=.)\/+$/, ""), isApart, unnamed },
    ...sources.map(
      (source): SourcePlace => ({ kind: "rendered", name: source.path === "" ? name : `${name}/${source.path}`, root: folder, source }),
    ),
  ];
}

/** One of the documents that Helm renders, with the template that it names. */
export interface TemplateRendering {
  readonly text: string;
  /** Path of the template in the chart's folder; undefined where it names none. */
  readonly template?: string;
}

/** What Helm renders, by the templates that its documents name. */
export const templatesIn = (text: string): TemplateRendering[] =>
  text.split(/^---$/m).map((document) => {
    const [, path = ""] = /^\n?# Source: [^/\s]+\/(\S+)$/m.exec(document.slice(0, mostHeader)) ?? [];
    return { text: document, ...(path === "" || path.split("/").includes("..") ? {} : { template: path }) };
  });

/** Characters of a document within which Helm names its template. */
const mostHeader = 1000;

/** The text of a file that a person names. @throws InputError where it can't be read */
export function textOfFile(file: string): string {
  try {
    return readText(file);
  } catch (error) {
    const message = error instanceof UnreadableError ? error.message : `can't be read (${errorCode(error)})`;
    throw new InputError([{ file, message, fix: "Replace it with a text file that can be read." }]);
  }
}

/** What is piped in. @param shown what problems name it @throws InputError where nothing is, or what can't be read */
export function textOfStandardInput(shown: string): string {
  const fix = "Pipe manifests into it, as kubectl kustomize . | slipway check -.";
  try {
    const text = readStandardInput();
    // A command before the pipe that fails prints nothing.
    if (text.trim() !== "") return text;
  } catch (error) {
    const message = error instanceof UnreadableError ? error.message : `can't be read (${errorCode(error)})`;
    throw new InputError([{ file: shown, message, fix }]);
  }
  throw new InputError([{ file: shown, message: "is empty", fix }]);
}
