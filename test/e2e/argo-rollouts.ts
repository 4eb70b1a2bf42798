import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { KubernetesObject } from "slipway";
import { freePort } from "../free-port.ts";
import { folder } from "./api-server.ts";
import type { Cluster } from "./cluster.ts";

export const argoRolloutsPrograms = ["rollouts-controller", "rollouts-gateway-api-plugin", "crds/rollout-crd.yaml"];

/** The controller itself, in a folder of the cluster's own, where it copies its plugin to. */
export async function startArgoRollouts(cluster: Cluster): Promise<void> {
  const namespace = "argo-rollouts";
  await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } } as KubernetesObject);
  const plugin = { name: "argoproj-labs/gatewayAPI", location: `file://${join(folder, "rollouts-gateway-api-plugin")}` };
  await cluster.create({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "argo-rollouts-config", namespace },
    data: { trafficRouterPlugins: JSON.stringify([plugin]) },
  } as unknown as KubernetesObject);
  const home = cluster.file("argo-rollouts");
  mkdirSync(home);
  cluster.runAgain(
    "rollouts-controller",
    [
      "--leader-elect=false",
      "--qps=400",
      "--burst=800",
      `--metricsPort=${await freePort()}`,
      `--healthzPort=${await freePort()}`,
      "--rollout-threads=20",
    ],
    { KUBECONFIG: cluster.kubeconfig(), HOME: home, POD_NAMESPACE: namespace },
    home,
  );
}
