import { App, type AppProps, DefaultStackSynthesizer, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { type Environment, environmentsOf, type ResolvedEnvironment, resolve } from "../overlay/index.ts";
import { InputError, type Problem } from "../problem/index.ts";
import { type Project, projectAt } from "../project/index.ts";
import { render } from "../synth/index.ts";
import { GatewayAccountStack } from "./gateway/account-stack.ts";
import { environmentRoutes } from "./gateway/route.ts";
import { GatewayStack } from "./gateway/stack.ts";
import { type RegistryPlan, type Rendered, registryPlans } from "./registry/plan.ts";
import { RegistryReplicaStack, RegistryStack } from "./registry/stack.ts";

/** What can be set of the app, and all that a CDK app takes. */
export interface AwsAppProps extends AppProps {
  /**
   * Goes before the names of stacks, of gateways with their log groups, and of roles, so that several apps fit in an account. Repositories
   * have the names of their images. @default "" - roles begin with `slipway-`
   */
  readonly namePrefix?: string;
  /** Tags of every stack and its resources. @default - none but `slipway:environment` of a gateway */
  readonly tags?: Readonly<Record<string, string>>;
  /** Qualifier of `cdk bootstrap`; another synthesizer is the CDK's `defaultStackSynthesizer`. @default - that of the synthesizer */
  readonly qualifier?: string;
  /** Whether stacks are protected against deletion. @default true */
  readonly terminationProtection?: boolean;
}

/**
 * What environments need of AWS: the registry their own images come from, and an API Gateway for each with `aws.gateway`. Every value
 * comes from the overlays and the pins; nothing is looked up, so that synth needs neither account nor network. cdk-nag's AwsSolutions
 * rules look at all of it.
 * @throws InputError with everything that is wrong in any environment
 *
 * @example
 * awsApp([dev, prod]).synth();
 */
export function awsApp(environments: readonly Environment[], props: AwsAppProps = {}, project: Project = projectAt()): App {
  const { namePrefix = "", tags = {}, qualifier, terminationProtection = true, ...appProps } = props;
  const rendered = collect(
    environments,
    (environment): Rendered => ({ environment: resolve(environment, project.root), rendering: render(environment, project) }),
  );
  const app = new App({
    analyticsReporting: false,
    ...(qualifier ? { defaultStackSynthesizer: new DefaultStackSynthesizer({ qualifier }) } : {}),
    ...appProps,
  });
  const context: StackContext = { app, namePrefix, shared: { tags: { ...tags }, terminationProtection } };
  const accounts = new Map<string, GatewayAccountStack>();
  collect([...registryPlans(rendered), ...rendered], (part) =>
    "environment" in part ? addGateway(context, part.environment, accounts) : addRegistry(context, part),
  );
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}

/** Where stacks are created, and what all of them have. */
interface StackContext {
  readonly app: App;
  readonly namePrefix: string;
  readonly shared: { readonly tags: Record<string, string>; readonly terminationProtection: boolean };
}

/** Copies have their repositories before the registry switches replication on. */
function addRegistry({ app, namePrefix, shared }: StackContext, plan: RegistryPlan): void {
  const { account, region, repositories, pullers, replicas, targets, gitlab, deployments, settings } = plan;
  const { keepDays, buildCaches = false, branches, tags, provider } = settings;
  const id = `${namePrefix}registry-${account}-${region}`;
  const common = { ...shared, repositories, pullers, keepDays };
  const pipelines = { gitlab, deployments, targets, branches, tags, provider, rolePrefix: `${namePrefix}slipway` };
  const registry = new RegistryStack(app, id, { ...common, env: { account, region }, replicas, buildCaches, pipelines });
  for (const replica of replicas)
    registry.addStackDependency(
      new RegistryReplicaStack(app, `${id}-replica-${replica}`, { ...common, env: { account, region: replica } }),
    );
}

function addGateway(
  { app, namePrefix, shared }: StackContext,
  environment: ResolvedEnvironment,
  accounts: Map<string, GatewayAccountStack>,
): void {
  const { aws } = environment.settings;
  if (!aws?.gateway) return;
  const { account, region, gateway: settings } = aws;
  const env = { account, region };
  const stack = withEnvironment(
    environment.name,
    () =>
      new GatewayStack(app, `${namePrefix}gateway-${environment.name}`, {
        ...shared,
        env,
        description: `API Gateway of ${environment.name}`,
        tags: { ...shared.tags, "slipway:environment": environment.name },
        name: `${namePrefix}${environment.name}-gateway`,
        routes: environmentRoutes(environment),
        settings,
      }),
  );
  // An HTTP API writes its access logs by CloudWatch's own delivery.
  if (settings.type === "http") return;
  const place = `${account}-${region}`;
  const logs = accounts.get(place) ?? new GatewayAccountStack(app, `${namePrefix}gateway-account-${place}`, { ...shared, env });
  accounts.set(place, logs);
  stack.addStackDependency(logs);
}

/** What a gateway reports by its own name is a problem of its environment. */
function withEnvironment<R>(environment: string, create: () => R): R {
  try {
    return create();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.problems.map((problem) => ({ ...problem, environment })));
  }
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
