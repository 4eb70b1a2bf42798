import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AppPatch, app, type Environment, environment, type Gateway, type Route } from "slipway";
import { awsApp } from "slipway/aws";
import * as overlays from "../../overlays/index.ts";
import { testRun } from "../commands/call.ts";
import { isWhole } from "../sizes.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-stacks-"));
afterAll(() => rmSync(folder, { recursive: true }));
let apps = 0;

/**
 * The app of environments, which writes to a folder that goes with the test file.
 * @param validates whether CloudFormation's rules look at it beside cdk-nag's. They take six seconds to load and half a second a template:
 *   in `npm test` they look at the estate, in `npm run test:e2e` at the templates of all tests.
 */
export const appOf = (environments: readonly Environment[], validates = isWhole) =>
  awsApp(environments, { outdir: join(folder, String(++apps)), builtinCloudFormationValidation: validates });

type Templates = Readonly<Record<string, Template>>;

/** CloudFormation templates of an app, by the names of their stacks. */
export const templatesIn = (assembly: ReturnType<ReturnType<typeof appOf>["synth"]>): Templates =>
  Object.fromEntries(assembly.stacks.map(({ stackName, template }) => [stackName, template as Template]));

/** CloudFormation templates of environments, by the names of their stacks. */
export const templatesOf = (environments: readonly Environment[]): Templates => templatesIn(appOf(environments).synth());

/** The estate's own templates, which are synthesized once in a run of tests. */
export function estateTemplates(): Templates {
  const kept = join(testRun().folder, "estate-templates.json");
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, "utf8")) as Templates;
  const templates = templatesOf(Object.values(overlays));
  // Another worker sees it whole or not at all.
  writeFileSync(`${kept}.${testRun().worker}`, JSON.stringify(templates));
  renameSync(`${kept}.${testRun().worker}`, kept);
  return templates;
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
