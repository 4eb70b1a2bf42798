import type { IEnvFromSource, IEnvVar } from "kubernetes-models/v1";
import type { Container, EnvFrom, EnvSource, EnvValue } from "../overlay/index.ts";
import { type Entries, sorted } from "./metadata.ts";

/**
 * A container's variables in the order Kubernetes needs: one whose value names `$(OTHER)` after OTHER, else by name.
 * (https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/) A cycle keeps the order of names.
 */
function byReference(env: Container["env"]): [string, IEnvVar][] {
  const values = new Map(sorted(env));
  const ordered: [string, IEnvVar][] = [];
  const entered = new Set<string>();
  const add = (name: string) => {
    const value = values.get(name);
    if (value === undefined || entered.has(name)) return;
    entered.add(name);
    for (const other of references(value)) add(other);
    ordered.push(variable(name, value));
  };
  for (const name of values.keys()) add(name);
  return ordered;
}

const variable = (name: string, value: EnvValue): [string, IEnvVar] => [name, { name, ...literalOrSource(value) }];

/** A container's variables by name, in the order of their list. */
export const variables = (env: Container["env"], entries: Entries): [string, IEnvVar][] =>
  entries === sorted ? byReference(env) : entries(env).map(([name, value]) => variable(name, value));

/** Names in `$(NAME)`; `$$(NAME)` is an escaped one. */
function references(value: EnvValue): string[] {
  if (typeof value !== "string") return [];
  return [...value.matchAll(/\$\$|\$\(([^)]+)\)/g)].flatMap(([, name]) => (name ? [name] : [])).sort();
}

function literalOrSource(value: EnvValue): Omit<IEnvVar, "name"> {
  return typeof value === "object" ? { valueFrom: sourceOf(value) } : { value: String(value) };
}

function sourceOf(source: EnvSource): IEnvVar["valueFrom"] {
  if (source.config) return { configMapKeyRef: source.config };
  if (source.secret) return { secretKeyRef: source.secret };
  if (source.field !== undefined) return { fieldRef: { fieldPath: source.field } };
  const { resource, container, divisor } = source.resource;
  return {
    resourceFieldRef: {
      resource,
      ...(container ? { containerName: container } : {}),
      ...(divisor === undefined ? {} : { divisor: String(divisor) }),
    },
  };
}

/** Whole ConfigMaps and Secrets as variables; later ones win. */
export function environmentSources(sources: readonly [string, EnvFrom][]): IEnvFromSource[] {
  return [...sources]
    .map(([, source]) => source)
    .sort((a, b) => (a.order ?? 0) - (b.order ?? 0))
    .map(environmentSource);
}

function environmentSource({ prefix, optional, ...source }: EnvFrom): IEnvFromSource {
  const reference = (name: string) => ({ name, ...(optional === undefined ? {} : { optional }) });
  const from = source.config !== undefined ? { configMapRef: reference(source.config) } : { secretRef: reference(source.secret) };
  return { ...from, ...(prefix === undefined ? {} : { prefix }) };
}
