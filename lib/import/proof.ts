import { describeObject, type KubernetesObject, toYaml } from "../manifest/index.ts";
import { review, treeOf } from "../review/index.ts";

/** An object that isn't what it was in the source. */
export interface Difference {
  readonly environment: string;
  /** As `Deployment shop/web`. */
  readonly object: string;
  readonly reason: string;
}

/** The apps that differences are of, each with one of them. @param objects what environments deploy, by environment */
export function appsOf(
  found: readonly Difference[],
  objects: ReadonlyMap<string, readonly { readonly object: KubernetesObject; readonly app?: string | undefined }[]>,
): Map<string, string> {
  const reasons = new Map(found.map(({ environment, object, reason }) => [`${environment} ${object}`, `${object}: ${reason}`]));
  return new Map(
    [...objects].flatMap(([environment, own]) =>
      own.flatMap(({ object, app }) => {
        const reason = reasons.get(`${environment} ${describeObject(object)}`);
        return reason === undefined || app === undefined ? [] : [[app, reason] as const];
      }),
    ),
  );
}

/** Compares what a source holds with what was rendered as `slipway review` does: by what the server would hold. */
export function differences(
  environment: string,
  kubernetes: string,
  source: readonly KubernetesObject[],
  rendered: readonly KubernetesObject[],
): Difference[] {
  const tree = (objects: readonly KubernetesObject[]) =>
    treeOf(new Map(objects.map((object, index) => [`${environment}/${index}.yaml`, toYaml(object)])), environment);
  const { changes } = review(tree(source), tree(rendered), { kubernetes });
  return changes.map(({ resource: { kind, namespace, name }, reason, action }) => ({
    environment,
    object: describeObject({ kind, metadata: { namespace, name } }),
    reason: `${action}: ${reason}`,
  }));
}
