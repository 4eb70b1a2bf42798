import { isRecord } from "../../outside/index.ts";
import type { Problem } from "../../problem/index.ts";

/** What is wrong with the arguments of a simulator, which code without types may pass. */
export function argumentProblems(template: unknown, options: unknown): Problem[] {
  const { backend, apiKeys, headerNames }: Readonly<Record<string, unknown>> = isRecord(options) ? options : {};
  const isAddress = (backend instanceof URL || typeof backend === "string") && /^https?:$/.test(protocolOf(String(backend)));
  return [
    ...(isRecord(template) && isRecord(template.Resources)
      ? []
      : [
          {
            path: "template",
            message: "expected a CloudFormation template, an object with Resources",
            fix: "Pass the template of a gateway stack.",
          },
        ]),
    ...(isAddress
      ? []
      : [
          {
            path: "backend",
            message: "expected the http or https address of the server that stands for the apps",
            fix: 'Pass backend: "http://127.0.0.1:PORT".',
          },
        ]),
    ...(apiKeys === undefined || (Array.isArray(apiKeys) && apiKeys.every((key) => typeof key === "string"))
      ? []
      : [{ path: "apiKeys", message: "expected a list of texts", fix: 'Pass the values of the keys: apiKeys: ["..."].' }]),
    ...(headerNames === undefined || headerNames === "exact" || headerNames === "any-case"
      ? []
      : [{ path: "headerNames", message: 'expected one of "exact", "any-case"', fix: "Pass one of them, or leave it out." }]),
  ];
}

const protocolOf = (address: string) => (URL.canParse(address) ? new URL(address).protocol : "");
