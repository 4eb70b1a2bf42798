import { createHash } from "node:crypto";
import { type AppSpec, type EnvFrom, isAdopted, type Mount, type SecretValue, type Volume } from "../overlay/index.ts";
import { sorted } from "./metadata.ts";
import type { AppProps } from "./props.ts";

/** The names under which an app's configuration is kept. */
export const configName = (app: string) => `${app}-config`;
export const configFilesName = (app: string) => `${app}-files`;

/** Values of secrets by where they come from: the store, or the repository itself. */
export function secretParts(values: Readonly<Record<string, SecretValue>> | undefined) {
  const entries = sorted(values);
  return {
    remote: entries.flatMap(([name, value]) => (typeof value === "object" ? [[name, value] as const] : [])),
    literal: entries.flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as const] : [])),
  };
}

/** The Secrets an app's secrets are kept in: those from the store and those of the repository apart, variables and files apart. */
export function secretNames(app: string) {
  return {
    env: { remote: `${app}-secrets`, literal: `${app}-literals` },
    files: { remote: `${app}-secret-files`, literal: `${app}-literal-files` },
  } as const;
}

type Configuration = Pick<AppSpec, "config" | "secrets">;

const has = (map: object | undefined) => map !== undefined && Object.keys(map).length > 0;

/** The app's ConfigMap and Secrets as variables; secrets win over config. */
export function configurationEnvironment({ config, secrets }: Configuration, app: string): Record<string, EnvFrom> {
  const { remote, literal } = secretParts(secrets?.env);
  const names = secretNames(app).env;
  return {
    ...(has(config?.env) ? { "app-config": { config: configName(app), order: -3 } } : {}),
    ...(remote.length > 0 ? { "app-secrets": { secret: names.remote, order: -2 } } : {}),
    ...(literal.length > 0 ? { "app-literals": { secret: names.literal, order: -1 } } : {}),
  };
}

/** The app's files as volumes. */
export function configurationVolumes({ config, secrets }: Configuration, app: string): Record<string, Volume> {
  const { remote, literal } = secretParts(secrets?.files);
  const names = secretNames(app).files;
  const sources = [
    ...(remote.length > 0 ? [{ secret: { name: names.remote } }] : []),
    ...(literal.length > 0 ? [{ secret: { name: names.literal } }] : []),
  ];
  return {
    ...(has(config?.files) ? { "config-files": { config: configFilesName(app) } } : {}),
    ...(sources.length > 0 ? { "secret-files": { projected: sources } } : {}),
  };
}

export function configurationMounts({ config, secrets }: Configuration, app: string): Record<string, Mount> {
  const volumes = configurationVolumes({ config, secrets }, app);
  return {
    ...(volumes["config-files"] ? { [config?.mountPath ?? "/etc/config"]: { volume: "config-files", readOnly: true } } : {}),
    ...(volumes["secret-files"] ? { [secrets?.mountPath ?? "/etc/secrets"]: { volume: "secret-files", readOnly: true } } : {}),
  };
}

/** Annotations of the pods that change with what the pods read only at their start. An app that adopts what runs gets none. */
export function configurationHashes({ app: { spec } }: AppProps): Record<string, string> {
  if (isAdopted(spec)) return {};
  const { config, secrets } = spec;
  const literals = [secretParts(secrets?.env).literal, secretParts(secrets?.files).literal];
  return {
    ...(has(config?.env) || has(config?.files) ? { "checksum/config": hash([sorted(config?.env), sorted(config?.files)]) } : {}),
    ...(literals.some((part) => part.length > 0) ? { "checksum/secrets": hash(literals) } : {}),
    ...(secrets?.revision === undefined ? {} : { "secrets/revision": String(secrets.revision) }),
  };
}

const hash = (value: unknown) => createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
