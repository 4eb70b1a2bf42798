import { environment } from "slipway";
import { hello } from "../base/hello.ts";

export const dev = environment("dev", {
  kubernetes: "1.34",
  cluster: { name: "dev" },
  registry: "registry.example",
  domain: "dev.hello.example",
  argocd: { repository: "https://git.example/deployments.git" },
  apps: [hello.with({ config: { env: { GREETING: "hello, dev" } } })],
});
