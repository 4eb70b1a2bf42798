import type { IPodSecurityContext, ISecurityContext } from "kubernetes-models/v1";
import type { ContainerSecurity, PodSecurity, SecurityProfile } from "../overlay/index.ts";
import type { Entries } from "./metadata.ts";

function profile(value: SecurityProfile) {
  if (value.localhost !== undefined) return { type: "Localhost" as const, localhostProfile: value.localhost };
  return { type: value.runtimeDefault ? ("RuntimeDefault" as const) : ("Unconfined" as const) };
}

function profiles({ seccompProfile, appArmorProfile }: Pick<ContainerSecurity, "seccompProfile" | "appArmorProfile">) {
  return {
    ...(seccompProfile ? { seccompProfile: profile(seccompProfile) } : {}),
    ...(appArmorProfile ? { appArmorProfile: profile(appArmorProfile) } : {}),
  };
}

export function podSecurity(security: PodSecurity, entries: Entries): IPodSecurityContext {
  const { seccompProfile, appArmorProfile, sysctls, supplementalGroups, ...rest } = security;
  return {
    ...rest,
    ...profiles({ seccompProfile, appArmorProfile }),
    ...(supplementalGroups ? { supplementalGroups: [...supplementalGroups] } : {}),
    ...(sysctls ? { sysctls: entries(sysctls).map(([name, value]) => ({ name, value })) } : {}),
  };
}

export function containerSecurity(security: ContainerSecurity): ISecurityContext {
  const { seccompProfile, appArmorProfile, capabilities, ...rest } = security;
  const { add, drop } = capabilities ?? {};
  return {
    ...rest,
    ...profiles({ seccompProfile, appArmorProfile }),
    ...(capabilities ? { capabilities: { ...(add ? { add: [...add] } : {}), ...(drop ? { drop: [...drop] } : {}) } } : {}),
  };
}
