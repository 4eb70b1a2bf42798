import { type Issue, isKind, missingOf, type ObjectOf, type PodSpec, type SpecOf, surgeOf } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import { type CheckedManifest, namespaceOf, type Pods, type Scope } from "../scope.ts";
import { within } from "./issues.ts";

export const readiness = rule({
  id: "rollout/readiness-probe",
  severity: "warning",
  severityInPart: "info",
  why: "Without a readiness probe a pod gets requests as soon as its process runs: during each rollout some users get errors, and the rollout goes on even if the new version doesn't work.",
  fix: "Add a readiness probe to an endpoint that answers only when the app can serve.",
  source: "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#readiness-probe",
  bad: yaml`
    apiVersion: v1
    kind: Service
    metadata: { name: a, namespace: shop }
    spec: { selector: { app: a }, ports: [{ port: 80 }] }
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: a, namespace: shop }
    spec:
      selector: { matchLabels: { app: a } }
      template:
        metadata: { labels: { app: a } }
        spec: { containers: [{ name: a, image: a:1 }] }
  `,
  good: yaml`
    apiVersion: v1
    kind: Service
    metadata: { name: a, namespace: shop }
    spec: { selector: { app: a }, ports: [{ port: 80 }] }
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: a, namespace: shop }
    spec:
      selector: { matchLabels: { app: a } }
      template:
        metadata: { labels: { app: a } }
        spec:
          containers:
            - name: a
              image: a:1
              readinessProbe: { tcpSocket: { port: 80 } }
  `,
  *check(scope) {
    const reported = new Set<CheckedManifest>();
    for (const manifest of scope.ofKind("Service")) {
      const { selector, type } = manifest.object.spec ?? {};
      if (!selector || Object.keys(selector).length === 0 || type === "ExternalName") continue;
      for (const pods of scope.selected(namespaceOf(manifest), { matchLabels: selector })) {
        if (reported.has(pods.manifest) || pods.containers.some(({ container }) => container.readinessProbe)) continue;
        reported.add(pods.manifest);
        yield {
          manifest: pods.manifest,
          path: `${pods.path}.containers`,
          message: `Service ${manifest.object.metadata.name} sends requests to this pod, but no container has a readiness probe`,
        };
      }
    }
  },
});

const singleNode = new Set(["ReadWriteOnce", "ReadWriteOncePod"]);

export const sharedVolume = rule({
  id: "rollout/shared-volume",
  severity: "warning",
  why: "Only one node at a time can mount the volume: further pods, and the new pod of a rolling update, stay Pending on every other node.",
  fix: "Use a StatefulSet with claim templates, the strategy Recreate with one replica, or a ReadWriteMany volume.",
  source: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes",
  bad: yaml`
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: { name: data, namespace: shop }
    spec:
      accessModes: [ReadWriteOnce]
      resources: { requests: { storage: 1Gi } }
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: a, namespace: shop }
    spec:
      replicas: 2
      selector: { matchLabels: { app: a } }
      template:
        metadata: { labels: { app: a } }
        spec:
          volumes:
            - name: data
              persistentVolumeClaim: { claimName: data }
          containers: [{ name: a, image: a:1 }]
  `,
  good: yaml`
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: { name: data, namespace: shop }
    spec:
      accessModes: [ReadWriteMany]
      resources: { requests: { storage: 1Gi } }
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: a, namespace: shop }
    spec:
      replicas: 2
      selector: { matchLabels: { app: a } }
      template:
        metadata: { labels: { app: a } }
        spec:
          volumes:
            - name: data
              persistentVolumeClaim: { claimName: data }
          containers: [{ name: a, image: a:1 }]
  `,
  *check(scope) {
    for (const pods of scope.pods) {
      const { object } = pods.manifest;
      if (!isKind(object, "apps/Deployment", "apps/StatefulSet", "argoproj.io/Rollout")) continue;
      const replicas = scope.leastPodsOf(pods.manifest);
      // A StatefulSet stops each pod before it starts the new one.
      const hasTwoAtOnce =
        !isKind(object, "apps/StatefulSet") && !(isKind(object, "apps/Deployment") && object.spec?.strategy?.type === "Recreate");
      if (replicas > 1 || hasTwoAtOnce) yield* within(pods.manifest, sharedVolumes(pods, replicas, scope));
    }
  },
});

function* sharedVolumes({ spec, path, namespace }: Pods, replicas: number, scope: Scope): Generator<Issue> {
  const shared = replicas > 1 ? `${replicas} pods share` : "a rolling update has two pods on";
  for (const [index, { persistentVolumeClaim: { claimName = "" } = {} }] of (spec.volumes ?? []).entries()) {
    const modes = scope.find("PersistentVolumeClaim", namespace, claimName)?.object.spec?.accessModes ?? [];
    if (modes.length > 0 && modes.every((mode) => singleNode.has(mode)))
      yield {
        path: `${path}.volumes[${index}]`,
        message: `${shared} the claim "${claimName}", which is ${modes.join(", ")}`,
        ...(modes.includes("ReadWriteOncePod") && replicas > 1 ? { severity: "error" as const } : {}),
      };
  }
}

