import { own } from "../../outside/index.ts";
import { yaml } from "../example.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import type { CheckedManifest } from "../scope.ts";

const annotation = "argocd.argoproj.io/";
const listOf = (text = "") =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean);

export const job = rule({
  id: "rollout/job",
  severity: "warning",
  severityInPart: "info",
  why: "A Job's template can't be changed: the next sync that changes it fails. A Job that removes itself when it is done is created again by selfHeal, forever.",
  fix: "Make it an Argo CD hook, or have it replaced: argocd.argoproj.io/sync-options: Force=true,Replace=true.",
  source: "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#force-sync",
  bad: yaml`
    apiVersion: batch/v1
    kind: Job
    metadata: { name: a, namespace: shop }
    spec:
      ttlSecondsAfterFinished: 60
      template:
        spec:
          restartPolicy: Never
          containers: [{ name: a, image: a:1 }]
  `,
  good: yaml`
    apiVersion: batch/v1
    kind: Job
    metadata:
      name: a
      namespace: shop
      annotations: { argocd.argoproj.io/hook: Sync }
    spec:
      ttlSecondsAfterFinished: 60
      template:
        spec:
          restartPolicy: Never
          containers: [{ name: a, image: a:1 }]
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("batch/Job")) {
      const annotations = manifest.object.metadata.annotations ?? {};
      if (annotations[`${annotation}hook`] || annotations["helm.sh/hook"]) continue;
      const path = "metadata.annotations";
      if (manifest.object.spec?.ttlSecondsAfterFinished !== undefined)
        yield {
          manifest,
          path: "spec.ttlSecondsAfterFinished",
          message: "the Job is deleted when it is done, and the next sync or selfHeal runs it again",
          severity: "error",
          fix: "Make it an Argo CD hook, or leave ttlSecondsAfterFinished out.",
        };
      if (!listOf(annotations[`${annotation}sync-options`]).includes("Replace=true"))
        yield { manifest, path, message: "is neither a hook nor replaced, so a later change of it can't be applied" };
    }
  },
});

const hooks = ["PreSync", "Sync", "PostSync", "SyncFail", "PostDelete", "PreDelete", "Skip"];
const deletePolicies = ["HookSucceeded", "HookFailed", "BeforeHookCreation"];

export const argocdHook = rule({
  id: "rollout/argocd-annotation",
  severity: "error",
  why: "Argo CD silently ignores what it doesn't know in these annotations: the hook is an ordinary object, the wave is 0, the option isn't set.",
  fix: "Use Argo CD's spelling.",
  source: "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/",
  bad: yaml`
    apiVersion: batch/v1
    kind: Job
    metadata:
      name: a
      namespace: shop
      annotations: { argocd.argoproj.io/hook: Presync }
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{ name: a, image: a:1 }]
  `,
  good: yaml`
    apiVersion: batch/v1
    kind: Job
    metadata:
      name: a
      namespace: shop
      annotations: { argocd.argoproj.io/hook: PreSync }
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{ name: a, image: a:1 }]
  `,
  *check({ manifests }) {
    for (const manifest of manifests) {
      const { annotations } = manifest.object.metadata;
      if (annotations && Object.keys(annotations).some((key) => key.startsWith(annotation))) yield* annotationIssues(manifest, annotations);
    }
  },
});

/** Sync options an object may carry, with the values they take. */
const objectOptions: Readonly<Record<string, readonly string[]>> = {
  Prune: ["true", "false", "confirm"],
  Delete: ["true", "false", "confirm"],
  Validate: ["true", "false"],
  SkipDryRunOnMissingResource: ["true", "false"],
  Replace: ["true", "false"],
  Force: ["true", "false"],
  ServerSideApply: ["true", "false"],
  PruneLast: ["true", "false"],
  ClientSideApplyMigration: ["true", "false"],
};

function* annotationIssues(manifest: CheckedManifest, annotations: Readonly<Record<string, string>>): Generator<ManifestIssue> {
  const at = (name: string) => `metadata.annotations["${annotation}${name}"]`;
  const wave = annotations[`${annotation}sync-wave`];
  if (wave !== undefined && !/^-?\d+$/.test(wave))
    yield { manifest, path: at("sync-wave"), message: `expected a whole number, found ${JSON.stringify(wave)}` };
  for (const [name, allowed] of [
    ["hook", hooks],
    ["hook-delete-policy", deletePolicies],
  ] as const)
    for (const value of listOf(annotations[`${annotation}${name}`]))
      if (!allowed.includes(value))
        yield { manifest, path: at(name), message: `Argo CD knows no ${name} "${value}"`, fix: `It is one of ${allowed.join(", ")}.` };
  for (const option of listOf(annotations[`${annotation}sync-options`])) {
    const [key = "", value = ""] = option.split("=");
    if (!own(objectOptions, key)?.includes(value))
      yield {
        manifest,
        path: at("sync-options"),
        message: `Argo CD knows no sync option "${option}" of an object`,
        fix: `It is one of ${Object.keys(objectOptions)
          .map((option) => `${option}=true`)
          .join(", ")}.`,
      };
  }
  const hooked = listOf(annotations[`${annotation}hook`]);
  if (annotations[`${annotation}hook-delete-policy`] !== undefined && hooked.length === 0 && !annotations["helm.sh/hook"])
    yield {
      manifest,
      path: at("hook-delete-policy"),
      message: "the object isn't a hook",
      severity: "warning",
      fix: `Add ${annotation}hook, or remove it.`,
    };
}
