import { app } from "slipway";

/** Sums up the day's sales before the shops open. */
export const salesReport = app("sales-report", {
  namespace: "dominos-service-backend",
  source: "dominos/sales-report",
  workload: {
    kind: "CronJob",
    schedule: "30 4 * * *",
    timeZone: "Europe/Amsterdam",
    concurrencyPolicy: "Forbid",
    startingDeadlineSeconds: 3600,
    job: { backoffLimit: 2, activeDeadlineSeconds: 3600, ttlSecondsAfterFinished: 172800 },
  },
  container: {
    image: "dominos/sales-report",
    resources: { requests: { cpu: "500m", memory: "512Mi" }, limits: { memory: "1Gi" } },
    mounts: { "/tmp": "tmp" },
  },
  volumes: { tmp: { emptyDir: {} } },
  config: { env: { LOG_LEVEL: "info", CURRENCY: "EUR" } },
  secrets: { env: { DATABASE_URL: { key: "dominos/sales-report", property: "database-url" } } },
  uses: { database: { cidr: "10.20.0.0/16", ports: { postgres: 5432 } } },
});
