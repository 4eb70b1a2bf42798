import { environment } from "slipway";
import { secretsManager } from "../base/company.ts";
import { prod } from "../prod/index.ts";

/** Production's second region. The books are kept in the first, so loyalty and the sales report run there only. */
export const prodUs = environment("prod-us", {
  extends: prod,
  cluster: { name: "dominos-prod-us" },
  domain: "us.dominos.example",
  aws: {
    region: "us-east-1",
    gateway: {
      cors: { origin: "https://shop.us.dominos.example" },
      vpcLink: {
        loadBalancer: "arn:aws:elasticloadbalancing:us-east-1:333333333333:loadbalancer/app/ingress/fedcba9876543210",
        subnets: ["subnet-0fedcba9876543210", "subnet-0fedcba9876543211"],
        securityGroups: ["sg-0fedcba9876543210"],
      },
      domain: {
        name: "gateway.us.dominos.example",
        certificate: "arn:aws:acm:us-east-1:333333333333:certificate/fedcba98-7654-3210-fedc-ba9876543210",
      },
      alarms: { topic: "arn:aws:sns:us-east-1:333333333333:pager" },
    },
  },
  promotesFrom: "prod",
  secrets: { store: secretsManager("us-east-1") },
  without: ["loyalty", "sales-report"],
  apps: [
    prod.app("backend-app").with({
      autoscaling: { minReplicas: 3, maxReplicas: 12 },
      serviceAccount: { roleArn: "arn:aws:iam::333333333333:role/backend-app-us" },
      uses: { database: { cidr: "10.120.0.0/16" } },
    }),
  ],
});
