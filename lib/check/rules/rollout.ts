import type { IntOrString, PodSpec, Selector, ServiceSpec } from "../../kubernetes/index.ts";
import { own } from "../../outside/index.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import { type CheckedManifest, namespaceOf, type Scope, specOf } from "../scope.ts";

interface Scaled {
  readonly replicas?: number;
  readonly strategy?: {
    readonly type?: string;
    readonly rollingUpdate?: { readonly maxSurge?: IntOrString; readonly maxUnavailable?: IntOrString };
  };
}
interface Ignoring {
  readonly ignoreDifferences?: readonly { readonly kind: string; readonly name?: string; readonly jsonPointers?: readonly string[] }[];
  readonly syncPolicy?: { readonly syncOptions?: readonly string[] };
}
interface Target {
  readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string };
  readonly minReplicas?: number;
}

export const autoscaledReplicas = rule({
  id: "rollout/autoscaled-replicas",
  severity: "warning",
  why: "Each sync sets the workload back to its own number of pods, and the autoscaler away from it: load meets too few pods.",
  fix: "Leave replicas out of the workload, or have its Application leave the number alone (ignoreDifferences, RespectIgnoreDifferences=true).",
  source:
    "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling",
  bad: "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a, namespace: shop }\nspec: { replicas: 2, selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a:1 }] } } }\n---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: a, namespace: shop }\nspec: { maxReplicas: 5, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a } }\n",
  *check(scope) {
    for (const manifest of scope.ofKind("HorizontalPodAutoscaler", "autoscaling")) {
      const { kind = "", name = "" } = specOf<Target>(manifest).scaleTargetRef ?? {};
      const target = scope.find(kind, namespaceOf(manifest), name, "apps");
      if (target && specOf<Scaled>(target).replicas !== undefined && !isLeftAlone(scope, target))
        yield {
          manifest: target,
          path: "spec.replicas",
          message: `is set, and HorizontalPodAutoscaler ${manifest.object.metadata.name} scales it`,
        };
    }
  },
});

/** Whether an Application leaves the number of a workload's pods as it finds it. */
const isLeftAlone = (scope: Scope, { object: { kind, metadata } }: CheckedManifest): boolean =>
  scope.ofKind("Application", "argoproj.io").some((application) => {
    const { ignoreDifferences = [], syncPolicy } = specOf<Ignoring>(application);
    return (
      syncPolicy?.syncOptions?.includes("RespectIgnoreDifferences=true") &&
      ignoreDifferences.some((one) => one.kind === kind && one.name === metadata.name && one.jsonPointers?.includes("/spec/replicas"))
    );
  });

export const blockingBudget = rule({
  id: "rollout/blocking-budget",
  severity: "error",
  why: "A budget that never lets a pod go keeps nodes from being drained: cluster upgrades hang until somebody deletes it.",
  fix: "Let one pod go at a time: maxUnavailable: 1, and run at least two.",
  source: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/#arbitrary-controllers-and-selectors",
  bad: "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: a, namespace: shop }\nspec: { minAvailable: 1, selector: { matchLabels: { app: a } } }\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a, namespace: shop }\nspec: { replicas: 1, selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a:1 }] } } }\n",
  *check(scope) {
    for (const manifest of scope.ofKind("PodDisruptionBudget", "policy")) {
      const { minAvailable, maxUnavailable, selector } = specOf<{
        minAvailable?: IntOrString;
        maxUnavailable?: IntOrString;
        selector?: Selector;
      }>(manifest);
      if (maxUnavailable === 0 || maxUnavailable === "0%") {
        yield { manifest, path: "spec.maxUnavailable", message: "lets no pod go, ever" };
        continue;
      }
      if (minAvailable === "100%") {
        yield { manifest, path: "spec.minAvailable", message: "lets no pod go, ever" };
        continue;
      }
      if (typeof minAvailable !== "number" || !selector) continue;
      const workloads = scope.selected(namespaceOf(manifest), selector);
      const least = sum(workloads.map(({ manifest: one }) => (counted.has(one.object.kind) ? scope.leastPodsOf(one) : undefined)));
      if (least !== undefined && workloads.length > 0 && minAvailable >= least)
        yield { manifest, path: "spec.minAvailable", message: `asks for ${minAvailable} of ${least} pods, so none may go` };
    }
  },
});

const sum = (counts: readonly (number | undefined)[]) =>
  counts.reduce<number | undefined>((total, count) => (total === undefined || count === undefined ? undefined : total + count), 0);

