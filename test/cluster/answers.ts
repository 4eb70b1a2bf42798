import type { Ask } from "../../lib/cluster/kubectl.ts";

const raw: Readonly<Record<string, object>> = {
  "/version": { major: "1", minor: "34+" },
  "/apis": {
    groups: [
      { preferredVersion: { groupVersion: "apps/v1" }, versions: [{ groupVersion: "apps/v1" }, { groupVersion: "down.example/v1" }] },
    ],
  },
  "/api/v1": {
    resources: [
      { name: "namespaces", kind: "Namespace", namespaced: false },
      { name: "services", kind: "Service", namespaced: true },
      { name: "serviceaccounts", kind: "ServiceAccount", namespaced: true },
      { name: "pods/log", kind: "Pod", namespaced: true },
    ],
  },
  "/apis/apps/v1": { resources: [{ name: "deployments", kind: "Deployment", namespaced: true }] },
  "/api/v1/namespaces": { items: [{ metadata: { name: "shop", labels: { team: "web", "kubernetes.io/metadata.name": "shop" } } }] },
  "/api/v1/serviceaccounts": {
    items: [
      { metadata: { name: "web", namespace: "shop", annotations: { a: "b" }, uid: "1" } },
      { metadata: { name: "default", namespace: "shop" } },
    ],
  },
};

/** Answers as kubectl gave them to a small cluster: Services are forbidden, and an API whose own server is down. */
export const recorded: Ask = async (first, path = "") => {
  if (first === "secrets")
    return {
      text: "shop          database                  Opaque                4      5d\nshop          web.v1                    helm.sh/release.v1    1      5d\n",
    };
  if (first === "configmaps") return { text: "shop\tsettings\tb\ta\nshop\tkube-root-ca.crt\tca.crt\n" };
  if (path === "/apis/down.example/v1") return { refused: "down" };
  const found = raw[path];
  if (found) return { text: JSON.stringify(found) };
  return { refused: path === "/api/v1/services" ? "forbidden" : "absent" };
};