export const hostPortSurge = rule({
  id: "rollout/host-port-surge",
  severity: "warning",
  why: "A new pod that uses a host port can't run on a node where the old pod still runs: with as many pods as nodes the rollout hangs.",
  fix: "Stop a pod first (maxSurge: 0, maxUnavailable: 1), or use a DaemonSet.",
  source: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment",
  bad: yaml`
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: a, namespace: shop }
    spec:
      selector: { matchLabels: { app: a } }
      strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
      template:
        metadata: { labels: { app: a } }
        spec:
          containers:
            - name: a
              image: a:1
              ports: [{ containerPort: 80, hostPort: 80 }]
  `,
  good: yaml`
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: a, namespace: shop }
    spec:
      selector: { matchLabels: { app: a } }
      strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } }
      template:
        metadata: { labels: { app: a } }
        spec:
          containers:
            - name: a
              image: a:1
              ports: [{ containerPort: 80, hostPort: 80 }]
  `,
  *check(scope) {
    for (const { manifest, spec, path, containers } of scope.pods) {
      const taken = containers.find(({ container }) => (container.ports ?? []).some(({ hostPort }) => hostPort));
      if (isKind(manifest.object, "apps/Deployment") && (taken || takesHostPorts(spec)))
        yield* within(
          manifest,
          hostPortIssues(manifest.object.spec?.strategy, scope.leastPodsOf(manifest), taken?.path ?? `${path}.hostNetwork`),
        );
    }
  },
});

function* hostPortIssues(strategy: SpecOf<"apps/Deployment">["strategy"], pods: number, path: string): Generator<Issue> {
  if (pods > 1)
    yield {
      path,
      message: `uses host ports, so each of its ${pods} pods needs a node of its own`,
      fix: "Run it as a DaemonSet, or reach it by a Service instead of the host's port.",
    };
  const { maxUnavailable } = strategy?.rollingUpdate ?? {};
  if (strategy?.type !== "Recreate" && (maxUnavailable === 0 || maxUnavailable === "0%"))
    yield { path, message: "uses host ports, and the rollout stops no old pod before its successor runs" };
}

const takesHostPorts = ({ hostNetwork, containers = [] }: PodSpec) =>
  hostNetwork === true && containers.some(({ ports = [] }) => ports.length > 0);

export const recreate = rule({
  id: "rollout/recreate",
  severity: "info",
  why: "Recreate stops all pods before it starts new ones: no pod answers in between.",
  fix: "Use RollingUpdate where two versions may run at a time.",
  source: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#recreate-deployment",
  bad: yaml`
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: a, namespace: shop }
    spec:
      strategy: { type: Recreate }
      selector: { matchLabels: { app: a } }
      template:
        metadata: { labels: { app: a } }
        spec: { containers: [{ name: a, image: a:1 }] }
  `,
  good: yaml`
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: a, namespace: shop }
    spec:
      strategy: { type: RollingUpdate }
      selector: { matchLabels: { app: a } }
      template:
        metadata: { labels: { app: a } }
        spec: { containers: [{ name: a, image: a:1 }] }
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("apps/Deployment"))
      if (manifest.object.spec?.strategy?.type === "Recreate")
        yield { manifest, path: "spec.strategy.type", message: "no pod runs during each rollout" };
  },
});

export const allAtOnce = rule({
  id: "rollout/all-at-once",
  severity: "warning",
  why: "A rolling update that may stop all pods at once has a gap like Recreate: no pod answers until the new ones are ready.",
  fix: "Allow fewer: maxUnavailable: 0 with maxSurge: 1.",
  source: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-unavailable",
  bad: yaml`
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: a, namespace: shop }
    spec:
      replicas: 1
      strategy: { rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } }
      selector: { matchLabels: { app: a } }
      template:
        metadata: { labels: { app: a } }
        spec: { containers: [{ name: a, image: a:1 }] }
  `,
  good: yaml`
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: a, namespace: shop }
    spec:
      replicas: 1
      strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }
      selector: { matchLabels: { app: a } }
      template:
        metadata: { labels: { app: a } }
        spec: { containers: [{ name: a, image: a:1 }] }
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("apps/Deployment")) {
      const { strategy } = manifest.object.spec ?? {};
      const replicas = scope.leastPodsOf(manifest);
      const most = strategy?.rollingUpdate?.maxUnavailable;
      if (strategy?.type === "Recreate" || most === undefined || replicas === 0) continue;
      const gone = typeof most === "number" ? most : Math.floor((Number.parseInt(most, 10) * replicas) / 100);
      if (gone >= replicas)
        yield {
          manifest,
          path: "spec.strategy.rollingUpdate.maxUnavailable",
          message: `allows ${gone} of ${replicas} pods to be missing at once`,
        };
    }
    for (const manifest of scope.ofKind("argoproj.io/Rollout")) yield* canaryGaps(manifest, scope.leastPodsOf(manifest));
  },
});

/** A canary by number of pods that may stop all of them, and start none before. */
function* canaryGaps(manifest: CheckedManifest<ObjectOf<"argoproj.io/Rollout">>, replicas: number): Generator<ManifestIssue> {
  const { canary } = manifest.object.spec?.strategy ?? {};
  if (!canary || canary.trafficRouting || canary.maxUnavailable === undefined || replicas === 0) return;
  const gone = missingOf(canary, replicas);
  if (gone >= replicas && surgeOf(canary, replicas) === 0)
    yield {
      manifest,
      path: "spec.strategy.canary.maxUnavailable",
      message: `allows ${gone} of ${replicas} pods to be missing at once`,
    };
}
