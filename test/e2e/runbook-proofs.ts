import type { KubernetesObject } from "slipway";
import type { Case, LiveObject, Outcome } from "./runbook-runner.ts";

const object = (apiVersion: string, kind: string, namespace: string, name: string, rest: object) =>
  ({ apiVersion, kind, metadata: { name, namespace }, ...rest }) as unknown as KubernetesObject;
const podOf = (labels: object, spec: object = {}) => ({
  metadata: { labels },
  spec: { containers: [{ name: "web", image: "web:1" }], ...spec },
});
const app = { app: "web" };
const named = { "app.kubernetes.io/name": "web" };

interface WorkloadOptions {
  readonly name?: string;
  readonly labels?: object;
  readonly selector?: object;
  readonly pod?: object;
  readonly spec?: object;
}
const workload =
  (kind: string, base: object) =>
  (namespace: string, { name = "web", labels = app, selector = labels, pod = {}, spec = {} }: WorkloadOptions = {}) =>
    object("apps/v1", kind, namespace, name, {
      spec: { ...base, selector: { matchLabels: selector }, template: podOf(labels, pod), ...spec },
    });
const deployment = workload("Deployment", { replicas: 2 });
const daemonSet = workload("DaemonSet", {});
const claimSpec = (storage: string, storageClassName = "growing") => ({
  storageClassName,
  accessModes: ["ReadWriteOnce"],
  resources: { requests: { storage } },
});
const withClaims = (storage: string) => ({ volumeClaimTemplates: [{ metadata: { name: "data" }, spec: claimSpec(storage) }] });
const statefulSet = workload("StatefulSet", { replicas: 2, serviceName: "web" });
const service = (namespace: string, spec: object = {}, name = "web") =>
  object("v1", "Service", namespace, name, { spec: { selector: app, ports: [{ port: 80 }], ...spec } });
const claim = (namespace: string, spec: object, name = "data") => object("v1", "PersistentVolumeClaim", namespace, name, { spec });
const uses = (claimName: string) => ({ volumes: [{ name: "data", persistentVolumeClaim: { claimName } }] });
const ingress = (namespace: string, port: number) =>
  object("networking.k8s.io/v1", "Ingress", namespace, "web", {
    spec: {
      rules: [
        {
          host: "web.example",
          http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: port } } } }] },
        },
      ],
    },
  });
const rolling = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
/** Its metric is never there: it keeps the number of pods that is, between its bounds. */
const autoscaler = (namespace: string, kind: string, name = "web") =>
  object("autoscaling/v2", "HorizontalPodAutoscaler", namespace, name, {
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind, name },
      minReplicas: least,
      maxReplicas: 5,
      metrics: [{ type: "External", external: { metric: { name: "queue" }, target: { type: "Value", value: "1" } } }],
    },
  });
const least = 3;
/** Where the manifest names no number, another field differs, so that Argo CD applies it. */
const counted = (replicas: number | undefined) => (replicas === undefined ? { revisionHistoryLimit: 5 } : { replicas });
/** Whether the number of pods is what the runbook gave to another owner, and nobody has set it since. */
const keepsNumber = ({ after, fewestPods }: Outcome, kind: string, name = "web") => {
  // A StatefulSet replaces its pods one by one, and stops each first.
  expect(Math.min(fewestPods, idsOf(after, "Pod").length)).toBe(kind === "StatefulSet" ? least - 1 : least);
  expect(specOf(after, kind, name)).toMatchObject({ replicas: least });
  const { managedFields: owners = [] } = (held(after, kind, name)?.metadata ?? {}) as { managedFields?: ManagedFields };
  expect(owners.filter(({ fieldsV1 }) => fieldsV1["f:spec"]?.["f:replicas"]).map(({ manager }) => manager)).toEqual(["kept-replicas"]);
};
type ManagedFields = readonly { readonly manager: string; readonly fieldsV1: { readonly "f:spec"?: Record<string, object> } }[];
const job = (namespace: string, image: string) =>
  object("batch/v1", "Job", namespace, "work", {
    spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "web", image }] } } },
  });
