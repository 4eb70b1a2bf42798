import { type ServedPath, servedPaths } from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import type { EnvironmentIndex } from "./environment-index.ts";

/** What an environment serves by Ingresses and routes of the Gateway API, but for one object. */
export const servedIn = (environment: EnvironmentIndex, except?: KubernetesObject): ServedPath[] =>
  ["Ingress", "HTTPRoute", "GRPCRoute"]
    .flatMap((kind) => environment.named(kind))
    .filter(
      ({ object: { kind, metadata } }) =>
        !except || kind !== except.kind || metadata.name !== except.metadata.name || metadata.namespace !== except.metadata.namespace,
    )
    .flatMap(({ object }) => servedPaths(object));
