import type { ObjectOf } from "../../kubernetes/index.ts";
import { addressed } from "./addressed.ts";
import { inNamespace, kubectl } from "./command.ts";
import { canKeep, keep, losesNamespace, mergeBeside } from "./kept.ts";
import { type Place, runbook, type Step } from "./runbook.ts";

/**
 * Whether both Services ask for an address or a port that the server gives to a single Service at a time. The old one can't be kept then;
 * a sync of Argo CD deletes it before it creates the new one.
 */
function claimAlike(before: ObjectOf<"Service">, after: ObjectOf<"Service">): boolean {
  const taken = takenBy(before);
  return takenBy(after).some((claim) => taken.includes(claim));
}

function takenBy({ spec = {} }: ObjectOf<"Service">): string[] {
  const ports = [spec.healthCheckNodePort, ...(spec.ports ?? []).map(({ nodePort }) => nodePort)];
  const addresses = [spec.clusterIP, ...(spec.clusterIPs ?? []), spec.loadBalancerIP];
  return [...ports, ...addresses].filter((claim) => claim && claim !== "None").map(String);
}

/** The old name or namespace of a Service works until those who use it follow. */
export const replaceService = runbook("replace-service", "elsewhere", ["Service"], (situation) => {
  const { before, after, from, to } = situation;
  if (losesNamespace(situation) || !canKeep(before) || claimAlike(before, after)) return undefined;
  return {
    title: "Delete the old Service when nothing uses it any more",
    downtime: false,
    steps: [
      keep("service", from),
      mergeBeside,
      ...followAddress(after, to),
      {
        text: "Delete the old Service once everything uses the new one.",
        command: kubectl("delete", "service", from.name, inNamespace(from.namespace)),
      },
    ],
  };
});

/** The address of a load balancer goes with it, and the new one has another. */
const followAddress = ({ spec }: ObjectOf<"Service">, place: Place): Step[] =>
  spec?.type === "LoadBalancer"
    ? [
        {
          text: "Wait until the new Service has an address, which the command prints. Lead the clients there, by their DNS records as a rule: the old address goes with the old Service.",
          command: addressed(place),
        },
      ]
    : [];
