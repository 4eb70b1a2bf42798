import { type AppOf, app, type EnvironmentOptions, environment, type KubernetesObject, render } from "slipway";

/** Settings of an environment that allows most things and needs nothing else. */
export const settings = {
  kubernetes: "1.34",
  cluster: { name: "test" },
  registry: "registry.example",
  domain: "test.example",
  argocd: { repository: "https://git.example/deployments.git" },
  secrets: { store: { name: "vault" }, literals: true },
} as const;

/** An environment `test` of these apps; pins and patch files come from `files`, by path. */
export function testEnvironment(apps: EnvironmentOptions["apps"], more: Partial<EnvironmentOptions> = {}) {
  return environment("test", { ...settings, ...more, apps } as EnvironmentOptions);
}

/** Reads files out of an object, as the project's are read from disk. */
export const filesOf = (files: Readonly<Record<string, string>>) => (path: string) => files[path];

export function manifestsOf(
  apps: EnvironmentOptions["apps"],
  more: Partial<EnvironmentOptions> = {},
  files: Readonly<Record<string, string>> = {},
) {
  return render(testEnvironment(apps, more), { read: filesOf(files) }).manifests;
}

/** The objects of one app `demo`, by what it says beside its namespace. */
export function objectsOf(spec: object, more: Partial<EnvironmentOptions> = {}): KubernetesObject[] {
  // Tests make specs out of parts whose types widen; what they say is held by the schema all the same.
  const demo = app("demo", { namespace: "demo", ...spec } as AppOf<never>);
  return manifestsOf([demo], more)
    .filter((manifest) => manifest.app === "demo")
    .map(({ object }) => object);
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into objects of every kind.
type Loose = any;

/** The only object of a kind, loosely typed for assertions. */
export function the(kind: string, objects: readonly KubernetesObject[]): Loose {
  const found = objects.filter((object) => object.kind === kind);
  if (found.length !== 1) throw new Error(`expected one ${kind}, found ${found.map(({ metadata }) => metadata.name).join(", ") || "none"}`);
  return found[0];
}

export const container = { image: "demo:1" } as const;
export const deployment = { workload: { kind: "Deployment" }, container } as const;
