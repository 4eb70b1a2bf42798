import { isRecord } from "../outside/index.ts";
import { defined, keyed, type Members } from "./shape.ts";

function profile(value: unknown): Members | undefined {
  if (!isRecord(value)) return undefined;
  if (value.type === "Localhost") return { localhost: value.localhostProfile };
  return value.type === "RuntimeDefault" ? { runtimeDefault: true } : { unconfined: true };
}

/** The security context of a pod or a container; what neither has is for the schema to refuse. */
export function liftSecurity(context: unknown): Members | undefined {
  if (!isRecord(context)) return undefined;
  const { seccompProfile, appArmorProfile, sysctls, ...rest } = context;
  return defined({
    ...rest,
    seccompProfile: profile(seccompProfile),
    appArmorProfile: profile(appArmorProfile),
    sysctls: keyed(sysctls, "name", "value"),
  });
}
