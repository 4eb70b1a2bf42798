import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { contentKey } from "./content-key.ts";
import type { Source } from "./discover.ts";
import { type NotRendered, type RenderingOptions, taskOf } from "./render.ts";
import type { RenderingCache } from "./rendering-cache.ts";
import { startTool, type Task, type ToolResult } from "./tool.ts";
import { toolIdentity } from "./tool-identity.ts";

/** Changes with what an entry of the cache means. */
const format = 1;

/** Renders sources side by side, as many as the machine has processors: what is the same twice, or was rendered by an earlier run, once. */
export class Renderings {
  readonly #cache: RenderingCache | undefined;
  /** What an entry of the cache is of, beside its source and its tool. */
  readonly #version: unknown;
  readonly #shared = new Map<string, Promise<ToolResult>>();
  readonly #waiting: (() => void)[] = [];
  readonly #onRead: (source: string, number: number, total: number) => void;
  #free = availableParallelism();
  #begun = 0;
  #asked = 0;

  /**
   * @param cache what earlier runs rendered. Default: nothing is kept
   * @param onRead is called for each source whose turn it is, with its number among those that are known by then
   */
  constructor(cache?: RenderingCache, onRead: (source: string, number: number, total: number) => void = () => {}) {
    this.#onRead = onRead;
    this.#cache = cache;
    this.#version = cache && ownVersion();
  }

  /** Reads a source beside others, when it is its turn. */
  async beside<T>(source: string, work: () => Promise<T>): Promise<T> {
    this.#asked++;
    if (this.#free === 0) await new Promise<void>((resume) => this.#waiting.push(resume));
    else this.#free--;
    this.#onRead(source, ++this.#begun, this.#asked);
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }

  /**
   * Renders a source like `render`.
   * @param repository the folder that the source belongs to; without one it is rendered whatever was rendered before
   */
  async render(root: string, source: Source, options: RenderingOptions, repository?: string): Promise<ToolResult | NotRendered> {
    const task = taskOf(root, source, options);
    if ("reason" in task) return task;
    const keyNow = () => (repository === undefined ? undefined : contentKey(root, source, options, repository));
    const key = keyNow();
    if (key === undefined) return startTool(task);
    const known = this.#shared.get(key);
    const rendering = known ?? this.#rendered(task, key, keyNow);
    this.#shared.set(key, rendering);
    const result = await rendering;
    // What a tool says when it fails names folders.
    return known === undefined || "text" in result ? result : startTool(task);
  }

  async #rendered(task: Task, key: string, keyNow: () => string | undefined): Promise<ToolResult> {
    const identity = this.#cache && (await toolIdentity(task.commands.map(([tool]) => tool)));
    const entry =
      identity &&
      createHash("sha256")
        .update(JSON.stringify([format, this.#version, identity, key]))
        .digest("hex");
    const kept = entry && this.#cache?.read(entry);
    if (kept !== undefined && kept !== "") return { text: kept };
    const result = await startTool(task);
    // Somebody may have written to a file while it was rendered.
    if (entry && "text" in result && keyNow() === key) this.#cache?.write(entry, result.text);
    return result;
  }
}

const ownVersion = (): unknown =>
  (JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { readonly version?: unknown }).version;