const cronJob = (namespace: string) =>
  object("batch/v1", "CronJob", namespace, "work", {
    spec: {
      schedule: "* * * * *",
      jobTemplate: {
        spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "web", image: "web:1" }], ...uses("data") } } },
      },
    },
  });
const definition = (versions: readonly (readonly [name: string, storage: boolean])[]) =>
  ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "webs.web.example" },
    spec: {
      group: "web.example",
      scope: "Namespaced",
      names: { kind: "Web", plural: "webs" },
      versions: versions.map(([name, storage]) => ({
        name,
        storage,
        served: true,
        schema: {
          openAPIV3Schema: { type: "object", properties: { spec: { type: "object", properties: { size: { type: "integer" } } } } },
        },
      })),
    },
  }) as unknown as KubernetesObject;
const custom = (namespace: string, version: string) => object(`web.example/${version}`, "Web", namespace, "web", { spec: { size: 3 } });

const held = (objects: readonly LiveObject[], kind: string, name: string) =>
  objects.find((entry) => entry.kind === kind && entry.metadata.name === name);
const specOf = (objects: readonly LiveObject[], kind: string, name: string) => held(objects, kind, name)?.spec;
const idsOf = (objects: readonly LiveObject[], kind: string) =>
  objects
    .filter((entry) => entry.kind === kind && !entry.metadata.deletionTimestamp)
    .map(({ metadata }) => metadata.uid)
    .sort();
const volumesOf = (objects: readonly LiveObject[]) =>
  Object.fromEntries(
    objects
      .filter(({ kind }) => kind === "PersistentVolumeClaim")
      .map(({ metadata, spec }) => [metadata.name, (spec as { volumeName?: string }).volumeName]),
  );

/** A change with what its runbooks come to on a cluster. */
export interface Proof extends Pick<Case, "name" | "isServerSideDiff"> {
  readonly what: string;
  /** The objects of the case, in a namespace of its name. */
  readonly objects: (name: string) => Pick<Case, "before" | "after" | "merges" | "unseen">;
  /** The runbooks that are offered. */
  readonly ids: readonly string[];
  /** A word of the server's refusal. Undefined where it takes the change, which then loses something. */
  readonly refusal?: RegExp;
  readonly downtime: boolean;
  /** What is to be so beside what every runbook promises. */
  readonly holds: (outcome: Outcome) => void;
  /** What is so where nobody follows the runbooks of a change that the server takes. */
  readonly isLost?: (outcome: Outcome) => void;
  /** A kind whose objects the review before `isLost` doesn't see: its runbooks are followed then. */
  readonly unseen?: string;
}

