import { type ImageReference, parsePins } from "../overlay/index.ts";
import type { Git } from "./git.ts";

/** What images were pinned to, commit by commit, newest first: an environment's kustomization.yaml as git has had it. */
export async function* pinsOverTime(git: Git, file: string): AsyncGenerator<readonly ImageReference[]> {
  const commits = ((await git.ask("log", "--format=%H", "--", file)) ?? "").split("\n").filter(Boolean);
  for (const commit of commits) {
    const { pins } = parsePins(await git.ask("show", `${commit}:./${file}`), file);
    yield pins.map(({ name, newTag, digest }) => ({ name, ...(newTag ? { tag: newTag } : {}), ...(digest ? { digest } : {}) }));
  }
}
