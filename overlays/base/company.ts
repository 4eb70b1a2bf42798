import type { EnvironmentSettings, Gateway, GatewayRouting } from "slipway";

/** This repository, as every cluster's Argo CD fetches it. */
export const repository = "https://gitlab.dominos.example/platform/deployments.git";

/** The registry of the company's own images, one for all environments. */
export const registry = "111111111111.dkr.ecr.eu-west-1.amazonaws.com";

/** What the platform team runs in every cluster. */
export const platform = {
  ingress: { class: "nginx", tls: true, annotations: { "cert-manager.io/cluster-issuer": "letsencrypt" } },
  network: {
    policy: "default-deny",
    ingressController: { namespace: "ingress-nginx" },
    gateway: { namespace: "envoy-gateway-system" },
    accepts: { metrics: { namespace: "monitoring" } },
  },
  namespaces: { "platform-logging": { podSecurity: "privileged" } },
  hostPaths: { "log-collector": ["/var/log", "/var/lib/fluent-bit"] },
} as const satisfies Partial<EnvironmentSettings>;

/** The Gateway of a cluster, which Envoy Gateway serves: where apps move to from ingress-nginx, which is retired. */
export const publicGateway = {
  parent: { name: "public", namespace: "platform-gateway" },
  implementation: "envoy-gateway",
} as const satisfies GatewayRouting;

/** AWS Secrets Manager of an environment's own region, read with the role of External Secrets' own account. */
export const secretsManager = (region: string) =>
  ({ name: "secrets-manager", provider: { aws: { service: "SecretsManager", region } } }) as const;

/** The API Gateway in front of backend-app, as every environment has it. */
export const gateway = {
  authorization: {
    type: "none",
    reason: "The menu is public, and backend-app verifies the session token that every other operation requires.",
  },
  timeoutSeconds: 20,
} as const satisfies Gateway;
