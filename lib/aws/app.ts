import { App, type AppProps, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { type Environment, environmentsOf, resolve } from "../overlay/index.ts";
import { InputError, type Problem } from "../problem/index.ts";
import { type Project, projectAt } from "../project/index.ts";
import { render } from "../synth/index.ts";
import { GatewayAccountStack } from "./gateway/account-stack.ts";
import { makePlan } from "./gateway/make-plan.ts";
import { GatewayStack } from "./gateway/stack.ts";
import { type Rendered, registryPlans } from "./registry/plan.ts";
import { RegistryReplicaStack, RegistryStack } from "./registry/stack.ts";

/**
 * What environments need of AWS: the registry their own images come from, and an API Gateway for each with `aws.gateway`. Every value
 * comes from the overlays and the pins; nothing is looked up, so that synth needs neither account nor network. cdk-nag's AwsSolutions
 * rules look at all of it.
 * @throws InputError with everything that is wrong in any environment
 *
 * @example
 * awsApp([dev, prod]).synth();
 */
export function awsApp(environments: readonly Environment[], props: AppProps = {}, project: Project = projectAt()): App {
  const rendered = collect(
    environments,
    (environment): Rendered => ({ environment: resolve(environment, project.root), rendering: render(environment, project) }),
  );
  const app = new App({ analyticsReporting: false, ...props });
  for (const plan of registryPlans(rendered)) {
    const id = `registry-${plan.account}-${plan.region}`;
    const registry = new RegistryStack(app, id, plan);
    for (const region of plan.replicas) registry.addStackDependency(new RegistryReplicaStack(app, `${id}-replica-${region}`, plan, region));
  }
  const accounts = new Map<string, GatewayAccountStack>();
  const gateways = collect(rendered, ({ environment }) => ({ environment, plan: makePlan(environment) }));
  for (const { environment, plan } of gateways) {
    const { aws } = environment.settings;
    if (!plan || !aws?.gateway) continue;
    const { account, region, gateway: settings } = aws;
    const place = `${account}-${region}`;
    const logs = accounts.get(place) ?? new GatewayAccountStack(app, `gateway-account-${place}`, { account, region });
    accounts.set(place, logs);
    new GatewayStack(app, `gateway-${environment.name}`, { environment, settings, account, region, plan }).addStackDependency(logs);
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}

/** The results for all members, or the problems of all. */
function collect<T, R>(members: readonly T[], each: (member: T) => R): R[] {
  const problems: Problem[] = [];
  const results = members.flatMap((member) => {
    try {
      return [each(member)];
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new InputError(problems);
  return results;
}

/** The whole of aws.ts, which `cdk synth`, `cdk diff` and `cdk deploy` run. Bad input is listed in full on stderr, with status 2. */
export function synthAws(overlays: Readonly<Record<string, unknown>>): void {
  try {
    awsApp(environmentsOf(overlays)).synth();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
