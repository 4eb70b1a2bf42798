import { environment } from "slipway";
import { gateway, platform, publicGateway, registry, repository } from "../base/company.ts";
import { backendApp, loyalty, orderWorker, redis, salesReport, statusPage, storefront } from "../base/index.ts";

/** Where merged work is seen first. Small, and its secrets are none. */
export const dev = environment("dev", {
  ...platform,
  kubernetes: "1.34",
  cluster: { name: "dominos-dev" },
  registry,
  domain: "dev.dominos.example",
  argocd: { repository },
  aws: {
    account: "222222222222",
    region: "eu-west-1",
    gateway: {
      ...gateway,
      cors: { origin: "*" },
      throttle: { rate: 20, burst: 40 },
      waf: { type: "none", reason: "Test data only, and too few requests a second to be worth an attack." },
      accessLogs: { days: 7 },
    },
  },
  // Everyone who may read this repository may know these.
  secrets: { literals: true },
  // Nothing here is served by ingress-nginx any more.
  ingress: {},
  routing: { gateway: { ...publicGateway, create: { class: "envoy" } } },
  network: { policy: "open" },
  namespaces: {},
  defaults: { workload: { replicas: 1 }, pod: { enableServiceLinks: false } },
  apps: [
    backendApp
      .with({
        workload: { replicas: 1 },
        container: { resources: { requests: { cpu: "50m" } } },
        config: { env: { LOG_LEVEL: "debug" } },
        secrets: { env: { DATABASE_URL: "jdbc:postgresql://postgres.dev.dominos.example/orders", DATABASE_PASSWORD: "not-a-secret" } },
      })
      .patch({ kind: "Service", name: "backend-app-svc" }, "service-patch.json"),
    storefront.with({ workload: { replicas: 1 } }),
    orderWorker.with({ config: { env: { LOG_LEVEL: "debug" } }, secrets: { env: { KITCHEN_API_TOKEN: "kitchen-simulator" } } }),
    redis.with({ workload: { claims: { data: { size: "1Gi" } } } }),
    salesReport.with({
      workload: { suspend: true },
      secrets: { env: { DATABASE_URL: "jdbc:postgresql://postgres.dev.dominos.example/orders" } },
    }),
    statusPage,
    loyalty.with({
      workload: { replicas: 1 },
      secrets: { env: { DATABASE_URL: "jdbc:postgresql://postgres.dev.dominos.example/loyalty" } },
    }),
  ],
});
