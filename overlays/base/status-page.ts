import { fileURLToPath } from "node:url";
import { Include, Size } from "cdk8s";
import { ConfigMap, Cpu, Deployment, ImagePullPolicy, LabelSelector, Probe, Volume } from "cdk8s-plus-27";
import { app } from "slipway";

const dashboards = fileURLToPath(new URL("status-page.yaml", import.meta.url));

/** Tells customers how the shop is doing. Its team brought its cdk8s-plus constructs and a file of plain YAML along; neither had to be rewritten. */
export const statusPage = app("status-page", {
  namespace: "dominos-service-backend",
  source: "dominos/status-page",
  service: { ports: { http: { port: 80, targetPort: 8080 } } },
  ingress: { host: "status" },
  routes: { page: { path: "/", gateway: { kind: "none", reason: "For the company's own people, inside its network." } } },
  extend: (chart, { app, selector, image }) => {
    const incidents = new ConfigMap(chart, "incidents", { metadata: { name: `${app}-incidents` }, data: { "incidents.json": "[]\n" } });
    const deployment = new Deployment(chart, "deployment", {
      metadata: { name: app },
      replicas: 1,
      // Its own selector would follow the place of this code.
      select: false,
      podMetadata: { labels: { ...selector } },
      automountServiceAccountToken: false,
      securityContext: { ensureNonRoot: true, user: 10001, group: 10001 },
    });
    deployment.select(LabelSelector.of({ labels: selector }));
    const container = deployment.addContainer({
      name: app,
      image: image("dominos/status-page"),
      imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
      portNumber: 8080,
      readiness: Probe.fromHttpGet("/", { port: 8080 }),
      liveness: Probe.fromHttpGet("/", { port: 8080 }),
      resources: { cpu: { request: Cpu.millis(50) }, memory: { request: Size.mebibytes(64), limit: Size.mebibytes(64) } },
      securityContext: { user: 10001, group: 10001 },
    });
    container.mount("/etc/incidents", Volume.fromConfigMap(chart, "incidents-volume", incidents));
    new Include(chart, "dashboards", { url: dashboards });
  },
  // cdk8s-plus-27 has no words for these, and the namespace asks for them.
}).patch("Deployment", [
  { op: "add", path: "/spec/template/spec/securityContext/seccompProfile", value: { type: "RuntimeDefault" } },
  { op: "add", path: "/spec/template/spec/containers/0/securityContext/capabilities", value: { drop: ["ALL"] } },
]);
