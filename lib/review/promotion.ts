import { withoutRegistry } from "../kubernetes/index.ts";
import type { Flag } from "./change.ts";
import type { Tree } from "./tree.ts";

/** The environments an image runs in, by its name without registry; made once for a tree, without parsing it. */
export type ImagesRun = ReadonlyMap<string, ReadonlySet<string>>;

const imageLine = /^\s*(?:- )?image: ["']?([^\s"']+)/gm;

export function imagesRun(tree: Tree): ImagesRun {
  const run = new Map<string, Set<string>>();
  for (const { text, environment } of tree.values())
    for (const [, image = ""] of text.matchAll(imageLine)) {
      const name = withoutRegistry(image);
      run.set(name, (run.get(name) ?? new Set()).add(environment));
    }
  return run;
}

/** Says of a new image where else it runs already. Nothing where there is only one environment. */
export function withPromotion(note: Flag, environment: string, run: () => ImagesRun, environments: number): Flag {
  if (note.flag !== "image" || note.after === undefined || environments < 2) return note;
  const others = [...(run().get(withoutRegistry(note.after)) ?? [])].filter((name) => name !== environment).sort();
  const where = others.length > 0 ? `runs in ${others.join(", ")}` : "in no other environment yet";
  return { ...note, text: `${note.text} (${where})` };
}
