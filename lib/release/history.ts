import type { Git } from "../git/index.ts";
import { type ImageReference, parseImage } from "../kubernetes/index.ts";
import { parsePins } from "../overlay/index.ts";

/** Commits whose files are read at a time. */
const atOnce = 50;
/** Commits whose renderings are looked through for what never was a pin. */
const mostRenderings = 50;
/** A line of a manifest that says an image. */
const imageLine = /^\s*(?:- )?image: "?([^\s"]+)"?$/gm;

/** What files of a project held before, as far as the repository at hand knows. */
export class History {
  readonly #git: Git;
  readonly #within: string;
  readonly #tip: string;
  /** Fetches what a shallow clone lacks; false where nothing is lacking. */
  readonly deepen: () => Promise<boolean>;

  /**
   * @param within path of the project in the repository, with a slash at its end
   * @param tip commit that the history ends with
   */
  constructor(git: Git, within: string, tip: string, deepen: () => Promise<boolean> = async () => false) {
    this.#git = git;
    this.#within = within;
    this.#tip = tip;
    this.deepen = deepen;
  }

  /** What images were pinned to, by the names they have in dist, commit by commit, newest first: an environment's kustomization.yaml as git has had it. */
  async *pinsOf(file: string): AsyncGenerator<readonly ImageReference[]> {
    const path = this.#within + file;
    const commits = await this.#git.commitsOf(this.#tip, path);
    for (let at = 0; at < commits.length; at += atOnce) {
      const names = commits.slice(at, at + atOnce).map((commit) => `${commit}:${path}`);
      for (const content of await this.#git.contents(names)) {
        const { pins } = parsePins(content?.toString("utf8"), file);
        yield pins.map(({ name, newName = name, newTag, digest }) => ({
          name: newName,
          ...(newTag ? { tag: newTag } : {}),
          ...(digest ? { digest } : {}),
        }));
      }
    }
  }

  /** The images that a folder of dist held, commit by commit, newest first: what ran there, whether a pin or an overlay said so. */
  async *renderedIn(folder: string): AsyncGenerator<readonly ImageReference[]> {
    const path = this.#within + folder;
    const commits = await this.#git.commitsOf(this.#tip, path);
    for (const commit of commits.slice(0, mostRenderings)) {
      const entries = await this.#git.entries(commit, [path]);
      const contents = await this.#git.contents(entries.map((entry) => `${commit}:${entry.path}`));
      const texts = contents.flatMap((content) => content?.toString("utf8") ?? []);
      yield texts.flatMap((text) => [...text.matchAll(imageLine)].map(([, image = ""]) => parseImage(image)));
    }
  }
}
