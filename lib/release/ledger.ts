import { Document, isMap, LineCounter } from "yaml";
import { z } from "zod";
import { syntaxMessage, yamlDocument } from "../outside/index.ts";
import { InputError } from "../problem/index.ts";

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
    if (content !== undefined && content.length > mostBytes) throw new InputError([{ file, message: `larger than ${mostBytes} bytes` }]);
    const lines = new LineCounter();
    this.#document = (content === undefined ? undefined : yamlDocument(content, lines)) ?? new Document({});
    const [error] = this.#document.errors;
    if (error) throw new InputError([{ file, line: lines.linePos(error.pos[0]).line, message: syntaxMessage(error) }]);
    if (content === undefined) this.#document.commentBefore = head;
    const parsed = Ledger.safeParse(this.#document.toJS({ maxAliasCount: 10 }) ?? {});
    if (!parsed.success)
      throw new InputError(
        parsed.error.issues.map(({ path, message }) => ({ file, path: path.join("."), message, mend: "Correct the line, or remove it." })),
      );
    this.#ledger = parsed.data;
  }

  releaseOf(image: string): LedgerEntry | undefined {
    return own(this.#ledger.releases, image);
  }

  holdOf(image: string): Hold | undefined {
    return own(this.#ledger.holds, image);
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
    this.#setRelease(image, { pipeline, at, by, rolledBackFrom: rolledBackFrom.filter((bad) => bad !== version) });
  }

  /** An image was rolled back from one version to another. No rollback chooses the first by itself until it is released again. */
  recordRollback(image: string, { at, by }: LedgerEntry, from: string, to: string): void {
    const { rolledBackFrom = [] } = this.releaseOf(image) ?? {};
    const versions = new Set([...rolledBackFrom, from]);
    versions.delete(to);
    this.#setRelease(image, { at, by, rolledBackFrom: [...versions].sort() });
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

const own = <T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  record && Object.hasOwn(record, key) ? record[key] : undefined;
