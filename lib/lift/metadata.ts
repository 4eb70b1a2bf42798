import type { KubernetesObject } from "../manifest/index.ts";
import { membersOf } from "../outside/index.ts";
import { defined, filled, type Members } from "./shape.ts";

/** Labels and annotations that all of an app's objects have. */
export interface Common {
  readonly labels: Members;
  readonly annotations: Members;
}

const of = (object: KubernetesObject, part: keyof Common): Members => membersOf(membersOf(object.metadata)[part]);

export function commonOf(objects: readonly KubernetesObject[]): Common {
  const shared = (part: keyof Common) => {
    const [first, ...others] = objects.map((object) => of(object, part));
    return Object.fromEntries(Object.entries(first ?? {}).filter(([key, value]) => others.every((other) => other[key] === value)));
  };
  return { labels: shared("labels"), annotations: objects.length > 1 ? shared("annotations") : {} };
}

/** What an object has beside what all of the app's have. */
export function ownMetadata(object: KubernetesObject, common: Common): Members {
  const own = (part: keyof Common) => {
    const entries = Object.entries(of(object, part)).filter(([key]) => !Object.hasOwn(common[part], key));
    return filled(Object.fromEntries(entries));
  };
  return defined({ labels: own("labels"), annotations: own("annotations") });
}
