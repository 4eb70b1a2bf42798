import { isRecord, omit } from "../outside/index.ts";

type Members = Readonly<Record<string, unknown>>;

/** An app without what it says only so that its pods stay as they are, and what that was, in words. */
export interface Simplified {
  readonly spec: Members;
  readonly dropped: readonly string[];
}

/** Takes out of an app what one rollout makes needless. @param ports whether ports get names, which Services may have to follow */
export function simplified(spec: Members, { ports }: { readonly ports: boolean }): Simplified {
  const named = withoutContainerName(spec);
  const result = ports ? withPortNames(named) : named;
  return {
    spec: result,
    dropped: [...(named === spec ? [] : ["the container's name"]), ...(result === named ? [] : ["ports without names"])],
  };
}

/** The main container is named as the app, unless something else says its name. */
function withoutContainerName(spec: Members): Members {
  const { containerName, ...rest } = spec;
  return containerName === undefined || texts(rest).has(containerName) ? spec : rest;
}

/** All texts in a value. */
function texts(value: unknown, found = new Set<unknown>()): Set<unknown> {
  if (typeof value === "string") found.add(value);
  else if (typeof value === "object" && value !== null) for (const member of Object.values(value)) texts(member, found);
  return found;
}

function withPortNames(spec: Members): Members {
  const container = namedPorts(spec.container);
  const sidecars = mapValues(spec.sidecars, namedPorts);
  if (container === spec.container && sidecars === spec.sidecars) return spec;
  return { ...spec, container, ...(sidecars === undefined ? {} : { sidecars }) };
}

function namedPorts(container: unknown): unknown {
  if (!isRecord(container)) return container;
  const ports = mapValues(container.ports, (port) => {
    if (!isRecord(port) || port.named !== false) return port;
    const { port: number, ...rest } = omit(port, "named");
    return Object.keys(rest).length === 0 ? number : { port: number, ...rest };
  });
  return ports === container.ports ? container : { ...container, ports };
}

/** An object with each member changed; the same object where none is. */
function mapValues(value: unknown, change: (member: unknown) => unknown): unknown {
  if (!isRecord(value)) return value;
  const changed = Object.entries(value).map(([key, member]) => [key, change(member)] as const);
  return changed.every(([key, member]) => member === value[key]) ? value : Object.fromEntries(changed);
}
