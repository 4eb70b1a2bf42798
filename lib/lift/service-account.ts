import type { KubernetesObject } from "../manifest/index.ts";
import { itemsOf, membersOf, omit } from "../outside/index.ts";
import { type Common, ownMetadata } from "./metadata.ts";
import { defined, filled, type Members, unless } from "./shape.ts";

const roleAnnotation = "eks.amazonaws.com/role-arn";

/**
 * The account of the app's pods.
 * @param object the account, where the app has it
 * @param used the name that the pods give
 */
export function liftAccount(object: KubernetesObject | undefined, used: unknown, app: string, common: Common): Members | undefined {
  if (!object) return used === undefined ? undefined : defined({ name: unless(used, app), create: false });
  const { labels, annotations } = ownMetadata(object, common);
  const pullSecrets = itemsOf(object.imagePullSecrets).map((secret) => membersOf(secret).name);
  return defined({
    name: unless(object.metadata.name, app),
    labels,
    roleArn: membersOf(annotations)[roleAnnotation],
    annotations: filled(omit(membersOf(annotations), roleAnnotation)),
    token: object.automountServiceAccountToken,
    imagePullSecrets: pullSecrets.length > 0 ? pullSecrets : undefined,
  });
}
