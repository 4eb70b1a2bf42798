import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import type { ResolvedEnvironment } from "../overlay/index.ts";
import { nonEmpty, syncOptions } from "./metadata.ts";

/**
 * A namespace, with the Pod Security Standard it enforces (https://kubernetes.io/docs/concepts/security/pod-security-admission/).
 * Argo CD asks before it prunes or deletes one: everything in it would go too.
 */
export class Namespace extends ApiObject {
  constructor(scope: Construct, id: string, { settings }: ResolvedEnvironment, name: string) {
    const own = settings.namespaces?.[name];
    const level = own?.podSecurity ?? settings.podSecurity ?? "restricted";
    super(scope, id, {
      ...k8s.KubeNamespace.GVK,
      metadata: {
        name,
        labels: {
          ...settings.labels,
          "pod-security.kubernetes.io/enforce": level,
          "pod-security.kubernetes.io/enforce-version": `v${settings.kubernetes}`,
          "pod-security.kubernetes.io/warn": level === "privileged" ? "privileged" : "restricted",
          ...own?.labels,
        },
        ...nonEmpty("annotations", { ...syncOptions("Prune=confirm", "Delete=confirm"), ...own?.annotations }),
      },
    });
  }
}

/** The namespaces an environment makes: those its apps and a Gateway of its own are in and those its settings name, unless something else creates them. */
export function namespacesOf({ settings, apps }: ResolvedEnvironment): string[] {
  const { create, parent } = settings.routing?.gateway ?? {};
  const ofGateway = create && parent ? [parent.namespace] : [];
  const names = new Set([...apps.map((app) => app.spec.namespace), ...ofGateway, ...Object.keys(settings.namespaces ?? {})]);
  return [...names].filter((name) => settings.namespaces?.[name]?.create !== false).sort();
}
