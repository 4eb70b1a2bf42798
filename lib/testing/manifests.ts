import { type Container, containersOf, type EnvVar, isKind, podReads, podSpecOf } from "../kubernetes/index.ts";
import { describeObject, type KubernetesObject, type Manifest } from "../manifest/index.ts";
import { own } from "../outside/index.ts";
import { type Environment, isEnvironment } from "../overlay/index.ts";
import { nearest } from "../problem/index.ts";
import { type Rendering, render } from "../synth/index.ts";

/** Which manifests are meant: every part that is given must fit. */
export interface ManifestFilter {
  readonly kind?: string;
  readonly app?: string;
  readonly namespace?: string;
}

/** The manifests of an environment, to be asked what a test wants to know. */
export class Manifests {
  readonly environment: string;
  readonly all: readonly Manifest[];

  constructor({ environment, manifests }: Pick<Rendering, "environment" | "manifests">) {
    this.environment = environment;
    this.all = manifests;
  }

  /** The object of a kind and name. Throws, with the nearest name, where there is none, and where namespaces or groups make it ambiguous. */
  get(kind: string, name: string, { namespace }: { namespace?: string } = {}): KubernetesObject {
    const ofKind = this.objects({ kind });
    const found = ofKind.filter(({ metadata }) => metadata.name === name && (namespace === undefined || metadata.namespace === namespace));
    if (found.length > 1)
      throw new Error(`${this.environment} has ${found.length} of ${kind} ${name}: ${found.map(describeObject).join(", ")}`);
    const [object] = found;
    if (object) return object;
    const names = ofKind.map(({ metadata }) => metadata.name);
    const near = nearest(name, names);
    const hint = near
      ? `did you mean "${near}"?`
      : names.length > 0
        ? `there are ${names.sort().join(", ")}`
        : `its kinds are ${[...new Set(this.objects().map((object) => object.kind))].sort().join(", ")}`;
    throw new Error(`${this.environment} has no ${kind} "${name}": ${hint}`);
  }

  /** All objects that fit a filter, in the order of dist. */
  objects({ kind, app, namespace }: ManifestFilter = {}): KubernetesObject[] {
    return this.all
      .filter(
        (manifest) =>
          (kind === undefined || manifest.object.kind === kind) &&
          (app === undefined || manifest.app === app) &&
          (namespace === undefined || manifest.object.metadata.namespace === namespace),
      )
      .map(({ object }) => object);
  }

  /** Every image an app runs, or the environment, each once and in order. */
  images(app?: string): string[] {
    return [...new Set(this.#containers(app).flatMap(({ image }) => image ?? []))].sort();
  }

  /**
   * The environment variables an app's main container ends up with, as far as manifests say: literals, the values of ConfigMaps, and
   * `Secret NAME/KEY` or `field PATH` for what is known only when the pod runs. A Secret taken whole shows each key that makes it.
   */
  env(app: string, containerName = app): Record<string, string> {
    const container = this.#containers(app).find(({ name }) => name === containerName);
    if (!container) throw new Error(`${this.environment}/${app} has no container "${containerName}"`);
    const whole = (container.envFrom ?? []).flatMap(({ prefix = "", configMapRef, secretRef }) => {
      const data = configMapRef ? this.#dataOf("ConfigMap", configMapRef.name ?? "") : this.#dataOf("Secret", secretRef?.name ?? "");
      return Object.entries(data).map(([key, value]) => [prefix + key, value] as const);
    });
    const own = (container.env ?? []).map(
      ({ name = "", value, valueFrom }) => [name, valueFrom ? this.#valueFrom(valueFrom) : (value ?? "")] as const,
    );
    return Object.fromEntries([...whole, ...own]);
  }

  /** An app's container ports by name, or by number where they have none. */
  ports(app: string): Record<string, number> {
    return Object.fromEntries(
      this.#containers(app).flatMap(({ ports }) =>
        (ports ?? []).flatMap(({ name, containerPort }) =>
          containerPort === undefined ? [] : [[name ?? String(containerPort), containerPort]],
        ),
      ),
    );
  }

  /** The workloads that read a ConfigMap or Secret, as `Deployment backend-app`. */
  readersOf(kind: "ConfigMap" | "Secret", name: string): string[] {
    const readers = this.objects().filter((object) =>
      [...podReads(podSpecOf(object) ?? {})].some((source) => source.kind === kind && source.name === name),
    );
    return readers.map((object) => `${object.kind} ${object.metadata.name}`).sort();
  }

  #containers(app?: string): Container[] {
    return this.objects(app === undefined ? {} : { app }).flatMap((object) =>
      containersOf(podSpecOf(object) ?? {}).map(({ container }) => container),
    );
  }

  #dataOf(kind: "ConfigMap" | "Secret", name: string): Readonly<Record<string, string>> {
    if (kind === "ConfigMap") {
      const configMap = this.objects({ kind }).find(({ metadata }) => metadata.name === name);
      return (configMap && isKind(configMap, "ConfigMap") && configMap.data) || {};
    }
    const keys = this.objects().flatMap((object) => {
      if (isKind(object, "Secret") && object.metadata.name === name) return Object.keys(object.data ?? {});
      if (isKind(object, "external-secrets.io/ExternalSecret") && object.spec?.target?.name === name)
        return (object.spec.data ?? []).flatMap(({ secretKey }) => secretKey ?? []);
      return [];
    });
    return Object.fromEntries(keys.map((key) => [key, `Secret ${name}/${key}`]));
  }

  #valueFrom({ configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef }: NonNullable<EnvVar["valueFrom"]>): string {
    if (configMapKeyRef)
      return (
        own(this.#dataOf("ConfigMap", configMapKeyRef.name ?? ""), configMapKeyRef.key ?? "") ??
        `ConfigMap ${configMapKeyRef.name}/${configMapKeyRef.key}`
      );
    if (secretKeyRef) return `Secret ${secretKeyRef.name}/${secretKeyRef.key}`;
    return fieldRef ? `field ${fieldRef.fieldPath}` : `resource ${resourceFieldRef?.resource}`;
  }
}

/**
 * The manifests of an environment, rendered where need be.
 *
 * @example
 * expect(manifests(prod).env("backend-app").LOG_LEVEL).toBe("warn");
 * expect(manifests(prod).readersOf("Secret", "backend-app-secrets")).toEqual(["Deployment backend-app", "Job backend-app-migrate"]);
 */
export function manifests(source: Environment | Pick<Rendering, "environment" | "manifests">): Manifests {
  return new Manifests(isEnvironment(source) ? render(source) : source);
}
