import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import { configFilesName, configName } from "./configuration.ts";
import { configurationWave, metadata, sorted } from "./metadata.ts";
import type { AppProps } from "./props.ts";

/** Values and files that everyone may read. */
class ConfigMap extends ApiObject {
  constructor(scope: Construct, id: string, props: AppProps, name: string, data: Readonly<Record<string, string>>) {
    super(scope, id, { ...k8s.KubeConfigMap.GVK, metadata: metadata(props, name, { annotations: configurationWave }), data });
  }
}

/** The app's ConfigMaps: one of variables, one of files, so that files never become variables. */
export function addConfigMaps(scope: Construct, props: AppProps): void {
  const { env, files } = props.app.spec.config ?? {};
  const text = (map: typeof env) => Object.fromEntries(sorted(map).map(([key, value]) => [key, String(value)]));
  if (Object.keys(env ?? {}).length > 0) new ConfigMap(scope, "config", props, configName(props.app.name), text(env));
  if (Object.keys(files ?? {}).length > 0) new ConfigMap(scope, "config-files", props, configFilesName(props.app.name), text(files));
}
