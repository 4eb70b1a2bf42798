import { Document, isMap, LineCounter } from "yaml";
import { z } from "zod";
import { own, syntaxMessage, UnreadableError, yamlDocument } from "../outside/index.ts";
import { InputError } from "../problem/index.ts";
import { parseVersion, SameVersions } from "./version.ts";

const text = z.string().min(1, "expected a text, found an empty one");
const Entry = z.strictObject({
  /** Pipeline that released what runs; none where a person did. */
  pipeline: z.int("expected the number of a pipeline").positive().optional(),
  /** Newest pipeline that ever released the image, where that isn't the one above: later ones have larger numbers. */
  newestPipeline: z.int("expected the number of a pipeline").positive().optional(),
  at: text.optional(),
  by: text.optional(),
  /** Versions that were rolled back from, as TAG@DIGEST: no rollback goes back to them. */
  rolledBackFrom: z.array(text).optional(),
});
const Hold = z.strictObject({ by: text, reason: text, since: text });
const Ledger = z.strictObject({ releases: z.record(z.string(), Entry).optional(), holds: z.record(z.string(), Hold).optional() });

type LedgerEntry = z.infer<typeof Entry>;
export type Hold = z.infer<typeof Hold>;

const mostBytes = 4 * 1024 * 1024;
const head = " Written by slipway: which pipeline released an image last, and which images are held.";

/** An environment's releases.yaml: who released what, and what may not be released. By the image's whole name, as it stands in dist. */
export class LedgerFile {
  readonly #document: Document;
  readonly #ledger: z.infer<typeof Ledger>;

  /** @throws InputError for a file that isn't one */
  constructor(content: string | undefined, file: string) {
    if (content !== undefined && content.length > mostBytes)
      throw new InputError([{ file, message: `larger than ${mostBytes} bytes`, fix: restore }]);
    this.#document = documentOf(content, file);
    if (content === undefined) this.#document.commentBefore = head;
    const parsed = Ledger.safeParse(plainOf(this.#document, file));
    if (!parsed.success)
      throw new InputError(
        parsed.error.issues.map(({ path, message }) => ({ file, path: path.join("."), message, fix: "Correct the line, or remove it." })),
      );
    this.#ledger = parsed.data;
  }

  releaseOf(image: string): LedgerEntry | undefined {
    return this.#ledger.releases && own(this.#ledger.releases, image);
  }

  holdOf(image: string): Hold | undefined {
    return this.#ledger.holds && own(this.#ledger.holds, image);
  }

  get holds(): Readonly<Record<string, Hold>> {
    return this.#ledger.holds ?? {};
  }

  /** The newest pipeline that ever released an image; an older one comes late. */
  newestPipelineOf(image: string): number | undefined {
    const { pipeline, newestPipeline } = this.releaseOf(image) ?? {};
    return later(pipeline, newestPipeline);
  }

  /** An image was released by a pipeline or a person. The newest pipeline is kept, whoever comes after it. */
  recordRelease(image: string, { pipeline, at, by }: LedgerEntry, version: string): void {
    const { rolledBackFrom = [] } = this.releaseOf(image) ?? {};
    const released = new SameVersions([parseVersion(version)]);
    this.#setRelease(image, { pipeline, at, by, rolledBackFrom: rolledBackFrom.filter((bad) => !released.has(parseVersion(bad))) });
  }

  /** An image was rolled back from one version to another. No rollback chooses the first by itself until it is released again. */
  recordRollback(image: string, { at, by }: LedgerEntry, from: string, to: string): void {
    const { rolledBackFrom = [] } = this.releaseOf(image) ?? {};
    const chosen = new SameVersions([parseVersion(to)]);
    // An image that was named without a tag or digest is one that no rollback could go back to.
    const versions = [...new Set([...rolledBackFrom, from])].filter((version) => version !== "" && !chosen.has(parseVersion(version)));
    this.#setRelease(image, { at, by, rolledBackFrom: versions.sort() });
  }

  #setRelease(image: string, { pipeline, at, by, rolledBackFrom = [] }: LedgerEntry): void {
    const newest = this.newestPipelineOf(image);
    const entry = Entry.parse({
      ...(pipeline === undefined ? {} : { pipeline }),
      ...(newest === undefined || newest <= (pipeline ?? 0) ? {} : { newestPipeline: newest }),
      ...(at ? { at } : {}),
      ...(by ? { by } : {}),
      ...(rolledBackFrom.length > 0 ? { rolledBackFrom } : {}),
    });
    this.#set("releases", image, entry);
  }

  setHold(image: string, hold: Hold | undefined): void {
    this.#set("holds", image, hold && Hold.parse(hold));
  }

  #set(part: "releases" | "holds", image: string, value: object | undefined): void {
    if (!isMap(this.#document.contents)) this.#document.contents = this.#document.createNode({}) as never;
    if (value === undefined) {
      this.#document.deleteIn([part, image]);
      const rest = this.#document.get(part);
      if (isMap(rest) && rest.items.length === 0) this.#document.delete(part);
      return;
    }
    if (!isMap(this.#document.get(part))) this.#document.set(part, this.#document.createNode({}));
    this.#document.setIn([part, image], this.#document.createNode(value));
    const map = this.#document.get(part);
    // In one order, whoever writes: neighbours don't trade places.
    if (isMap(map)) map.items.sort((a, b) => (String(a.key) < String(b.key) ? -1 : 1));
  }

  toString(): string {
    return this.#document.toString({ lineWidth: 0 });
  }
}

/** The later of two pipelines; either may be unknown. */
const later = (a: number | undefined, b: number | undefined) => (a === undefined || b === undefined ? (a ?? b) : Math.max(a, b));

/** What to do about a file that slipway didn't write so. */
const restore = "Correct it by hand, or restore it from an earlier commit: git log -- FILE.";

/** @throws InputError for what isn't YAML */
function documentOf(content: string | undefined, file: string): Document {
  const lines = new LineCounter();
  try {
    const document = (content === undefined ? undefined : yamlDocument(content, lines)) ?? new Document({});
    const [error] = document.errors;
    if (!error) return document;
    throw new InputError([{ file, line: lines.linePos(error.pos[0]).line, message: syntaxMessage(error), fix: restore }]);
  } catch (error) {
    throw error instanceof UnreadableError ? new InputError([{ file, message: error.message, fix: restore }]) : error;
  }
}

/** @throws InputError for aliases that name nothing, or stand for too much */
function plainOf(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 10 }) ?? {};
  } catch {
    throw new InputError([{ file, message: "an alias names nothing, or aliases stand for too much", fix: "Write the values out." }]);
  }
}
