import { groupBy, type KubernetesObject } from "../manifest/index.ts";
import { canonical } from "./exported.ts";
import {
  aligned,
  type FoldedApp,
  type FoundPatch,
  mostPatchedOfKnown,
  namespacesOf,
  patchOf,
  type Version,
  withoutNamespace,
} from "./fold.ts";
import type { KnownApp } from "./known-apps.ts";

/**
 * Puts an app of further environments over the base that it has already: what differs becomes patches, and what base lacks files.
 * @returns undefined where base holds an object that an environment hasn't, or that differs in too much
 */
export function foldOver(
  name: string,
  byEnvironment: ReadonlyMap<string, readonly KubernetesObject[]>,
  known: KnownApp,
): FoldedApp | undefined {
  if (known.base.kind !== "included") return undefined;
  const namespaces = namespacesOf(byEnvironment);
  const base = known.base.objects.map((object) => ({ environment: "", object: withoutNamespace(object, known.namespace) }));
  const own = [...byEnvironment].flatMap(([environment, objects]) =>
    objects.map((object) => ({ environment, object: withoutNamespace(object, namespaces.get(environment) ?? "") })),
  );
  const patches: FoundPatch[] = [];
  const beside: Version[] = [];
  for (const same of aligned([...base, ...own])) {
    const shared = same.find(({ environment }) => environment === "");
    if (!shared) beside.push(...same);
    else {
      const found = same.length > byEnvironment.size ? patchesOver(shared.object, same) : undefined;
      if (!found) return undefined;
      patches.push(...found);
    }
  }
  const files = [...groupBy(beside, ({ environment }) => environment)].map(([environment, objects]) => ({
    environments: [environment],
    objects: objects.map(({ object }) => object),
  }));
  return { name, namespaces, files, patches, known };
}

/** The patches of the objects that differ from one; undefined where one is written whole. */
function patchesOver(base: KubernetesObject, versions: readonly Version[]): FoundPatch[] | undefined {
  const differing = versions.filter(({ object }) => canonical(object) !== canonical(base));
  const patches = differing.flatMap(({ environment, object }) => patchOf(environment, base, object, mostPatchedOfKnown) ?? []);
  return patches.length === differing.length ? patches : undefined;
}
