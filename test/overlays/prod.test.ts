import { render } from "slipway";
import { manifests } from "slipway/testing";
import { prod, prodUs, staging } from "../../overlays/index.ts";

const inProd = manifests(prod);

test("prod is what dist holds", () => {
  expect(render(prod)).toMatchDist();
});

test("the load decides how many of backend-app there are, and never fewer than six", () => {
  expect(inProd).toContainManifest({ kind: "HorizontalPodAutoscaler", metadata: { name: "backend-app" }, spec: { minReplicas: 6 } });
  expect(inProd.get("Deployment", "backend-app")).not.toHaveProperty("spec.replicas");
});

test("backend-app is reached at the address the load balancer knows", () => {
  expect(inProd).toContainManifest({
    kind: "Service",
    metadata: { name: "backend-app-svc", namespace: "dominos-service-backend" },
    spec: { type: "NodePort", selector: { app: "backend-app" }, ports: [{ name: "http", port: 80, targetPort: "http", nodePort: 30081 }] },
  });
  expect(inProd.ports("backend-app").http).toBe(8081);
});

test("orders are never handed over by two workers at once", () => {
  expect(inProd).toContainManifest({
    kind: "Deployment",
    metadata: { name: "order-worker" },
    spec: { replicas: 1, strategy: { type: "Recreate" } },
  });
});

test("only backend-app and its migration read the orders database's secrets, and none is in this repository", () => {
  expect(inProd.readersOf("Secret", "backend-app-secrets")).toEqual(["Deployment backend-app", "Job backend-app-migrate"]);
  expect(inProd.objects({ kind: "Secret" })).toEqual([]);
});

test("every image is pinned by its digest, but those of others, which have a version", () => {
  const loose = inProd.images().filter((image) => !image.includes("@sha256:"));
  expect(loose).toEqual(["cr.fluentbit.example/fluent/fluent-bit:3.2.4", "docker.io/library/redis:7.4.2"]);
});

test("both regions run the same images, and staging may be ahead of them", () => {
  expect(manifests(prodUs).images("backend-app")).toEqual(inProd.images("backend-app"));
  expect(manifests(staging).env("backend-app").LOG_LEVEL).toBe("info");
  expect(inProd.env("backend-app").LOG_LEVEL).toBe("warn");
});
