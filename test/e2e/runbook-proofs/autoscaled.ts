import type { Outcome } from "../runbook-runner.ts";
import { app, deployment, held, idsOf, named, object, service, specOf, statefulSet, type WorkloadOptions } from "./manifests.ts";
import type { Proof } from "./proof.ts";

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
  expect(whoSetsNumber(after, kind, name)).toEqual(["kept-replicas"]);
};
/** The managers that own the number of pods in the end. */
const whoSetsNumber = (after: Outcome["after"], kind: string, name = "web") => {
  const { managedFields: owners = [] } = (held(after, kind, name)?.metadata ?? {}) as { managedFields?: ManagedFields };
  return owners.filter(({ fieldsV1 }) => fieldsV1["f:spec"]?.["f:replicas"]).map(({ manager }) => manager);
};
type ManagedFields = readonly { readonly manager: string; readonly fieldsV1: { readonly "f:spec"?: Record<string, object> } }[];

/** Workloads whose number of pods an autoscaler sets. */
export const autoscaled: readonly Proof[] = [
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
      // How many pods are gone before the autoscaler sets the number again is a race: that nobody keeps it isn't.
      isLost: ({ after }) => expect(whoSetsNumber(after, kind)).not.toContain("kept-replicas"),
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
];
