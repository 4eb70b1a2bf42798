import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { KubernetesObject } from "slipway";
import { parse } from "yaml";
import { folder } from "./api-server.ts";

/** What a test needs built to ask Envoy Gateway, as describeWithServers asks. */
export const envoyGatewayPrograms = ["egctl"];

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}
/** An object with what Envoy Gateway says of it. */
export interface Translated extends KubernetesObject {
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly listeners?: readonly { readonly name: string; readonly attachedRoutes: number; readonly conditions: readonly Condition[] }[];
    readonly parents?: readonly { readonly conditions: readonly Condition[] }[];
    readonly ancestors?: readonly { readonly conditions: readonly Condition[] }[];
  };
}

/** The class whose Gateways it serves. */
export const gatewayClass = {
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "GatewayClass",
  metadata: { name: "envoy" },
  spec: { controllerName: "gateway.envoyproxy.io/gatewayclass-controller" },
};

/** Has Envoy Gateway's own translation read objects, and write the kind asked for. */
async function ask(objects: readonly object[], ...args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const place = mkdtempSync(join(tmpdir(), "slipway-gateway-"));
  try {
    const file = join(place, "objects.yaml");
    const given = (objects as readonly KubernetesObject[]).filter(({ kind }) => read.test(kind)).map(asked);
    writeFileSync(file, [gatewayClass, ...given].map((object) => JSON.stringify(object)).join("\n---\n"));
    const { stdout } = await promisify(execFile)(
      join(folder, "egctl"),
      ["x", "translate", "--from", "gateway-api", "--file", file, ...args],
      { maxBuffer: 64 * 1024 * 1024, env: { PATH: process.env.PATH ?? "", HOME: place } },
    );
    return (parse(stdout, { maxAliasCount: 0 }) as Record<string, unknown> | null) ?? {};
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Kinds that the translation reads. */
const read =
  /^(BackendTLSPolicy|BackendTrafficPolicy|ConfigMap|GRPCRoute|Gateway|HTTPRoute|Namespace|ReferenceGrant|Secret|SecurityPolicy|Service)$/;

/** egctl gives namespaces no labels, so that a listener can't choose them: it is asked as one that takes them all. */
function asked(object: KubernetesObject): KubernetesObject {
  // The address that the API server gives a Service.
  if (object.kind === "Service") return { ...object, spec: { clusterIP: "10.0.0.1", ...(object.spec as object) } };
  if (object.kind !== "Gateway") return object;
  const text = JSON.stringify(object, (key, value: unknown) =>
    key === "namespaces" && JSON.stringify(value).includes('"from":"Selector"') ? { from: "All" } : value,
  );
  return JSON.parse(text) as KubernetesObject;
}

/** Gateways, routes and policies with the statuses that Envoy Gateway gives them. Namespaces and Services have to be among the objects. */
export async function translated(objects: readonly object[]): Promise<Translated[]> {
  const found = await ask(objects, "--to", "gateway-api");
  return Object.values(found).flatMap((entry) => (Array.isArray(entry) ? (entry as Translated[]) : [entry as Translated]));
}

/** What Envoy Gateway finds wrong with routes and listeners, as `HTTPRoute web: ResolvedRefs BackendNotFound`. */
export async function complaints(objects: readonly object[]): Promise<string[]> {
  const all = await translated(objects);
  return all.flatMap(({ kind, metadata, status }) =>
    [...(status?.parents ?? []), ...(status?.ancestors ?? []), ...(status?.listeners ?? [])]
      .flatMap(({ conditions }) => conditions)
      .filter(
        ({ type, status: is }) =>
          ["Accepted", "ResolvedRefs", "Conflicted"].includes(type) && is === (type === "Conflicted" ? "True" : "False"),
      )
      .map(({ type, reason }) => `${kind} ${metadata.name}: ${type} ${reason}`),
  );
}

/** A route of Envoy, as far as tests look. */
export interface EnvoyRoute {
  readonly name: string;
  readonly match: {
    readonly prefix?: string;
    readonly pathSeparatedPrefix?: string;
    readonly path?: string;
    readonly headers?: readonly Readonly<Record<string, unknown>>[];
  };
  readonly route?: Readonly<Record<string, unknown>>;
  readonly redirect?: Readonly<Record<string, unknown>>;
}

/** All that Envoy gets, as JSON. */
export const envoyText = async (objects: readonly object[]): Promise<string> =>
  JSON.stringify(await ask(objects, "--to", "xds", "--type", "all"));

/** The routes that Envoy gets, by host. */
export async function envoyRoutes(objects: readonly object[]): Promise<Map<string, EnvoyRoute[]>> {
  const found = await ask(objects, "--to", "xds", "--type", "route");
  const hosts = new Map<string, EnvoyRoute[]>();
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const { domains, routes } = value as { domains?: string[]; routes?: EnvoyRoute[] };
    if (domains && routes) for (const domain of domains) hosts.set(domain, [...(hosts.get(domain) ?? []), ...routes]);
    for (const member of Object.values(value)) walk(member);
  };
  walk(found);
  return hosts;
}
