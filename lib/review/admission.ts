import type { KubernetesObject } from "../manifest/index.ts";
import { isRecord } from "../outside/index.ts";

/**
 * The webhooks of a configuration that refuse writes while they don't answer, by their names: Fail is the default.
 * https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#failure-policy
 */
export const failingWebhooks = ({ webhooks }: KubernetesObject): string[] =>
  (Array.isArray(webhooks) ? webhooks : []).flatMap((webhook: unknown) =>
    isRecord(webhook) && (webhook.failurePolicy ?? "Fail") === "Fail" ? [String(webhook.name)] : [],
  );

/** Whether the binding of an admission policy has what the policy doesn't allow refused. */
export const denies = ({ spec }: KubernetesObject): boolean =>
  isRecord(spec) && Array.isArray(spec.validationActions) && spec.validationActions.includes("Deny");
