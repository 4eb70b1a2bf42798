import { environment } from "slipway";
import { hello } from "../base/hello.ts";

export const prod = environment("prod", {
  kubernetes: "1.34",
  cluster: { name: "prod" },
  registry: "registry.example",
  domain: "hello.example",
  argocd: { repository: "https://git.example/deployments.git" },
  promotesFrom: "dev",
  apps: [hello.with({ workload: { replicas: 3 } })],
});
