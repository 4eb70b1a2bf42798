import { app } from "slipway";

/** Hands orders to the kitchens, one at a time and in order: two of it at once would deliver twice, so it is recreated. */
export const orderWorker = app("order-worker", {
  namespace: "dominos-service-backend",
  source: "dominos/order-worker",
  workload: { kind: "Deployment", replicas: 1, strategy: { type: "Recreate" } },
  container: {
    image: "dominos/order-worker",
    resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "256Mi" } },
    env: { REDIS_URL: "redis://redis.dominos-service-backend.svc:6379/1" },
    probes: { liveness: { exec: ["/app/worker", "ping"], periodSeconds: 30, timeoutSeconds: 5 } },
  },
  config: { env: { LOG_LEVEL: "info", BATCH_SIZE: 20 } },
  secrets: { env: { KITCHEN_API_TOKEN: { key: "dominos/order-worker", property: "kitchen-api-token" } } },
  uses: { redis: {}, kitchens: { cidr: "10.40.0.0/16", ports: { https: 443 } } },
});
