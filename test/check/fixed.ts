/** A rule's own example, fixed: what to put in whose place, or what to add. */
type Fix = readonly [from: string, to: string] | { readonly add: string };

const asked = "resources: { requests: { cpu: 100m, memory: 64Mi } }";
const pod = (spec: string) => `apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: shop, labels: { app: a } }\nspec: ${spec}\n`;
const service =
  "apiVersion: v1\nkind: Service\nmetadata: { name: a, namespace: shop }\nspec: { selector: { app: a }, ports: [{ port: 80 }] }\n";

/** How the example of each rule is fixed; what is left is content with the rule. */
export const fixed: Readonly<Record<string, Fix>> = {
  "fleet/application": ["namespace: other", "namespace: shop"],
  "fleet/route-taken": ["paths: [{ path: /, pathType: Prefix", "paths: [{ path: /orders, pathType: Prefix"],
  "fleet/skipped-file": ["+argocd:skip-file-rendering", "none"],
  "fleet/sync-options": ["ServersideApply", "ServerSideApply"],
  "references/claim": {
    add: "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: nobody, namespace: shop }\nspec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }\n",
  },
  "references/class": ["priorityClassName: chekout", "priorityClassName: checkout"],
  "references/configuration": { add: "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: nobody, namespace: shop }\n" },
  "references/ingress-backend": { add: service.replace("name: a,", "name: nobody,") },
  "references/ingress-tls": {
    add: "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: { name: a, namespace: shop }\nspec: { secretName: nobody }\n",
  },
  "references/namespace": ["namespace: shpo", "namespace: shop"],
  "references/pod-selector": { add: pod("{ containers: [{ name: a, image: a:1 }] }").replace("app: a", "app: nobody") },
  "references/role": {
    add: "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: { name: nobody, namespace: shop }\nrules: []\n",
  },
  "references/scale-target": {
    add: "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: nobody, namespace: shop }\nspec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a:1 }] } } }\n",
  },
  "references/service-account": { add: "apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: nobody, namespace: shop }\n" },
  "references/service-selector": { add: pod("{ containers: [{ name: a, image: a:1 }] }").replace("app: a", "app: nobody") },
  "references/service-target-port": ["name: web", "name: http"],
  "rollout/all-at-once": ["maxUnavailable: 1, maxSurge: 0", "maxUnavailable: 0, maxSurge: 1"],
  "rollout/argocd-annotation": ["hook: Presync", "hook: PreSync"],
  "rollout/autoscaled-replicas": ["replicas: 2, ", ""],
  "rollout/autoscaler-requests": ["image: a:1 }", `image: a:1, ${asked} }`],
  "rollout/blocking-budget": ["replicas: 1", "replicas: 2"],
  "rollout/host-port-surge": ["maxSurge: 1, maxUnavailable: 0", "maxSurge: 0, maxUnavailable: 1"],
  "rollout/job": [
    "namespace: shop }\nspec: { ttlSecondsAfterFinished: 60,",
    "namespace: shop, annotations: { argocd.argoproj.io/hook: Sync } }\nspec: { ttlSecondsAfterFinished: 60,",
  ],
  "rollout/readiness-probe": ["image: a:1 }", "image: a:1, readinessProbe: { tcpSocket: { port: 80 } } }"],
  "rollout/recreate": ["type: Recreate", "type: RollingUpdate"],
  "rollout/requests": ["image: a:1 }", `image: a:1, ${asked} }`],
  "rollout/shared-volume": ["ReadWriteOnce", "ReadWriteMany"],
  "schema/api-version": ["policy/v1beta1", "policy/v1"],
  "schema/claim": ["[ReadWriteOnce] }", "[ReadWriteOnce], resources: { requests: { storage: 1Gi } } }"],
  "schema/container": ["memory: 2Gi", "memory: 1Gi"],
  "schema/data": ["my file", "my-file"],
  "schema/deprecated": [", annotations: { kubernetes.io/ingress.class: nginx } }\nspec: { ", " }\nspec: { ingressClassName: nginx, "],
  "schema/duplicate-object": ["name: a", "name: b"],
  "schema/fields": ["replica: 2", "replicas: 2"],
  "schema/ingress": ["path: orders", "path: /orders"],
  "schema/labels": ["team: the shop", "team: the-shop"],
  "schema/name": ["name: 1st", "name: first"],
  "schema/network-policy": ["cidr: 10.0.0.0 ", "cidr: 10.0.0.0/8 "],
  "schema/object": ["metadata: { ", "metadata: { name: a, "],
  "schema/pod": ["restartPolicy: Sometimes", "restartPolicy: Never"],
  "schema/pod-security-label": ["restrictive", "restricted"],
  "schema/role-binding": ["kind: Role,", "kind: ClusterRole,"],
  "schema/scaling": ["minReplicas: 5, maxReplicas: 2", "minReplicas: 2, maxReplicas: 5"],
  "schema/service": ["{ port: 80 }, { port: 81 }", "{ name: http, port: 80 }, { name: admin, port: 81 }"],
  "schema/workload": ["app: b", "app: a"],
  "security/broad-role": ["resources: ['*'], verbs: ['*']", "resources: [pods], verbs: [get]"],
  "security/image-tag": ["registry.example/a }", "registry.example/a:1.0.0 }"],
  "security/ingress-host": ["{ http: {", "{ host: a.example, http: {"],
  "security/ingress-tls": ["spec: { rules", "spec: { tls: [{ hosts: [a.example], secretName: a }], rules"],
  "security/plain-secret": ["value: hunter2", "valueFrom: { secretKeyRef: { name: a, key: password } }"],
  "security/pod-standard": ["hostNetwork: true, ", ""],
};

/** An example with its issue fixed. */
export function fix(example: string, how: Fix): string {
  if ("add" in how) return `${example}---\n${how.add}`;
  const [from, to] = how;
  if (!example.includes(from)) throw new Error(`the example has no ${JSON.stringify(from)}`);
  return example.replace(from, () => to);
}
