import {
  claim,
  claimSpec,
  cronJob,
  deployment,
  held,
  idsOf,
  service,
  specOf,
  statefulSet,
  uses,
  volumesOf,
  withClaims,
} from "./manifests.ts";
import type { Proof } from "./proof.ts";

/** Claims that change or move with their data. */
export const claims: readonly Proof[] = [
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
];
