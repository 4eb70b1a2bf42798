import { isRecord, membersOf } from "../outside/index.ts";
import { defined, filled, keyed, type Members, picked, short, unless } from "./shape.ts";

const timing = {
  initialDelaySeconds: 0,
  periodSeconds: 10,
  timeoutSeconds: 1,
  successThreshold: 1,
  failureThreshold: 3,
  terminationGracePeriodSeconds: undefined,
};

/** The port that a request without one goes to, as the model has it. */
function impliedPort(ports: Members): string | undefined {
  const names = Object.keys(ports);
  if (names.includes("http")) return "http";
  return names.length === 1 ? names[0] : undefined;
}

const numberOf = (port: unknown) => (isRecord(port) ? port.port : port);

/** A port as the model refers to it: one that has no name in the manifest by its key, which the model's construct makes a number of. */
function portOf(port: unknown, ports: Members): unknown {
  if (typeof port !== "number") return port;
  return Object.entries(ports).find(([, model]) => isRecord(model) && model.named === false && numberOf(model) === port)?.[0] ?? port;
}

function http(action: unknown, ports: Members): unknown {
  const { path = "/", port, scheme, host, httpHeaders } = membersOf(action);
  const said = unless(portOf(port, ports), impliedPort(ports));
  return short(defined({ path, port: said, scheme: unless(scheme, "HTTP"), host, headers: keyed(httpHeaders, "name", "value") }), "path");
}

function handler({ httpGet, tcpSocket, exec, grpc, sleep }: Members, ports: Members): Members {
  if (isRecord(httpGet)) return { http: http(httpGet, ports) };
  if (isRecord(tcpSocket)) return { tcp: short(defined({ ...tcpSocket, port: portOf(tcpSocket.port, ports) }), "port") };
  if (isRecord(exec)) return { exec: exec.command };
  if (isRecord(grpc)) return { grpc: short(defined({ ...grpc, service: unless(grpc.service, "") }), "port") };
  return isRecord(sleep) ? { sleep: sleep.seconds } : {};
}

function probe(value: unknown, ports: Members): Members | undefined {
  if (!isRecord(value)) return undefined;
  const times = Object.entries(timing).map(([name, standard]) => [name, unless(value[name], standard)]);
  return { ...handler(value, ports), ...defined(Object.fromEntries(times)) };
}

/** @param ports the container's, as the model has them */
export function liftProbes({ startupProbe, readinessProbe, livenessProbe }: Members, ports: Members): Members | undefined {
  const probes = { startup: probe(startupProbe, ports), readiness: probe(readinessProbe, ports), liveness: probe(livenessProbe, ports) };
  return filled(defined(probes));
}

/** @param ports the container's, as the model has them */
export function liftLifecycle(lifecycle: unknown, ports: Members): Members | undefined {
  if (!isRecord(lifecycle)) return undefined;
  const hook = (value: unknown) => (isRecord(value) ? handler(value, ports) : undefined);
  return filled(defined({ postStart: hook(lifecycle.postStart), preStop: hook(lifecycle.preStop), ...picked(lifecycle, ["stopSignal"]) }));
}
