import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import type { RemoteSecret } from "../overlay/index.ts";
import { secretNames, secretParts } from "./configuration.ts";
import { configurationWave, metadata } from "./metadata.ts";
import type { AppProps } from "./props.ts";

/** Values kept in the repository, for environments that allow it. Their encoding hides nothing. */
class Secret extends ApiObject {
  constructor(scope: Construct, id: string, props: AppProps, name: string, values: readonly (readonly [key: string, value: string])[]) {
    const data = Object.fromEntries(values.map(([key, value]) => [key, Buffer.from(value, "utf8").toString("base64")]));
    super(scope, id, { ...k8s.KubeSecret.GVK, metadata: metadata(props, name, {}, configurationWave), type: "Opaque", data });
  }
}

/** Has External Secrets make a Secret out of entries of the environment's store: https://external-secrets.io/latest/api/externalsecret/ */
class ExternalSecret extends ApiObject {
  constructor(
    scope: Construct,
    id: string,
    props: AppProps,
    name: string,
    values: readonly (readonly [key: string, value: RemoteSecret])[],
  ) {
    const { store, refreshInterval } = props.environment.settings.secrets ?? {};
    super(scope, id, {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: metadata(props, name, {}, configurationWave),
      spec: {
        refreshInterval: props.app.spec.secrets?.refreshInterval ?? refreshInterval ?? "1h",
        secretStoreRef: { name: store?.name, kind: store?.kind ?? "SecretStore" },
        target: { name, creationPolicy: "Owner" },
        data: values.map(([secretKey, remoteRef]) => ({ secretKey, remoteRef })),
      },
    });
  }
}

/** The app's secrets, variables and files apart, those of the store and literal ones apart. */
export function addSecrets(scope: Construct, props: AppProps): void {
  const names = secretNames(props.app.name);
  for (const group of ["env", "files"] as const) {
    const { remote, literal } = secretParts(props.app.spec.secrets?.[group]);
    if (remote.length > 0) new ExternalSecret(scope, `external-secret-${group}`, props, names[group].remote, remote);
    if (literal.length > 0) new Secret(scope, `secret-${group}`, props, names[group].literal, literal);
  }
}