/** Kinds that say how many pods they run. */
const counted = new Set(["Deployment", "StatefulSet"]);

export const readiness = rule({
  id: "rollout/readiness-probe",
  severity: "warning",
  why: "Without a readiness probe a pod gets requests as soon as its process runs: each rollout answers some users with errors, and goes on although the new version doesn't work.",
  fix: "Add a readiness probe that asks what answers only when the app can serve.",
  source: "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#readiness-probe",
  bad: "apiVersion: v1\nkind: Service\nmetadata: { name: a, namespace: shop }\nspec: { selector: { app: a }, ports: [{ port: 80 }] }\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a, namespace: shop }\nspec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a:1 }] } } }\n",
  *check(scope) {
    const told = new Set<CheckedManifest>();
    for (const manifest of scope.ofKind("Service")) {
      const { selector, type } = specOf<ServiceSpec>(manifest);
      if (!selector || Object.keys(selector).length === 0 || type === "ExternalName") continue;
      for (const pods of scope.selected(namespaceOf(manifest), { matchLabels: selector })) {
        if (told.has(pods.manifest) || pods.containers.some(({ container }) => container.readinessProbe)) continue;
        told.add(pods.manifest);
        yield {
          manifest: pods.manifest,
          path: `${pods.path}.containers`,
          message: `Service ${manifest.object.metadata.name} sends requests to it, and no container has a readiness probe`,
        };
      }
    }
  },
});

const singleNode = new Set(["ReadWriteOnce", "ReadWriteOncePod"]);

export const sharedVolume = rule({
  id: "rollout/shared-volume",
  severity: "warning",
  why: "A volume that one node can write to at a time keeps further pods, and the new pod of a rolling update, Pending on every other node.",
  fix: "Use a StatefulSet with claim templates, the strategy Recreate with one replica, or a ReadWriteMany volume.",
  source: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes",
  bad: "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: data, namespace: shop }\nspec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a, namespace: shop }\nspec: { replicas: 2, selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }], containers: [{ name: a, image: a:1 }] } } }\n",
  *check(scope) {
    for (const pods of scope.pods) {
      const { manifest, spec, path, namespace } = pods;
      if (manifest.object.kind !== "Deployment") continue;
      const { strategy } = specOf<Scaled>(manifest);
      const replicas = scope.leastPodsOf(manifest);
      const surges = strategy?.type !== "Recreate";
      if (replicas < 2 && !surges) continue;
      for (const [index, { persistentVolumeClaim }] of (spec.volumes ?? []).entries()) {
        const claim = persistentVolumeClaim?.claimName && scope.find("PersistentVolumeClaim", namespace, persistentVolumeClaim.claimName);
        const modes = (claim && specOf<{ accessModes?: readonly string[] }>(claim).accessModes) || [];
        if (modes.length > 0 && modes.every((mode) => singleNode.has(mode)))
          yield {
            manifest,
            path: `${path}.volumes[${index}]`,
            message:
              replicas > 1
                ? `${replicas} pods share the claim "${persistentVolumeClaim?.claimName}", which is ${modes.join(", ")}`
                : `a rolling update has two pods on the claim "${persistentVolumeClaim?.claimName}", which is ${modes.join(", ")}`,
            ...(modes.includes("ReadWriteOncePod") && replicas > 1 ? { severity: "error" as const } : {}),
          };
      }
    }
  },
});

export const hostPortSurge = rule({
  id: "rollout/host-port-surge",
  severity: "warning",
  why: "A new pod that takes the host's port can't run on a node where the old one still does: with as many pods as nodes the rollout hangs.",
  fix: "Let a pod go first (maxSurge: 0, maxUnavailable: 1), or use a DaemonSet.",
  source: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment",
  bad: "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a, namespace: shop }\nspec:\n  selector: { matchLabels: { app: a } }\n  strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }\n  template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a:1, ports: [{ containerPort: 80, hostPort: 80 }] }] } }\n",
  *check(scope) {
    for (const { manifest, spec, path, containers } of scope.pods) {
      if (manifest.object.kind !== "Deployment") continue;
      const { strategy } = specOf<Scaled>(manifest);
      const { maxUnavailable } = strategy?.rollingUpdate ?? {};
      if (strategy?.type === "Recreate" || (maxUnavailable !== 0 && maxUnavailable !== "0%")) continue;
      const taken = containers.find(({ container }) => (container.ports ?? []).some(({ hostPort }) => hostPort));
      if (taken || takesHostPorts(spec))
        yield {
          manifest,
          path: taken?.path ?? `${path}.hostNetwork`,
          message: "takes ports of the host, and no pod may go before its successor runs",
        };
    }
  },
});

