import { type AppPatch, app, type Environment, environment, type Gateway, type Route } from "slipway";
import { awsApp } from "slipway/aws";

/** CloudFormation templates of environments, by the names of their stacks. */
export function templatesOf(environments: readonly Environment[]): Record<string, Template> {
  const assembly = awsApp(environments).synth();
  return Object.fromEntries(assembly.stacks.map(({ stackName, template }) => [stackName, template as Template]));
}

export interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> }>>;
}

/** Resources of a type, by their logical ids. */
export const ofType = ({ Resources }: Template, type: string) => Object.entries(Resources).filter(([, one]) => one.Type === type);

const open = { type: "none", reason: "Tests ask here, and nobody else." } as const;

/** An environment with a gateway and an app whose routes are these. */
export function shop(
  routes: Readonly<Record<string, Route>>,
  gateway: Partial<Gateway> = {},
  more: AppPatch<"Deployment"> = {},
): Environment {
  const web = app("web", {
    namespace: "shop",
    source: "team/web",
    workload: { kind: "Deployment", replicas: 2 },
    container: { image: "docker.io/team/web:1.0.0", ports: { http: 8080 } },
    service: { ports: { http: 80 } },
    ingress: { tls: false },
    routes,
  });
  return environment("shop", {
    kubernetes: "1.34",
    cluster: { name: "shop" },
    registry: "111111111111.dkr.ecr.eu-west-1.amazonaws.com",
    domain: "shop.example",
    argocd: { repository: "https://git.example/team/deployments.git" },
    aws: { account: "222222222222", region: "eu-west-1", gateway: { authorization: open, ...gateway } },
    apps: [web.with(more)],
  });
}

/** The gateway's template of such an environment. */
export const gatewayOf = (...args: Parameters<typeof shop>): Template => templatesOf([shop(...args)])["gateway-shop"] as Template;
