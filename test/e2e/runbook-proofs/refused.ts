import {
  app,
  custom,
  daemonSet,
  definition,
  deployment,
  held,
  idsOf,
  job,
  named,
  service,
  specOf,
  statefulSet,
  volumesOf,
  withClaims,
} from "./manifests.ts";
import type { Proof } from "./proof.ts";

/** Changes that the server refuses. */
export const refused: readonly Proof[] = [
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
];
