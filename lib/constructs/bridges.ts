import {
  ConfigMap,
  type IConfigMap,
  type IResource,
  type ISecret,
  type IServiceAccount,
  Pods,
  Secret,
  ServiceAccount,
} from "cdk8s-plus-27";
import { Construct } from "constructs";
import { type Bridges, type WorkloadKind, workloadKinds } from "../overlay/index.ts";
import { configFilesName, configName, secretNames, secretParts } from "./configuration.ts";
import { type AppProps, selectorOf } from "./props.ts";
import { serviceAccountName } from "./service-account.ts";

/** A workload of the model as cdk8s-plus knows resources: its kind and its name. */
class ImportedWorkload extends Construct implements IResource {
  readonly name: string;
  readonly kind: WorkloadKind;
  readonly apiVersion: string;
  readonly apiGroup: string;
  readonly resourceType: string;
  readonly resourceName: string;

  constructor(scope: Construct, id: string, name: string, kind: WorkloadKind) {
    super(scope, id);
    const { apiVersion, resource } = workloadKinds[kind];
    this.name = name;
    this.resourceName = name;
    this.kind = kind;
    this.apiVersion = apiVersion;
    this.apiGroup = apiVersion.split("/")[0] ?? "";
    this.resourceType = resource;
  }
}

/** What the model makes of an app, for the cdk8s-plus constructs of `extend`. Each makes no object, and is made when it is asked for. */
export function bridges(chart: Construct, { app }: AppProps): Bridges {
  const { spec } = app;
  const known = new Map<string, Construct>();
  let scope: Construct | undefined;
  const once = <T extends Construct>(id: string, make: (scope: Construct) => T): T => {
    scope ??= new Construct(chart, "slipway");
    const found = (known.get(id) as T | undefined) ?? make(scope);
    known.set(id, found);
    return found;
  };
  const configMap = (name: string): IConfigMap =>
    once(name, (parent) => ConfigMap.fromConfigMapName(parent, name, name) as IConfigMap & Construct);
  return {
    configMap: (part = "env") => {
      if (Object.keys(spec.config?.[part] ?? {}).length === 0) throw new Error(`the app has no config.${part}, and so no ConfigMap of it`);
      return configMap(part === "env" ? configName(app.name) : configFilesName(app.name));
    },
    secret: (key): ISecret => {
      const name = secretOf(spec.secrets, app.name, key);
      if (name === undefined) throw new Error(`the app has no secret "${key}" in secrets.env or secrets.files`);
      return once(name, (parent) => Secret.fromSecretName(parent, name, name) as ISecret & Construct);
    },
    serviceAccount: (): IServiceAccount => {
      if (!spec.serviceAccount) throw new Error("the app has no serviceAccount: its pods have the namespace's default account");
      const options = { namespaceName: spec.namespace };
      return once(
        "account",
        (parent) =>
          ServiceAccount.fromServiceAccountName(parent, "account", serviceAccountName(app), options) as IServiceAccount & Construct,
      );
    },
    workload: (): IResource => {
      const { workload } = spec;
      if (!workload) throw new Error("the app has no workload");
      return once("workload", (parent) => new ImportedWorkload(parent, "workload", app.name, workload.kind));
    },
    pods: (): Pods => once("pods", (parent) => Pods.select(parent, "pods", { labels: { ...selectorOf(app) } })),
  };
}

/** The Secret that holds a variable or a file; values of the store and literal ones are apart. */
function secretOf(secrets: AppProps["app"]["spec"]["secrets"], app: string, key: string): string | undefined {
  const names = secretNames(app);
  for (const group of ["env", "files"] as const) {
    const { remote, literal } = secretParts(secrets?.[group]);
    if (remote.some(([name]) => name === key)) return names[group].remote;
    if (literal.some(([name]) => name === key)) return names[group].literal;
  }
  return undefined;
}
