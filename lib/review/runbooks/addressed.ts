import { inNamespace, kubectl } from "./command.ts";
import type { Place } from "./runbook.ts";

/** Waits until a load balancer has an address, and prints it. */
export const addressed = ({ namespace, name }: Place): string =>
  [
    kubectl("wait", "--for=jsonpath={.status.loadBalancer.ingress[0]}", `service/${name}`, inNamespace(namespace), "--timeout=10m"),
    kubectl("get", "service", name, inNamespace(namespace), "--output=jsonpath={.status.loadBalancer.ingress}"),
  ].join(" && ");
