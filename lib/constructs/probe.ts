import type { ILifecycle, ILifecycleHandler, IProbe } from "kubernetes-models/v1";
import type { Container, HttpAction, LifecycleHandler, Probe, TcpAction } from "../overlay/index.ts";
import type { Entries } from "./metadata.ts";

type Ports = Container["ports"];
interface Scope {
  readonly ports: Ports;
  readonly entries: Entries;
}

/** The port of an HTTP action that names none: `http`, or the container's only one. */
function impliedPort(ports: Ports): string {
  const names = Object.keys(ports ?? {});
  return names.includes("http") ? "http" : (names[0] ?? "http");
}

/** A port as the manifest refers to it: by its number where it has no name there. */
function portOf(port: string | number, ports: Ports): string | number {
  const model = Object.hasOwn(ports ?? {}, port) ? ports?.[port] : undefined;
  return typeof model === "object" && model.named === false ? model.port : port;
}

function httpGet(action: string | HttpAction, { ports, entries }: Scope) {
  const { path, port, scheme, host, headers } = typeof action === "string" ? ({ path: action } as HttpAction) : action;
  const httpHeaders = entries(headers).map(([name, value]) => ({ name, value }));
  return { path, port: portOf(port ?? impliedPort(ports), ports), scheme, host, ...(httpHeaders.length > 0 ? { httpHeaders } : {}) };
}

function tcpSocket(action: string | number | TcpAction, { ports }: Scope) {
  const { port, ...rest } = typeof action === "object" ? action : { port: action };
  return { port: portOf(port, ports), ...rest };
}

function probe({ http, tcp, exec, grpc, ...timing }: Probe, scope: Scope): IProbe {
  if (http !== undefined) return { httpGet: httpGet(http, scope), ...timing };
  if (tcp !== undefined) return { tcpSocket: tcpSocket(tcp, scope), ...timing };
  if (exec !== undefined) return { exec: { command: [...exec] }, ...timing };
  return { grpc: typeof grpc === "object" ? grpc : { port: grpc as number }, ...timing };
}

export function probes(
  { probes, ports }: Pick<Container, "probes" | "ports">,
  entries: Entries,
): {
  startupProbe?: IProbe;
  readinessProbe?: IProbe;
  livenessProbe?: IProbe;
} {
  const { startup, readiness, liveness } = probes ?? {};
  const scope = { ports, entries };
  return {
    ...(startup ? { startupProbe: probe(startup, scope) } : {}),
    ...(readiness ? { readinessProbe: probe(readiness, scope) } : {}),
    ...(liveness ? { livenessProbe: probe(liveness, scope) } : {}),
  };
}

function handler({ http, tcp, exec, sleep }: LifecycleHandler, scope: Scope): ILifecycleHandler {
  if (http !== undefined) return { httpGet: httpGet(http, scope) };
  if (tcp !== undefined) return { tcpSocket: tcpSocket(tcp, scope) };
  return exec !== undefined ? { exec: { command: [...exec] } } : { sleep: { seconds: sleep as number } };
}

export function lifecycle({ lifecycle, ports }: Pick<Container, "lifecycle" | "ports">, entries: Entries): ILifecycle | undefined {
  if (!lifecycle) return undefined;
  const { postStart, preStop, stopSignal } = lifecycle;
  const scope = { ports, entries };
  // The schema holds the signal's form; which names a node's system knows is for the API server to check.
  const stop = stopSignal ? { stopSignal: stopSignal as NonNullable<ILifecycle["stopSignal"]> } : {};
  return {
    ...(postStart ? { postStart: handler(postStart, scope) } : {}),
    ...(preStop ? { preStop: handler(preStop, scope) } : {}),
    ...stop,
  };
}
