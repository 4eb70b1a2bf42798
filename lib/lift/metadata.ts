import type { KubernetesObject } from "../manifest/index.ts";
import { membersOf } from "../outside/index.ts";
import { defined, filled, type Members } from "./shape.ts";

/** Labels and annotations that all of an app's objects have. */
export interface Common {
  readonly labels: Members;
  readonly annotations: Members;
}

const of = (object: KubernetesObject, part: keyof Common): Members => membersOf(membersOf(object.metadata)[part]);

/**
 * Keys that all have, each with the value that most have: the others say their own over it.
 * @param among the keys that may be common. Default: any
 */
export function commonOf(objects: readonly KubernetesObject[], among?: ReadonlySet<string>): Common {
  const shared = (part: keyof Common) => {
    const all = objects.map((object) => of(object, part));
    const keys = Object.keys(all[0] ?? {}).filter((key) => (among?.has(key) ?? true) && all.every((other) => Object.hasOwn(other, key)));
    return Object.fromEntries(keys.map((key) => [key, mostFrequent(all.map((other) => other[key]))]));
  };
  return { labels: shared("labels"), annotations: objects.length > 1 ? shared("annotations") : {} };
}

function mostFrequent(values: readonly unknown[]): unknown {
  const counts = new Map<unknown, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((most, entry) => (entry[1] > most[1] ? entry : most))[0];
}

/** What an object has beside what all of the app's have. */
export function ownMetadata(object: KubernetesObject, common: Common): Members {
  const own = (part: keyof Common) => {
    const entries = Object.entries(of(object, part)).filter(
      ([key, value]) => !Object.hasOwn(common[part], key) || common[part][key] !== value,
    );
    return filled(Object.fromEntries(entries));
  };
  return defined({ labels: own("labels"), annotations: own("annotations") });
}
