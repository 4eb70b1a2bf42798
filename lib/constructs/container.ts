import type { IContainer, IContainerPort, IVolumeMount } from "kubernetes-models/v1";
import type { Container, Resources } from "../overlay/index.ts";
import { environmentSources, variables } from "./environment-variables.ts";
import { type Entries, inOrder, nonEmpty, sorted } from "./metadata.ts";
import { lifecycle, probes } from "./probe.ts";
import { containerSecurity } from "./security.ts";

/** What the containers of an app have in common. */
export interface ContainerProps {
  /** An image as its registry has it. */
  readonly imageOf: (reference: string) => string;
  readonly entries: Entries;
}

/** A container as the API has it. */
export function container(name: string, model: Container, { imageOf, entries }: ContainerProps): IContainer {
  const { image, imagePullPolicy, workingDir, terminationMessagePath, terminationMessagePolicy, stdin, stdinOnce, tty } = model;
  return {
    name,
    image: imageOf(image),
    ...{ imagePullPolicy, workingDir, terminationMessagePath, terminationMessagePolicy, stdin, stdinOnce, tty },
    ...(model.command ? { command: [...model.command] } : {}),
    ...(model.args ? { args: [...model.args] } : {}),
    ...nonEmpty("ports", ports(inOrder(entries(model.ports), model.portOrder))),
    ...nonEmpty("envFrom", environmentSources(inOrder(entries(model.envFrom), model.envFromOrder))),
    ...nonEmpty(
      "env",
      inOrder(variables(model.env, entries), model.envOrder).map(([, variable]) => variable),
    ),
    ...(model.resources ? { resources: resources(model.resources) } : {}),
    ...probes(model, entries),
    lifecycle: lifecycle(model, entries),
    ...nonEmpty("volumeMounts", mounts(inOrder(entries(model.mounts), model.mountOrder))),
    ...nonEmpty(
      "volumeDevices",
      entries(model.devices).map(([devicePath, volume]) => ({ name: volume, devicePath })),
    ),
    ...(model.security ? { securityContext: containerSecurity(model.security) } : {}),
    ...nonEmpty(
      "resizePolicy",
      entries(model.resizePolicy as Record<string, string>).map(([resourceName, restartPolicy]) => ({ resourceName, restartPolicy })),
    ),
  };
}

type MapOf<K extends "ports" | "mounts"> = NonNullable<Container[K]>;

function ports(model: readonly [string, MapOf<"ports">[string]][]): IContainerPort[] {
  return model.map(([name, port]) => {
    const { port: containerPort, named, ...rest } = typeof port === "number" ? { port, named: undefined } : port;
    return { ...(named === false ? {} : { name }), containerPort, ...rest };
  });
}

function mounts(model: readonly [string, MapOf<"mounts">[string]][]): IVolumeMount[] {
  return model.map(([mountPath, mount]) => {
    const { volume, propagation, ...rest } = typeof mount === "string" ? { volume: mount, propagation: undefined } : mount;
    return { name: volume, mountPath, ...rest, ...(propagation ? { mountPropagation: propagation } : {}) };
  });
}

/** Requests and limits as the API has them. */
export function resources({ requests, limits, claims }: Resources): IContainer["resources"] {
  return {
    ...nonEmpty("requests", quantities(requests)),
    ...nonEmpty("limits", quantities(limits)),
    ...(claims ? { claims: [...claims] } : {}),
  };
}

/** Quantities as text, which is how the API server gives them back. */
function quantities(amounts: Resources["requests"]): Record<string, string> {
  return Object.fromEntries(sorted(amounts).map(([name, amount]) => [name, String(amount)]));
}
