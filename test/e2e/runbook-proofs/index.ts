import { autoscaled } from "./autoscaled.ts";
import { claims } from "./claims.ts";
import { downtime } from "./downtime.ts";
import { deployment, idsOf, service, specOf } from "./manifests.ts";
import { moved } from "./moved.ts";
import type { Proof } from "./proof.ts";
import { refused } from "./refused.ts";

export type { Proof };

export const proofs: readonly Proof[] = [...refused, ...claims, ...moved, ...downtime, ...autoscaled];

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