const takesHostPorts = ({ hostNetwork, containers = [] }: PodSpec) =>
  hostNetwork === true && containers.some(({ ports = [] }) => ports.length > 0);

export const recreate = rule({
  id: "rollout/recreate",
  severity: "info",
  why: "Recreate stops all pods before it starts the new ones: nobody answers in between.",
  fix: "Use RollingUpdate where two versions may run at a time.",
  source: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#recreate-deployment",
  bad: "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a, namespace: shop }\nspec: { strategy: { type: Recreate }, selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a:1 }] } } }\n",
  *check(scope) {
    for (const manifest of scope.ofKind("Deployment", "apps"))
      if (specOf<Scaled>(manifest).strategy?.type === "Recreate")
        yield { manifest, path: "spec.strategy.type", message: "each rollout is a gap in which no pod runs" };
  },
});

const annotation = "argocd.argoproj.io/";
const listOf = (text = "") =>
  text
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);

export const job = rule({
  id: "rollout/job",
  severity: "warning",
  why: "A Job's template can't be changed: the next sync that changes it fails. One that removes itself when it is done is made again by selfHeal, forever.",
  fix: "Make it an Argo CD hook, or have it replaced: argocd.argoproj.io/sync-options: Force=true,Replace=true.",
  source: "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#force-sync",
  bad: "apiVersion: batch/v1\nkind: Job\nmetadata: { name: a, namespace: shop }\nspec: { ttlSecondsAfterFinished: 60, template: { spec: { restartPolicy: Never, containers: [{ name: a, image: a:1 }] } } }\n",
  *check(scope) {
    for (const manifest of scope.ofKind("Job", "batch")) {
      const annotations = manifest.object.metadata.annotations ?? {};
      if (annotations[`${annotation}hook`] || annotations["helm.sh/hook"]) continue;
      const path = "metadata.annotations";
      if (specOf<{ ttlSecondsAfterFinished?: number }>(manifest).ttlSecondsAfterFinished !== undefined)
        yield {
          manifest,
          path: "spec.ttlSecondsAfterFinished",
          message: "the Job goes when it is done, and the next sync or selfHeal runs it again",
          severity: "error",
          fix: "Make it an Argo CD hook, or leave ttlSecondsAfterFinished out.",
        };
      if (!listOf(annotations[`${annotation}sync-options`]).includes("Replace=true"))
        yield { manifest, path, message: "is no hook and isn't replaced, so no later change of it can be applied" };
    }
  },
});

const hooks = ["PreSync", "Sync", "PostSync", "SyncFail", "PostDelete", "PreDelete", "Skip"];
const deletePolicies = ["HookSucceeded", "HookFailed", "BeforeHookCreation"];

export const argocdHook = rule({
  id: "rollout/argocd-annotation",
  severity: "error",
  why: "What Argo CD doesn't know in these annotations it ignores without a word: the hook is an ordinary object, the wave is 0, the option isn't set.",
  fix: "Spell it as Argo CD has it.",
  source: "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/",
  bad: "apiVersion: batch/v1\nkind: Job\nmetadata: { name: a, namespace: shop, annotations: { argocd.argoproj.io/hook: Presync } }\nspec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: a:1 }] } } }\n",
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
    for (const one of listOf(annotations[`${annotation}${name}`]))
      if (!allowed.includes(one))
        yield { manifest, path: at(name), message: `Argo CD knows no ${name} "${one}"`, fix: `It is one of ${allowed.join(", ")}.` };
  for (const option of listOf(annotations[`${annotation}sync-options`])) {
    const [key = "", value = ""] = option.split("=");
    if (!own(objectOptions, key)?.includes(value))
      yield {
        manifest,
        path: at("sync-options"),
        message: `Argo CD knows no sync option "${option}" of an object`,
        fix: `It is one of ${Object.keys(objectOptions)
          .map((one) => `${one}=true`)
          .join(", ")}.`,
      };
  }
  const hooked = listOf(annotations[`${annotation}hook`]);
  if (annotations[`${annotation}hook-delete-policy`] !== undefined && hooked.length === 0 && !annotations["helm.sh/hook"])
    yield {
      manifest,
      path: at("hook-delete-policy"),
      message: "the object is no hook",
      severity: "warning",
      fix: `Add ${annotation}hook, or take it out.`,
    };
}
