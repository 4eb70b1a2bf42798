import type { ILifecycle, ILifecycleHandler, IProbe } from "kubernetes-models/v1";
import type { Container, HttpAction, LifecycleHandler, Probe, TcpAction } from "../overlay/index.ts";
import { sorted } from "./metadata.ts";

type Ports = Container["ports"];

/** The port of an HTTP action that names none: `http`, or the container's only one. */
function impliedPort(ports: Ports): string {
  const names = Object.keys(ports ?? {});
  return names.includes("http") ? "http" : (names[0] ?? "http");
}

function httpGet(action: string | HttpAction, ports: Ports) {
  const { path, port, scheme, host, headers } = typeof action === "string" ? ({ path: action } as HttpAction) : action;
  const httpHeaders = sorted(headers).map(([name, value]) => ({ name, value }));
  return { path, port: port ?? impliedPort(ports), scheme, host, ...(httpHeaders.length > 0 ? { httpHeaders } : {}) };
}

function tcpSocket(action: string | number | TcpAction) {
  return typeof action === "object" ? action : { port: action };
}

function probe({ http, tcp, exec, grpc, ...timing }: Probe, ports: Ports): IProbe {
  if (http !== undefined) return { httpGet: httpGet(http, ports), ...timing };
  if (tcp !== undefined) return { tcpSocket: tcpSocket(tcp), ...timing };
  if (exec !== undefined) return { exec: { command: [...exec] }, ...timing };
  return { grpc: typeof grpc === "object" ? grpc : { port: grpc as number }, ...timing };
}

export function probes({ probes, ports }: Pick<Container, "probes" | "ports">): {
  startupProbe?: IProbe;
  readinessProbe?: IProbe;
  livenessProbe?: IProbe;
} {
  const { startup, readiness, liveness } = probes ?? {};
  return {
    ...(startup ? { startupProbe: probe(startup, ports) } : {}),
    ...(readiness ? { readinessProbe: probe(readiness, ports) } : {}),
    ...(liveness ? { livenessProbe: probe(liveness, ports) } : {}),
  };
}

function handler({ http, tcp, exec, sleep }: LifecycleHandler, ports: Ports): ILifecycleHandler {
  if (http !== undefined) return { httpGet: httpGet(http, ports) };
  if (tcp !== undefined) return { tcpSocket: tcpSocket(tcp) };
  return exec !== undefined ? { exec: { command: [...exec] } } : { sleep: { seconds: sleep as number } };
}

export function lifecycle({ lifecycle, ports }: Pick<Container, "lifecycle" | "ports">): ILifecycle | undefined {
  if (!lifecycle) return undefined;
  const { postStart, preStop, stopSignal } = lifecycle;
  // The schema holds the signal's form; which names a node's system knows is for the API server to check.
  const stop = stopSignal ? { stopSignal: stopSignal as NonNullable<ILifecycle["stopSignal"]> } : {};
  return {
    ...(postStart ? { postStart: handler(postStart, ports) } : {}),
    ...(preStop ? { preStop: handler(preStop, ports) } : {}),
    ...stop,
  };
}
