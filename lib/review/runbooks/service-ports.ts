import { isLabel, isSubdomain, type ObjectOf } from "../../kubernetes/index.ts";
import { ingressesLeadingTo } from "../ingress-backends.ts";
import { runbook, type Situation } from "./runbook.ts";

type Service = ObjectOf<"Service">;
type Port = NonNullable<NonNullable<Service["spec"]>["ports"]>[number];

interface Move {
  readonly from: Port;
  readonly to: Port;
  readonly ingresses: readonly string[];
}

/** A port that Ingresses still lead to is served beside the one that follows it, until they lead there. */
export const serveBothPorts = runbook("serve-both-ports", "downtime", ["Service"], (situation) => {
  const [move, ...others] = movesOf(situation);
  const isOfPorts = situation.fields.every(({ impact, path }) => impact !== "downtime" || path.startsWith("spec.ports"));
  if (!move || others.length > 0 || !isOfPorts || !move.ingresses.every(isSubdomain)) return undefined;
  const { from, to } = move;
  const ingresses = `${move.ingresses.length > 1 ? "Ingresses" : "Ingress"} ${move.ingresses.join(", ")}`;
  return {
    title: "Serve the old port beside the new one until no Ingress leads to it",
    // A port without a name gets one, and for a moment no endpoint has it.
    downtime: from.name === undefined,
    steps: [
      {
        text: `Merge first a change of the Service alone: it keeps port ${from.port} as it is, and has port ${to.port} too. ${namesText(move)}`,
      },
      { text: `Merge a change that makes ${ingresses} lead to port ${to.port} of it, by that number.` },
      {
        text: `Merge the change, with ${ingresses} still leading to port ${to.port}. First wait until the Ingress controller has followed, and until nothing else uses port ${from.port}.`,
      },
    ],
  };
});

/** Ports have names where there are several, and no two have the same. */
const namesText = ({ from, to }: Move) =>
  from.name === undefined
    ? "Both need a name, which a Service with one port doesn't: requests to the old port may fail for the moment in which it gets one."
    : `Port ${to.port} needs ${to.name === from.name ? "another" : "a"} name for now.`;

/** The ports that go while Ingresses lead to them, each with the only one that leads to the same port of the pods. */
function movesOf({ before, after, environments }: Situation<Service>): Move[] {
  const [old, now] = [before, after].map(({ spec }) => spec?.ports ?? []) as [Port[], Port[]];
  const gone = old.filter((port) => !now.some((other) => other.port === port.port && protocolOf(other) === protocolOf(port)));
  return gone.flatMap((from) => {
    const ingresses = ingressesLeadingTo(after, from, environments.after);
    const [to, ...others] = now.filter((port) => protocolOf(port) === protocolOf(from) && targetOf(port) === targetOf(from));
    if (ingresses.length === 0) return [];
    return to && others.length === 0 && !(from.name !== undefined && !isLabel(from.name)) ? [{ from, to, ingresses }] : [];
  });
}

const protocolOf = ({ protocol = "TCP" }: Port) => protocol;
const targetOf = ({ port, targetPort }: Port) => targetPort ?? port;
