import { app } from "slipway";

/** Sessions, and the queue between backend-app and order-worker. Its data outlives its pods. */
export const redis = app("redis", {
  namespace: "dominos-service-backend",
  workload: {
    kind: "StatefulSet",
    replicas: 1,
    claims: { data: { size: "5Gi" } },
    claimRetention: { whenDeleted: "Retain", whenScaled: "Retain" },
  },
  container: {
    image: "docker.io/library/redis:7.4.2",
    args: ["redis-server", "/etc/config/redis.conf"],
    ports: { redis: 6379 },
    resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "512Mi" } },
    probes: { readiness: { exec: ["redis-cli", "ping"] }, liveness: { tcp: "redis", initialDelaySeconds: 10 } },
    mounts: { "/data": "data" },
  },
  pod: { security: { runAsUser: 999, runAsGroup: 999, fsGroup: 999, fsGroupChangePolicy: "OnRootMismatch" } },
  service: { type: "Headless", ports: { redis: 6379 } },
  config: {
    files: {
      "redis.conf": `appendonly yes
dir /data
maxmemory 384mb
maxmemory-policy noeviction
`,
    },
  },
});
