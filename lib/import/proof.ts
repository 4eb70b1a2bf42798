import { type KubernetesObject, toYaml } from "../manifest/index.ts";
import { review, treeOf } from "../review/index.ts";

/** An object that isn't what it was in the source. */
export interface Difference {
  readonly environment: string;
  /** As `Deployment shop/web`. */
  readonly object: string;
  readonly reason: string;
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
    object: `${kind} ${namespace ? `${namespace}/` : ""}${name}`,
    reason: `${action}: ${reason}`,
  }));
}
