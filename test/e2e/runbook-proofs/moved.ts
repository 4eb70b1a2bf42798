import { deployment, idsOf, service } from "./manifests.ts";
import type { Proof } from "./proof.ts";

/** Workloads and Services by another name or in another namespace. */
export const moved: readonly Proof[] = [
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
