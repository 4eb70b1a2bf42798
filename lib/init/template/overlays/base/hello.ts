import { app } from "slipway";

/** Says hello. Replace it with an app of yours. */
export const hello = app("hello", {
  namespace: "hello",
  workload: { kind: "Deployment", replicas: 1 },
  container: {
    image: "hello",
    ports: { http: 8080 },
    resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "64Mi" } },
    probes: { readiness: { http: "/" } },
  },
  service: { ports: { http: 80 } },
  routes: { all: { path: "/" } },
  config: { env: { GREETING: "hello" } },
});
