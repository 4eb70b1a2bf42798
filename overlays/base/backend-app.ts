import { app } from "slipway";
import { ordersGateway } from "./orders-gateway.ts";

/** Takes orders. Reached through the API Gateway (NodePort) and, inside the company, through the Ingress. */
export const backendApp = app("backend-app", {
  namespace: "dominos-service-backend",
  source: "dominos/backend-app",
  workload: { kind: "Deployment", replicas: 2 },
  container: {
    image: "dominos/backend-app",
    ports: { http: 8081, management: 8082 },
    resources: { requests: { cpu: "250m", memory: "512Mi" }, limits: { memory: "512Mi" } },
    env: {
      POD_NAME: { field: "metadata.name" },
      // The JVM takes three quarters of what the container may use.
      JAVA_TOOL_OPTIONS: "-XX:MaxRAMPercentage=75 -XX:+ExitOnOutOfMemoryError",
      REDIS_URL: "redis://redis.dominos-service-backend.svc:6379/0",
    },
    probes: {
      startup: { http: { path: "/actuator/health/liveness", port: "management" }, failureThreshold: 30, periodSeconds: 2 },
      readiness: { http: { path: "/actuator/health/readiness", port: "management" }, periodSeconds: 5 },
      liveness: { http: { path: "/actuator/health/liveness", port: "management" } },
    },
    // Endpoints take a moment to forget a pod that is going.
    lifecycle: { preStop: { sleep: 10 } },
    mounts: { "/tmp": "tmp" },
  },
  volumes: { tmp: { emptyDir: { sizeLimit: "256Mi" } } },
  pod: { terminationGracePeriodSeconds: 45 },
  service: { type: "NodePort", name: "backend-app-svc", ports: { http: 80 } },
  ingress: { host: "api" },
  routes: {
    orders: { path: "/orders", methods: ["GET", "POST"], gateway: ordersGateway },
    menu: { path: "/menu", methods: ["GET"] },
  },
  config: {
    env: { LOG_LEVEL: "info", DATABASE_NAME: "orders", DATABASE_POOL_SIZE: 10 },
    files: {
      "features.json": `{
  "loyalty": true,
  "splitPayment": false
}
`,
    },
  },
  secrets: {
    env: {
      DATABASE_URL: { key: "dominos/backend-app", property: "database-url" },
      DATABASE_PASSWORD: { key: "dominos/backend-app", property: "database-password" },
    },
  },
  jobs: {
    migrate: {
      hook: "Sync",
      container: { args: ["migrate"], resources: { requests: { cpu: "100m" } } },
      backoffLimit: 1,
      activeDeadlineSeconds: 600,
    },
  },
  uses: {
    redis: {},
    database: { cidr: "10.20.0.0/16", ports: { postgres: 5432 } },
  },
});
