import { ConfigMap, type IResource, Pods, Secret, ServiceAccount } from "cdk8s-plus-27";
import { Construct } from "constructs";
import { type Bridges, podOwnerOf, workloadName } from "../overlay/index.ts";
import { configFilesName, configName, secretNames, secretParts } from "./configuration.ts";
import { type AppProps, selectorOf } from "./props.ts";
import { serviceAccountName } from "./service-account.ts";

/** A workload of the model as cdk8s-plus knows resources: its kind and its name. */
class ImportedWorkload extends Construct implements IResource {
  readonly name: string;
  readonly kind: string;
  readonly apiVersion: string;
  readonly apiGroup: string;
  readonly resourceType: string;
  readonly resourceName: string;

  constructor(scope: Construct, id: string, name: string, { apiVersion, kind, resource }: ReturnType<typeof podOwnerOf>) {
    super(scope, id);
    this.name = name;
    this.resourceName = name;
    this.kind = kind;
    this.apiVersion = apiVersion;
    this.apiGroup = apiVersion.split("/")[0] ?? "";
    this.resourceType = resource;
  }
}

/** References to an app's objects for the cdk8s-plus constructs of `extend`. They create no objects, and are created on demand. */
export function bridges(chart: Construct, { app }: AppProps): Bridges {
  const { spec } = app;
  let scope: Construct | undefined;
  /** Creates each once, by its name. */
  const cached = <T, Name extends string = string>(
    kind: string,
    create: (scope: Construct, id: string, name: Name) => T,
  ): ((name: Name) => T) => {
    const created = new Map<string, T>();
    return (name) => {
      scope ??= new Construct(chart, "slipway");
      const found = created.get(name) ?? create(scope, `${kind}-${name}`, name);
      created.set(name, found);
      return found;
    };
  };
  const configMap = cached("config-map", (parent, id, name) => ConfigMap.fromConfigMapName(parent, id, name));
  const secret = cached("secret", (parent, id, name) => Secret.fromSecretName(parent, id, name));
  const account = cached("account", (parent, id, name) =>
    ServiceAccount.fromServiceAccountName(parent, id, name, { namespaceName: spec.namespace }),
  );
  const owner = spec.workload && podOwnerOf(spec.workload);
  const workload = owner && cached("workload", (parent, id, name) => new ImportedWorkload(parent, id, name, owner));
  const pods = cached("pods", (parent, id) => Pods.select(parent, id, { labels: { ...selectorOf(app) } }));
  return {
    configMap: (part = "env") => {
      if (Object.keys(spec.config?.[part] ?? {}).length === 0) throw new Error(`the app has no config.${part}, and so no ConfigMap of it`);
      return configMap(part === "env" ? configName(app.name) : configFilesName(app.name));
    },
    secret: (key) => {
      const name = secretOf(spec.secrets, app.name, key);
      if (name === undefined) throw new Error(`the app has no secret "${key}" in secrets.env or secrets.files`);
      return secret(name);
    },
    serviceAccount: () => {
      if (!spec.serviceAccount) throw new Error("the app has no serviceAccount: its pods have the namespace's default account");
      return account(serviceAccountName(app));
    },
    workload: () => {
      if (!workload) throw new Error("the app has no workload");
      return workload(workloadName(app));
    },
    pods: () => pods(app.name),
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
