import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import { namespaceOf } from "../scope.ts";

export const headlessService = rule({
  id: "references/headless-service",
  severity: "warning",
  why: "Only a headless Service gives each pod of a StatefulSet its DNS name: with any other, `<pod>.<service>` doesn't resolve, and members of a cluster don't find each other.",
  fix: "Name a Service with clusterIP: None; a second Service may balance the load.",
  source: "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id",
  bad: yaml`
    apiVersion: v1
    kind: Service
    metadata: { name: a, namespace: shop }
    spec: { selector: { app: a }, ports: [{ port: 80 }] }
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: { name: a, namespace: shop }
    spec:
      serviceName: a
      selector: { matchLabels: { app: a } }
      template:
        metadata: { labels: { app: a } }
        spec: { containers: [{ name: a, image: a:1 }] }
  `,
  good: yaml`
    apiVersion: v1
    kind: Service
    metadata: { name: a, namespace: shop }
    spec: { clusterIP: None, selector: { app: a }, ports: [{ port: 80 }] }
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: { name: a, namespace: shop }
    spec:
      serviceName: a
      selector: { matchLabels: { app: a } }
      template:
        metadata: { labels: { app: a } }
        spec: { containers: [{ name: a, image: a:1 }] }
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("apps/StatefulSet")) {
      const { serviceName } = manifest.object.spec ?? {};
      const service = serviceName ? scope.find("Service", namespaceOf(manifest), serviceName) : undefined;
      if (service && service.object.spec?.clusterIP !== "None")
        yield { manifest, path: "spec.serviceName", message: `the Service "${serviceName}" isn't headless: its clusterIP isn't None` };
    }
  },
});
