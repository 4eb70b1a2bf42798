import { environment } from "slipway";
import { secretsManager } from "../base/company.ts";
import { prod } from "../prod/index.ts";

/** Production's second region. The books are kept in the first, so the sales report runs there only. */
export const prodUs = environment("prod-us", {
  extends: prod,
  cluster: { name: "dominos-prod-us" },
  domain: "us.dominos.example",
  aws: { region: "us-east-1" },
  promotesFrom: "prod",
  secrets: { store: secretsManager("us-east-1") },
  without: ["sales-report"],
  apps: [
    prod.app("backend-app").with({
      autoscaling: { minReplicas: 3, maxReplicas: 12 },
      serviceAccount: { roleArn: "arn:aws:iam::333333333333:role/backend-app-us" },
      uses: { database: { cidr: "10.120.0.0/16" } },
    }),
  ],
});
