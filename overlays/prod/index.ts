import { environment } from "slipway";
import { gateway, platform, registry, repository, secretsManager } from "../base/company.ts";
import { logCollector, loyalty, orderWorker, redis, salesReport, statusPage, storefront } from "../base/index.ts";
import { backendApp } from "./backend-app.ts";

/** Where customers order. */
export const prod = environment("prod", {
  ...platform,
  kubernetes: "1.34",
  cluster: { name: "dominos-prod-eu" },
  registry,
  domain: "dominos.example",
  argocd: { repository, retry: { limit: 10, maxDuration: "10m" } },
  aws: {
    account: "333333333333",
    region: "eu-west-1",
    gateway: {
      ...gateway,
      cors: { origin: "https://shop.dominos.example" },
      vpcLink: {
        loadBalancer: "arn:aws:elasticloadbalancing:eu-west-1:333333333333:loadbalancer/app/ingress/0123456789abcdef",
        subnets: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
        securityGroups: ["sg-0123456789abcdef0"],
      },
      domain: {
        name: "gateway.dominos.example",
        certificate: "arn:aws:acm:eu-west-1:333333333333:certificate/01234567-89ab-cdef-0123-456789abcdef",
        hostedZone: { id: "Z0123456789ABCDEFGHIJ", name: "dominos.example" },
      },
      alarms: { topic: "arn:aws:sns:eu-west-1:333333333333:pager", errorPercent: 0.5, latencyMilliseconds: 2000 },
      accessLogs: { days: 365 },
    },
  },
  promotesFrom: "staging",
  secrets: { store: secretsManager("eu-west-1"), refreshInterval: "15m" },
  defaults: {
    workload: { revisionHistoryLimit: 5 },
    pod: { enableServiceLinks: false },
  },
  apps: [
    backendApp,
    storefront.with({
      // A quarter of the visitors see a new version first; whoever watches may abort before the others do.
      workload: {
        replicas: 4,
        strategy: {
          type: "Canary",
          steps: [{ setWeight: 25 }, { pause: { duration: "10m" } }, { setWeight: 50 }, { pause: { duration: "10m" } }],
        },
      },
      container: { resources: { requests: { cpu: "250m" } } },
    }),
    orderWorker.with({ config: { env: { LOG_LEVEL: "warn", BATCH_SIZE: 100 } } }),
    redis.with({
      workload: { claims: { data: { size: "50Gi", storageClass: "gp3-encrypted" } } },
      container: { resources: { requests: { cpu: "500m", memory: "1Gi" }, limits: { memory: "1Gi" } } },
      config: { files: { "redis.conf": "appendonly yes\ndir /data\nmaxmemory 768mb\nmaxmemory-policy noeviction\n" } },
    }),
    salesReport,
    statusPage,
    loyalty,
    logCollector,
  ],
});
