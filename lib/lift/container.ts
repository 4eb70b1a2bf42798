import { parseImage } from "../kubernetes/index.ts";
import { isRecord, itemsOf, membersOf } from "../outside/index.ts";
import { liftSources, liftVariables } from "./environment-variables.ts";
import { liftLifecycle, liftProbes } from "./probe.ts";
import { liftSecurity } from "./security.ts";
import { byName, defined, filled, keyed, type Members, mapped, picked, short, unless } from "./shape.ts";

/** What the containers of an app are read with. */
export interface ContainerScope {
  readonly registry: string;
  /** Names of images that are taken as they are; those found are added. */
  readonly asIs: Set<string>;
  /** Whether the environment says which version of an image runs. */
  readonly isPinned: (name: string) => boolean;
  /** The name that a Service gives to a port of its pods which has none. */
  readonly portName: (port: number, protocol: string) => string | undefined;
  /** Name of the main container. Default: that of the first. */
  readonly main: string | undefined;
  /** What the environment puts before the names of its objects. */
  readonly prefix: string;
}

/** A container as the model has it, whatever it is there. */
export function liftContainer(container: Members, scope: ContainerScope): Members {
  const probed = probedPorts(container);
  const portName = (port: number, protocol: string) =>
    scope.portName(port, protocol) ?? (protocol === "TCP" ? probed.get(port) : undefined);
  const ports = liftPorts(container.ports, portName);
  const { terminationMessagePath, terminationMessagePolicy, resources, securityContext, volumeMounts, volumeDevices } = container;
  return defined({
    image: liftImage(container.image, scope),
    ...picked(container, ["imagePullPolicy", "command", "args", "workingDir"]),
    ports,
    env: liftVariables(container.env),
    envFrom: liftSources(container.envFrom, scope.prefix),
    resources: isRecord(resources) ? defined(resources) : undefined,
    probes: liftProbes(container, ports ?? {}),
    lifecycle: liftLifecycle(container.lifecycle, ports ?? {}),
    mounts: mapped(
      byName(volumeMounts, ({ mountPath }) => mountPath),
      liftMount,
    ),
    devices: keyed(volumeDevices, "devicePath", "name"),
    security: liftSecurity(securityContext),
    resizePolicy: keyed(container.resizePolicy, "resourceName", "restartPolicy"),
    terminationMessagePath: unless(terminationMessagePath, "/dev/termination-log"),
    terminationMessagePolicy: unless(terminationMessagePolicy, "File"),
    ...picked(container, ["stdin", "stdinOnce", "tty"]),
  });
}

/** An image without the registry that the environment puts before it. What stays without one, or without a tag, is taken as it is. */
function liftImage(image: unknown, { registry, asIs, isPinned }: ContainerScope): unknown {
  if (typeof image !== "string") return undefined;
  const { name, registry: own, tag, digest } = parseImage(image);
  if (tag === undefined && digest === undefined && !isPinned(name)) asIs.add(name);
  else if (own === undefined && registry !== "none") asIs.add(name);
  else if (image.startsWith(`${registry}/`)) {
    const rest = image.slice(registry.length + 1);
    if (parseImage(rest).registry === undefined && !asIs.has(parseImage(rest).name)) return rest;
  }
  return image;
}

function liftMount({ name, readOnly, mountPropagation, mountPath: _path, ...rest }: Members): unknown {
  const mount = { volume: name, readOnly: unless(readOnly, false), propagation: unless(mountPropagation, "None") };
  return short(defined({ ...mount, ...rest, subPath: unless(rest.subPath, "") }), "volume");
}

/** Ports by name; those without get one of the Service that leads to them, of what probes speak, or of their number. */
function liftPorts(ports: unknown, portName: ContainerScope["portName"]): Members | undefined {
  const found = new Map<string, unknown>();
  for (const item of itemsOf(ports)) {
    const { name, containerPort, protocol = "TCP", hostPort, hostIP } = membersOf(item);
    const said = unless(name, "");
    const key = typeof said === "string" ? said : keyOfPort(Number(containerPort), String(protocol), portName, found);
    if (found.has(key)) return undefined;
    const named = said === undefined || said === null ? false : undefined;
    const other = { protocol: unless(protocol, "TCP"), hostPort, hostIP: unless(hostIP, ""), named };
    found.set(key, short(defined({ port: containerPort, ...other }), "port"));
  }
  return filled(Object.fromEntries(found));
}

/** The protocols that probes speak on ports, by number. */
function probedPorts(container: Members): Map<unknown, string> {
  const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe].map(membersOf);
  return new Map(
    probes.flatMap(({ httpGet, grpc }) => [
      ...(isRecord(grpc) ? [[grpc.port, "grpc"] as const] : []),
      ...(isRecord(httpGet) ? [[httpGet.port, "http"] as const] : []),
    ]),
  );
}

function keyOfPort(port: number, protocol: string, portName: ContainerScope["portName"], taken: { has(key: string): boolean }): string {
  const name = portName(port, protocol);
  return name !== undefined && !taken.has(name) ? name : `${protocol.toLowerCase()}-${port}`;
}
