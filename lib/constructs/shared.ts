import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import type { ResolvedEnvironment } from "../overlay/index.ts";
import { addRouting } from "./gateway.ts";
import { Namespace, namespacesOf } from "./namespace.ts";

/** Adds what an environment has beside its apps: namespaces, the secret store, and what its namespaces' network refuses and lets through. */
export function addShared(chart: Construct, environment: ResolvedEnvironment): void {
  const used = [...new Set(environment.apps.map((app) => app.spec.namespace))].sort();
  for (const name of namespacesOf(environment)) new Namespace(chart, `namespace-${name}`, environment, name);
  addSecretStores(chart, environment, used);
  addRouting(chart, environment);
  if (environment.settings.network?.policy !== "default-deny") return;
  for (const namespace of used) {
    new SharedPolicy(chart, environment, namespace, "default-deny", { policyTypes: ["Ingress", "Egress"] });
    new SharedPolicy(chart, environment, namespace, "allow-dns", { policyTypes: ["Egress"], egress: [dns] });
  }
}

/** Names are resolved by pods of kube-system, or by a cache on the node, which has no pod to select. */
const dns = {
  ports: [
    { port: 53, protocol: "TCP" },
    { port: 53, protocol: "UDP" },
  ],
};

/** A policy for all pods of a namespace. */
class SharedPolicy extends ApiObject {
  constructor(scope: Construct, { settings }: ResolvedEnvironment, namespace: string, name: string, spec: object) {
    super(scope, `${name}-${namespace}`, {
      ...k8s.KubeNetworkPolicy.GVK,
      metadata: { name, namespace, labels: { ...settings.labels } },
      spec: { podSelector: {}, ...spec },
    });
  }
}

/** https://external-secrets.io/latest/api/secretstore/ */
function addSecretStores(chart: Construct, { settings, apps }: ResolvedEnvironment, namespaces: readonly string[]): void {
  const store = settings.secrets?.store;
  if (!store?.provider) return;
  const make = (id: string, namespace?: string) =>
    new ApiObject(chart, id, {
      apiVersion: "external-secrets.io/v1",
      kind: store.kind ?? "SecretStore",
      metadata: { name: store.name, labels: { ...settings.labels }, ...(namespace ? { namespace } : {}) },
      spec: { provider: store.provider },
    });
  if (store.kind === "ClusterSecretStore") {
    make("secret-store");
    return;
  }
  const reading = new Set(apps.filter((app) => app.spec.secrets).map((app) => app.spec.namespace));
  for (const namespace of namespaces.filter((name) => reading.has(name))) make(`secret-store-${namespace}`, namespace);
}
