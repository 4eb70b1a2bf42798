import { isLabel, type ObjectOf } from "../../kubernetes/index.ts";
import { addressed } from "./addressed.ts";
import { refusedPaths, runbook, type Situation } from "./runbook.ts";

type Service = ObjectOf<"Service">;

/**
 * The class of a load balancer can only be set with the type. A second Service serves the clients outside meanwhile:
 * https://kubernetes.io/docs/concepts/services-networking/service/#load-balancer-class
 */
export const bridgeLoadBalancer = runbook("bridge-load-balancer", "refused", ["Service"], (situation) => {
  const { before, after, from } = situation;
  const paths = refusedPaths(situation);
  const isOfClass = paths.length > 0 && paths.every((path) => path === "spec.loadBalancerClass");
  const isBalanced = [before, after].every(({ spec }) => spec?.type === "LoadBalancer");
  const bridge = { ...from, name: `${from.name}-bridge` };
  if (!isOfClass || !isBalanced || hasOwnAddress(after) || !isLabel(bridge.name) || isTaken(bridge.name, situation)) return undefined;
  return {
    title: "Serve by a second load balancer while this one changes: its address is another one afterwards",
    downtime: false,
    steps: [
      {
        text: `Merge first a second Service, ${bridge.name}: the new manifest under that name, without clusterIP, clusterIPs, nodePort and healthCheckNodePort.`,
      },
      {
        text: "Wait until it has an address, which the command prints. Lead the clients there, by their DNS records as a rule, and go on when nothing uses the old address any more.",
        command: addressed(bridge),
      },
      {
        text: `Merge a change of Service ${from.name}, beside the second one: its type is ClusterIP, without loadBalancerClass and what else only load balancers have. Its load balancer goes, its clusterIP stays.`,
      },
      { text: "Merge the change, still beside the second Service." },
      {
        text: "Wait until it has an address, which the command prints. Lead the clients there, and go on when nothing uses the address of the second Service any more.",
        command: addressed(from),
      },
      { text: `Merge the removal of Service ${bridge.name}.` },
    ],
  };
});

/** Annotations by which controllers give an address or a name, which two load balancers can't have at a time. */
const naming = /ips?\b|address|eip|host|name|dns/i;

const hasOwnAddress = ({ metadata, spec }: Service) =>
  spec?.loadBalancerIP !== undefined ||
  (spec?.externalIPs ?? []).length > 0 ||
  Object.keys(metadata.annotations ?? {}).some((key) => naming.test(key));

const isTaken = (bridge: string, { environments, from }: Situation<Service>) =>
  [environments.before, environments.after].some((side) =>
    side.objectsOf("Service").some(({ metadata }) => metadata.name === bridge && (metadata.namespace ?? "") === from.namespace),
  );
