import { environment } from "slipway";
import { gateway, platform, publicGateway, registry, repository, secretsManager } from "../base/company.ts";
import { backendApp, logCollector, loyalty, orderWorker, redis, salesReport, statusPage, storefront } from "../base/index.ts";

/** As production, on a smaller cluster: what passes here is promoted. */
export const staging = environment("staging", {
  ...platform,
  kubernetes: "1.34",
  cluster: { name: "dominos-staging" },
  registry,
  domain: "staging.dominos.example",
  argocd: { repository },
  aws: {
    account: "222222222222",
    region: "eu-west-1",
    gateway: {
      ...gateway,
      apiKey: true,
      usagePlans: { partners: { quota: { limit: 10000, period: "DAY" }, keys: ["partner-tests"] } },
      cors: { origin: "https://shop.staging.dominos.example" },
    },
  },
  promotesFrom: "dev",
  // Main branches release here; dev is for what isn't merged yet.
  releases: {
    pipelines: [
      "dominos/backend-app",
      "dominos/loyalty",
      "dominos/order-worker",
      "dominos/sales-report",
      "dominos/status-page",
      "dominos/storefront",
    ],
  },
  secrets: { store: secretsManager("eu-west-1") },
  // On its way: both serve every host, until its DNS record leads to the Gateway.
  routing: {
    ingress: {},
    gateway: { ...publicGateway, create: { class: "envoy", annotations: platform.ingress.annotations } },
  },
  defaults: { pod: { enableServiceLinks: false } },
  apps: [
    backendApp.patch("Deployment", "deployment-patch.json").patch({ kind: "Service", name: "backend-app-svc" }, "service-patch.json"),
    storefront,
    orderWorker,
    redis,
    salesReport,
    statusPage,
    loyalty,
    logCollector,
  ],
});
