/** What every environment shares: one file for each app. */
export { backendApp } from "./backend-app.ts";
export { logCollector } from "./log-collector.ts";
export { loyalty } from "./loyalty.ts";
export { orderWorker } from "./order-worker.ts";
export { redis } from "./redis.ts";
export { salesReport } from "./sales-report.ts";
export { statusPage } from "./status-page.ts";
export { storefront } from "./storefront.ts";
