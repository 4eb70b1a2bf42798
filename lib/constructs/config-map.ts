import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import type { ConfigMap as ConfigMapModel } from "../overlay/index.ts";
import { configFilesName, configName } from "./configuration.ts";
import { configurationWave, metadata, nonEmpty, sorted } from "./metadata.ts";
import type { AppProps } from "./props.ts";

type Model = Omit<ConfigMapModel, "name">;

/** Values and files that everyone may read. */
class ConfigMap extends ApiObject {
  constructor(scope: Construct, id: string, props: AppProps, name: string, { labels, annotations, data, binaryData, immutable }: Model) {
    const own = { labels, annotations };
    super(scope, id, {
      ...k8s.KubeConfigMap.GVK,
      metadata: metadata(props, name, own, configurationWave),
      ...nonEmpty("data", data),
      ...nonEmpty("binaryData", binaryData),
      immutable,
    });
  }
}

/** The app's ConfigMaps: one of variables, one of files, so that files never become variables, and those with names of their own. */
export function addConfigMaps(scope: Construct, props: AppProps): void {
  const { name, spec } = props.app;
  const { env, files } = spec.config ?? {};
  const data = (map: typeof env) => Object.fromEntries(sorted(map).map(([key, value]) => [key, String(value)]));
  if (Object.keys(env ?? {}).length > 0) new ConfigMap(scope, "config", props, configName(name), { data: data(env) });
  if (Object.keys(files ?? {}).length > 0) new ConfigMap(scope, "config-files", props, configFilesName(name), { data: data(files) });
  for (const [key, { name: own, ...model }] of sorted(spec.configMaps))
    new ConfigMap(scope, `config-map-${key}`, props, own ?? `${name}-${key}`, model);
}
