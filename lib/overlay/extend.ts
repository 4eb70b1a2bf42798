import type { Chart } from "cdk8s";
import type { IConfigMap, IResource, ISecret, IServiceAccount, Pods } from "cdk8s-plus-27";
import type { AppSpec, EnvironmentSettings } from "./model.ts";

/** By these, cdk8s-plus constructs refer to the objects that the model renders for the app. A reference to what the app doesn't have is an error. */
export interface Bridges {
  /**
   * The ConfigMap of the app's variables, or that of its files.
   * @example
   * new CronJob(chart, "expiry", {
   *   containers: [{ image: context.image("shop/web"), envFrom: [Env.fromConfigMap(context.configMap())] }],
   *   ...
   * });
   */
  configMap(part?: "env" | "files"): IConfigMap;
  /**
   * The Secret that holds a key of `secrets.env` or `secrets.files`, whether it comes from the store or is a literal.
   * @example
   * EnvValue.fromSecretValue({ secret: context.secret("DATABASE_URL"), key: "DATABASE_URL" });
   */
  secret(key: string): ISecret;
  /**
   * The account of the app's pods.
   * @example
   * new RoleBinding(chart, "binding", { metadata: { name: context.app }, role }).addSubjects(context.serviceAccount());
   */
  serviceAccount(): IServiceAccount;
  /**
   * The app's Deployment, StatefulSet, DaemonSet, Job or CronJob, as a Role names it.
   * @example
   * role.allow(["get", "patch"], context.workload());
   */
  workload(): IResource;
  /**
   * The app's pods, by the labels that select them: for Services and network policies.
   * @example
   * new Service(chart, "metrics", { metadata: { name: `${context.app}-metrics` }, selector: context.pods(), ports: [{ port: 9090 }] });
   */
  pods(): Pods;
}

/** What `extend` receives beside its Chart. */
export interface ExtendContext extends Bridges {
  /** The environment's name. */
  readonly environment: string;
  readonly settings: EnvironmentSettings;
  /** The app's name, which differs from the overlay's for an app from `named()`. */
  readonly app: string;
  /** What the app has after all layers. */
  readonly spec: AppSpec;
  /** Labels that select the app's pods. */
  readonly selector: Readonly<Record<string, string>>;
  /** Puts the environment's registry before a repository of ours, as the model does with `container.image`. */
  image(repository: string): string;
}

/**
 * Adds to an app what the model lacks: the chart takes cdk8s-plus constructs, imported CRDs, `Helm` and `Include`.
 * @example
 * extend: (chart, { app, serviceAccount }) => {
 *   const role = new Role(chart, "role", { metadata: { name: app } });
 *   role.allowRead(ApiResource.CONFIG_MAPS);
 *   new RoleBinding(chart, "binding", { metadata: { name: app }, role }).addSubjects(serviceAccount());
 * },
 */
export type Extend = (chart: Chart, context: ExtendContext) => void;