export const proofs: readonly Proof[] = [
  {
    what: "a StatefulSet gets larger volumes, although its claims are to go with it",
    ids: ["recreate-stateful-set"],
    refusal: /updates to statefulset spec/,
    downtime: false,
    objects: (name) => {
      const spec = { persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete", whenScaled: "Delete" } };
      return {
        before: [service(name), statefulSet(name, { spec: { ...spec, ...withClaims("1Gi") } })],
        after: [service(name), statefulSet(name, { spec: { ...spec, ...withClaims("2Gi") } })],
      };
    },
    name: "larger-volume",
    holds: ({ before, after }) => {
      expect(idsOf(after, "Pod")).toEqual(idsOf(before, "Pod"));
      expect(idsOf(after, "PersistentVolumeClaim")).toEqual(idsOf(before, "PersistentVolumeClaim"));
      expect(volumesOf(after)).toEqual(volumesOf(before));
      expect(specOf(after, "PersistentVolumeClaim", "data-web-1")).toMatchObject({ resources: { requests: { storage: "2Gi" } } });
      expect(specOf(after, "StatefulSet", "web")).toMatchObject({
        volumeClaimTemplates: [{ spec: { resources: { requests: { storage: "2Gi" } } } }],
      });
    },
  },
  {
    what: "a StatefulSet gets another Service and starts its pods at once",
    ids: ["recreate-stateful-set"],
    refusal: /updates to statefulset spec/,
    downtime: false,
    objects: (name) => ({
      before: [service(name), statefulSet(name, { spec: withClaims("1Gi") })],
      after: [service(name), statefulSet(name, { spec: { ...withClaims("1Gi"), serviceName: "peers", podManagementPolicy: "Parallel" } })],
    }),
    name: "other-service",
    holds: ({ before, after }) => {
      expect(volumesOf(after)).toEqual(volumesOf(before));
      expect(specOf(after, "StatefulSet", "web")).toMatchObject({ serviceName: "peers", podManagementPolicy: "Parallel" });
      for (const name of ["web-0", "web-1"]) expect(specOf(after, "Pod", name)).toMatchObject({ subdomain: "peers" });
    },
  },
  {
    what: "a StatefulSet and its Service select by a label that the pods don't have yet",
    ids: ["recreate-stateful-set"],
    refusal: /updates to statefulset spec/,
    downtime: false,
    isServerSideDiff: false,
    objects: (name) => ({
      before: [service(name), statefulSet(name)],
      after: [service(name, { selector: named }), statefulSet(name, { labels: { ...app, ...named } })],
    }),
    name: "set-selector",
    holds: ({ after }) => {
      expect(specOf(after, "StatefulSet", "web")).toMatchObject({ selector: { matchLabels: { ...app, ...named } } });
      expect(held(after, "Pod", "web-0")?.metadata.labels).toMatchObject(named);
    },
  },
  {
    what: "a Job runs another image",
    ids: ["recreate-job"],
    refusal: /field is immutable/,
    downtime: false,
    objects: (name) => ({ before: [job(name, "web:1")], after: [job(name, "web:2")] }),
    name: "job",
    holds: ({ before, after }) => {
      expect(idsOf(after, "Job")).not.toEqual(idsOf(before, "Job"));
      expect(specOf(after, "Job", "work")).toMatchObject({ template: { spec: { containers: [{ image: "web:2" }] } } });
      expect(held(after, "Job", "work")?.status).toMatchObject({ succeeded: 1 });
    },
  },
  {
    what: "a Deployment and its Service select by another label",
    ids: ["recreate-deployment"],
    refusal: /field is immutable/,
    downtime: false,
    objects: (name) => ({
      before: [service(name), deployment(name)],
      after: [service(name, { selector: named }), deployment(name, { labels: named })],
    }),
    name: "other-label",
    holds: ({ before, after }) => {
      expect(specOf(after, "Deployment", "web")).toMatchObject({ selector: { matchLabels: named } });
      expect(idsOf(after, "ReplicaSet")).toHaveLength(1);
      expect(idsOf(after, "Pod").filter((uid) => idsOf(before, "Pod").includes(uid))).toEqual([]);
    },
  },
  {
    what: "a Deployment selects by fewer labels",
    ids: ["recreate-deployment"],
    refusal: /field is immutable/,
    downtime: false,
    objects: (name) => {
      const labels = { ...app, ...named };
      return {
        before: [service(name), deployment(name, { labels })],
        after: [service(name), deployment(name, { labels, selector: app })],
      };
    },
    name: "fewer-labels",
    holds: ({ before, after }) => {
      expect(specOf(after, "Deployment", "web")).toMatchObject({ selector: { matchLabels: app } });
      expect(idsOf(after, "Pod")).toEqual(idsOf(before, "Pod"));
    },
  },
  {
    what: "a DaemonSet selects by one more label",
    ids: ["recreate-daemon-set"],
    refusal: /field is immutable/,
    downtime: false,
    objects: (name) => ({
      before: [service(name), daemonSet(name)],
      after: [service(name), daemonSet(name, { labels: { ...app, ...named } })],
    }),
    name: "daemon-set",
    holds: ({ after }) => {
      expect(specOf(after, "DaemonSet", "web")).toMatchObject({ selector: { matchLabels: { ...app, ...named } } });
      expect(idsOf(after, "Pod")).toHaveLength(2);
    },
  },
  {
    what: "a headless Service becomes one with node ports",
    ids: ["recreate-service"],
    refusal: /clusterIP/,
    downtime: true,
    objects: (name) => ({
      before: [deployment(name), service(name, { clusterIP: "None" })],
      after: [deployment(name), service(name, { type: "NodePort" })],
    }),
    name: "service",
    holds: ({ before, after }) => {
      expect(specOf(after, "Service", "web")).toMatchObject({ type: "NodePort", clusterIP: expect.stringMatching(/^10\./) });
      expect(idsOf(after, "Pod")).toEqual(idsOf(before, "Pod"));
    },
  },
  {
    what: "a Deployment becomes one that stops all pods first, while a rolling update is left over",
    ids: ["drop-rolling-update"],
    refusal: /rollingUpdate: Forbidden/,
    downtime: false,
    objects: (name) => ({
      before: [deployment(name, { spec: { strategy: { type: "RollingUpdate" } } })],
      after: [deployment(name, { spec: { strategy: { type: "Recreate" } } })],
    }),
    name: "strategy",
    holds: ({ before, after }) => {
      expect((specOf(after, "Deployment", "web") as { strategy?: object }).strategy).toEqual({ type: "Recreate" });
      expect(idsOf(after, "Pod")).toEqual(idsOf(before, "Pod"));
    },
  },
  {
    what: "a StatefulSet no longer replaces pods by itself, while a rolling update is left over",
    ids: ["drop-rolling-update"],
    refusal: /only allowed for updateStrategy/,
    downtime: false,
    objects: (name) => ({
      before: [statefulSet(name)],
      after: [statefulSet(name, { spec: { updateStrategy: { type: "OnDelete" } } })],
    }),
    name: "update-strategy",
    holds: ({ before, after }) => {
      expect((specOf(after, "StatefulSet", "web") as { updateStrategy?: object }).updateStrategy).toEqual({ type: "OnDelete" });
      expect(idsOf(after, "Pod")).toEqual(idsOf(before, "Pod"));
    },
  },
  {
    what: "a claim gets another class and asks for less",
    ids: ["rebind-claim"],
    refusal: /spec is immutable after creation/,
    downtime: true,
    objects: (name) => ({
      before: [claim(name, claimSpec("2Gi")), deployment(name, { pod: uses("data") })],
      after: [claim(name, claimSpec("1Gi", "other")), deployment(name, { pod: uses("data") })],
    }),
    name: "claim-class",
    holds: ({ before, after }) => {
      expect(volumesOf(after)).toEqual(volumesOf(before));
      expect(specOf(after, "PersistentVolumeClaim", "data")).toMatchObject(claimSpec("1Gi", "other"));
      expect(idsOf(after, "Pod").filter((uid) => idsOf(before, "Pod").includes(uid))).toEqual([]);
    },
  },
  {
    what: "a claim is renamed",
    ids: ["move-claim"],
    downtime: true,
    objects: (name) => ({
      before: [claim(name, claimSpec("1Gi")), deployment(name, { pod: uses("data") })],
      after: [claim(name, claimSpec("1Gi"), "files"), deployment(name, { pod: uses("files") })],
    }),
    name: "claim-name",
    holds: ({ before, after }) => expect(volumesOf(after)).toEqual({ files: volumesOf(before).data }),
    isLost: ({ before, after }) => expect(volumesOf(after).files).not.toBe(volumesOf(before).data),
  },
  {
    what: "a claim moves to another namespace with what uses it",
    ids: ["move-claim"],
    downtime: true,
    objects: (name) => ({
      before: [claim(name, claimSpec("1Gi")), deployment(name, { pod: uses("data") })],
      after: [claim(`${name}-new`, claimSpec("1Gi")), deployment(`${name}-new`, { pod: uses("data") })],
    }),
    name: "claim-namespace",
    holds: ({ before, after }) => {
      expect(volumesOf(after)).toEqual(volumesOf(before));
      expect(held(after, "PersistentVolumeClaim", "data")?.metadata.namespace).toBe("claim-namespace-new");
    },
  },
  {
    what: "a StatefulSet with claims is renamed",
    ids: ["move-stateful-set"],
    downtime: true,
    objects: (name) => ({
      before: [service(name), statefulSet(name, { spec: withClaims("1Gi") })],
      after: [service(name), statefulSet(name, { name: "store", spec: withClaims("1Gi") })],
    }),
    name: "set-name",
    holds: ({ before, after }) => {
      const { "data-web-0": first, "data-web-1": second } = volumesOf(before);
      expect(volumesOf(after)).toEqual({ "data-store-0": first, "data-store-1": second });
    },
    isLost: ({ before, after }) => expect(volumesOf(after)["data-store-0"]).not.toBe(volumesOf(before)["data-web-0"]),
  },
  {
    what: "a StatefulSet with claims moves to another namespace",
    ids: ["move-stateful-set"],
    downtime: true,
    objects: (name) => ({
      before: [statefulSet(name, { spec: withClaims("1Gi") })],
      after: [statefulSet(`${name}-new`, { spec: withClaims("1Gi") })],
    }),
    name: "set-namespace",
    holds: ({ before, after }) => expect(volumesOf(after)).toEqual(volumesOf(before)),
  },
  {
    what: "a Deployment is renamed, and its Service selects the new pods",
    ids: ["replace-workload"],
    downtime: false,
    objects: (name) => ({
      before: [service(name), deployment(name)],
      after: [service(name), deployment(name, { name: "shop" })],
    }),
    name: "workload-name",
    holds: ({ after }) => {
      expect(idsOf(after, "ReplicaSet")).toHaveLength(1);
      expect(idsOf(after, "Pod")).toHaveLength(2);
    },
    isLost: ({ fewestEndpoints }) => expect(fewestEndpoints).toEqual({ web: 0 }),
  },
  {
    what: "a Deployment and its Service move to another namespace",
    ids: ["replace-service", "replace-workload"],
    downtime: false,
    objects: (name) => ({
      before: [service(name), deployment(name)],
      after: [service(`${name}-new`), deployment(`${name}-new`)],
    }),
    name: "workload-namespace",
    holds: ({ after }) => expect(idsOf(after, "Pod")).toHaveLength(2),
  },
  {
    what: "a CRD drops the version that its objects are stored in",
    ids: ["migrate-stored-version"],
    refusal: /storedVersions/,
    downtime: false,
    objects: (name) => {
      const before = [definition([["v1", true]]), custom(name, "v1")];
      const both = definition([
        ["v2", true],
        ["v1", false],
      ]);
      const after = [definition([["v2", true]]), custom(name, "v2")];
      const merges = [[both, custom(name, "v1")], [both, custom(name, "v2")], after];
      return { before, after, merges };
    },
    name: "definition",
    holds: ({ before, after }) => {
      expect(held(after, "CustomResourceDefinition", "webs.web.example")?.status).toMatchObject({ storedVersions: ["v2"] });
      expect(held(after, "Web", "web")).toMatchObject({ metadata: { uid: held(before, "Web", "web")?.metadata.uid }, spec: { size: 3 } });
    },
  },
  ...["stop-all", "stop-one", "stop-nodes"].map((name): Proof => {
    const recreate = { type: "Recreate" };
    const all = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "100%", maxSurge: 0 } };
    const [kind, what, strategyOf] =
      name === "stop-nodes"
        ? (["DaemonSet", "a DaemonSet that stops the pods of all nodes", (own: object) => ({ updateStrategy: own })] as const)
        : ([
            "Deployment",
            name === "stop-all" ? "a Deployment that stops all pods" : "a Deployment that stops its only pod",
            (own: object) => ({ strategy: own, replicas: name === "stop-all" ? 2 : 1 }),
          ] as const);
    const create = kind === "DaemonSet" ? daemonSet : deployment;
    const own = name === "stop-all" ? recreate : all;
    return {
      what: `${what} runs another image`,
      ids: ["roll-pods"],
      downtime: false,
      name,
      objects: (namespace) => {
        const state = (image: string, strategy: object) => [
          service(namespace),
          create(namespace, { spec: strategyOf(strategy), pod: { containers: [{ name: "web", image }] } }),
        ];
        const after = state("web:2", own);
        return { before: state("web:1", own), after, merges: [state("web:2", rolling), after] };
      },
      holds: ({ before, after }) => {
        expect(idsOf(after, "Pod")).toHaveLength(idsOf(before, "Pod").length);
        expect(idsOf(after, "Pod").filter((uid) => idsOf(before, "Pod").includes(uid))).toEqual([]);
        expect(specOf(after, kind, "web")).toMatchObject(strategyOf(own));
        expect(specOf(after, kind, "web")).toMatchObject({ template: { spec: { containers: [{ image: "web:2" }] } } });
      },
      isLost: ({ fewestPods, fewestEndpoints }) => expect([fewestPods, fewestEndpoints]).toEqual([0, { web: 0 }]),
    };
  }),
  {
    what: "a Service selects by a label that no pod has",
    ids: ["label-pods-first"],
    downtime: false,
    name: "first-label",
    objects: (name) => {
      const after = [service(name, { selector: named }), deployment(name)];
      const labelled = deployment(name, { labels: { ...app, ...named }, selector: app });
      return {
        before: [service(name), deployment(name)],
        after,
        merges: [
          [service(name), labelled],
          [service(name, { selector: named }), labelled],
        ],
      };
    },
    holds: ({ after }) => {
      expect(specOf(after, "Service", "web")).toMatchObject({ selector: named });
      expect(idsOf(after, "Pod")).toHaveLength(2);
    },
    isLost: ({ fewestEndpoints }) => expect(fewestEndpoints).toEqual({ web: 0 }),
  },
  {
    what: "a Service no longer has the port that an Ingress leads to",
    ids: ["serve-both-ports"],
    downtime: false,
    name: "port",
    objects: (name) => {
      const [old, now] = [80, 8080].map((port) => ({ name: "http", port, targetPort: 8080 }));
      const ports = (...all: unknown[]) => [service(name, { ports: all }), deployment(name)];
      const both = ports(old, { ...now, name: "http-new" });
      const after = [...ports(now), ingress(name, 8080)];
      return {
        before: [...ports(old), ingress(name, 80)],
        after: [...ports(now), ingress(name, 80)],
        merges: [[...both, ingress(name, 80)], [...both, ingress(name, 8080)], after],
      };
    },
    holds: ({ after }) => expect(specOf(after, "Service", "web")).toMatchObject({ ports: [{ name: "http", port: 8080 }] }),
    isLost: ({ lostRoutes }) => expect(lostRoutes).toEqual(["web:80"]),
  },
  ...(["Deployment", "StatefulSet"] as const).map((kind): Proof => {
    const create = kind === "Deployment" ? deployment : statefulSet;
    return {
      what: `a ${kind} whose number of pods an autoscaler sets selects by other labels`,
      ids: [kind === "Deployment" ? "recreate-deployment" : "recreate-stateful-set"],
      refusal: kind === "Deployment" ? /field is immutable/ : /updates to statefulset spec/,
      downtime: false,
      name: `scaled-${kind.toLowerCase()}`,
      objects: (name) => {
        const state = (options: WorkloadOptions, replicas?: number) => [
          service(name),
          autoscaler(name, kind),
          create(name, { ...options, spec: { replicas: undefined, ...counted(replicas) } }),
        ];
        const both = { labels: { ...app, ...named } };
        // A Deployment takes over the pods that its selector fits at once.
        const [old, now] = kind === "Deployment" ? [both, { ...both, selector: app }] : [{}, both];
        const [numbered, after] = [state(now, least), state(now)];
        return { before: state(old), after, merges: [numbered, numbered, after] };
      },
      holds: (outcome) => keepsNumber(outcome, kind),
      unseen: "HorizontalPodAutoscaler",
      isLost: ({ fewestPods }) => expect(fewestPods).toBeLessThan(least - 1),
    };
  }),
  {
    what: "a Deployment whose number of pods an autoscaler sets is renamed with it",
    ids: ["replace-workload"],
    downtime: false,
    name: "scaled-name",
    objects: (name) => {
      const state = (own: string, replicas?: number) => [
        service(name),
        autoscaler(name, "Deployment", own),
        deployment(name, { name: own, spec: { replicas: undefined, ...counted(replicas) } }),
      ];
      return { before: state("web"), after: state("shop"), merges: [state("shop", least), state("shop")] };
    },
    holds: (outcome) => keepsNumber(outcome, "Deployment", "shop"),
    isLost: ({ fewestEndpoints }) => expect(fewestEndpoints).toEqual({ web: 0 }),
  },
  {
    what: "a claim moves to another namespace with the CronJob whose Jobs use it",
    ids: ["move-claim"],
    downtime: true,
    name: "schedule",
    objects: (name) => {
      const state = (namespace: string) => [claim(namespace, claimSpec("1Gi")), cronJob(namespace)];
      return { before: state(name), after: state(`${name}-new`) };
    },
    holds: ({ before, after }) => {
      expect(volumesOf(after)).toEqual(volumesOf(before));
      expect(held(after, "CronJob", "work")).toMatchObject({ metadata: { namespace: "schedule-new" }, spec: { suspend: false } });
    },
  },
  {
    what: "a Service's load balancer gets another class",
    ids: ["bridge-load-balancer"],
    refusal: /may not change once set/,
    downtime: false,
    name: "balancer-class",
    objects: (name) => {
      const balancer = (own: string, of = "web") =>
        service(name, { type: "LoadBalancer", loadBalancerClass: `balancer.example/${own}` }, of);
      const state = (...services: KubernetesObject[]) => [deployment(name), ...services];
      const [old, now, bridge] = [balancer("a"), balancer("b"), balancer("b", "web-bridge")];
      const after = state(now);
      return { before: state(old), after, merges: [state(old, bridge), state(service(name), bridge), state(now, bridge), after] };
    },
    holds: ({ before, after, fewestAddresses }) => {
      expect(fewestAddresses).toBe(1);
      const { clusterIP } = specOf(before, "Service", "web") as { clusterIP: string };
      expect(specOf(after, "Service", "web")).toMatchObject({ clusterIP, loadBalancerClass: "balancer.example/b" });
    },
  },
  {
    what: "a Service with a load balancer is renamed",
    ids: ["replace-service"],
    downtime: false,
    name: "balancer-name",
    objects: (name) => ({
      before: [deployment(name), service(name, { type: "LoadBalancer" })],
      after: [deployment(name), service(name, { type: "LoadBalancer" }, "shop")],
    }),
    holds: ({ fewestAddresses }) => expect(fewestAddresses).toBe(1),
    isLost: ({ fewestAddresses }) => expect(fewestAddresses).toBe(0),
  },
];

/** Changes for which no runbook is offered, with what becomes of them when they are merged. */
export const unoffered: readonly Pick<Proof, "what" | "name" | "objects" | "refusal" | "holds">[] = [
  {
    what: "a Service is renamed and keeps its port of the nodes, which the server gives to one Service at a time",
    refusal: /provided port is already allocated/,
    name: "node-port",
    objects: (name) => {
      const spec = { type: "NodePort", ports: [{ port: 80, nodePort: 30080 }] };
      return { before: [deployment(name), service(name, spec)], after: [deployment(name), service(name, spec, "shop")] };
    },
    holds: ({ before, after }) => {
      expect(specOf(after, "Service", "shop")).toMatchObject({ ports: [{ nodePort: 30080 }] });
      expect(idsOf(after, "Pod")).toEqual(idsOf(before, "Pod"));
    },
  },
];
