import { app } from "slipway";

/** The web shop: static files and a server that renders the first page. */
export const storefront = app("storefront", {
  namespace: "dominos-service-backend",
  source: "dominos/storefront",
  workload: { kind: "Deployment", replicas: 2 },
  container: {
    image: "dominos/storefront",
    ports: { http: 8080 },
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
    env: { BACKEND_URL: "http://backend-app-svc" },
    probes: { readiness: { http: "/healthz" }, liveness: { http: "/healthz" } },
    mounts: { "/tmp": "tmp", "/var/cache/nginx": "cache" },
  },
  volumes: { tmp: { emptyDir: {} }, cache: { emptyDir: { sizeLimit: "1Gi" } } },
  service: { ports: { http: 80 } },
  ingress: { host: "shop" },
  routes: { shop: { path: "/", gateway: { kind: "none", reason: "Pages for browsers, which the CDN fetches from the Ingress." } } },
  config: { env: { LOG_FORMAT: "json" } },
  uses: { "backend-app": {} },
});
