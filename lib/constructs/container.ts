import type { IContainer, IContainerPort, IVolumeMount } from "kubernetes-models/v1";
import { qualified } from "../kubernetes/index.ts";
import type { Container, Resources } from "../overlay/index.ts";
import { environmentSources, environmentVariables } from "./environment-variables.ts";
import { nonEmpty, sorted } from "./metadata.ts";
import { lifecycle, probes } from "./probe.ts";
import { containerSecurity } from "./security.ts";

/** A container as the API has it; `registry` goes before an image repository of our own. */
export function container(name: string, model: Container, registry: string): IContainer {
  const { image, imagePullPolicy, workingDir, terminationMessagePath, terminationMessagePolicy, stdin, stdinOnce, tty } = model;
  return {
    name,
    image: qualified(registry, image),
    ...{ imagePullPolicy, workingDir, terminationMessagePath, terminationMessagePolicy, stdin, stdinOnce, tty },
    ...(model.command ? { command: [...model.command] } : {}),
    ...(model.args ? { args: [...model.args] } : {}),
    ...nonEmpty("ports", ports(model.ports)),
    ...nonEmpty("envFrom", environmentSources(model.envFrom)),
    ...nonEmpty("env", environmentVariables(model.env)),
    ...(model.resources ? { resources: resources(model.resources) } : {}),
    ...probes(model),
    lifecycle: lifecycle(model),
    ...nonEmpty("volumeMounts", mounts(model.mounts)),
    ...nonEmpty(
      "volumeDevices",
      sorted(model.devices).map(([devicePath, volume]) => ({ name: volume, devicePath })),
    ),
    ...(model.security ? { securityContext: containerSecurity(model.security) } : {}),
    ...nonEmpty(
      "resizePolicy",
      sorted(model.resizePolicy as Record<string, string>).map(([resourceName, restartPolicy]) => ({ resourceName, restartPolicy })),
    ),
  };
}

function ports(model: Container["ports"]): IContainerPort[] {
  return sorted(model).map(([name, port]) => {
    const { port: containerPort, ...rest } = typeof port === "number" ? { port } : port;
    return { name, containerPort, ...rest };
  });
}

function mounts(model: Container["mounts"]): IVolumeMount[] {
  return sorted(model).map(([mountPath, mount]) => {
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
