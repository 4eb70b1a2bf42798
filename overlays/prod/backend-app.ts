import { backendApp as base } from "../base/index.ts";

/** In production the load decides how many there are, and AWS knows them by a role of their own. */
export const backendApp = base
  .with({
    container: { resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "1Gi" } } },
    config: { env: { LOG_LEVEL: "warn", DATABASE_POOL_SIZE: 30 } },
    serviceAccount: { roleArn: "arn:aws:iam::333333333333:role/backend-app" },
    autoscaling: {
      minReplicas: 6,
      maxReplicas: 24,
      cpu: 65,
      // Friday evening comes fast and goes slowly.
      behavior: { scaleDown: { stabilizationWindowSeconds: 600, policies: [{ type: "Percent", value: 20, periodSeconds: 60 }] } },
    },
    disruptionBudget: { maxUnavailable: "20%" },
    ingress: { annotations: { "nginx.ingress.kubernetes.io/limit-rps": "50" } },
  })
  .patch("Deployment", "deployment-patch.json")
  .patch({ kind: "Service", name: "backend-app-svc" }, "service-patch.json");
