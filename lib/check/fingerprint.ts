import { createHash } from "node:crypto";
import type { ShownFinding } from "./shown.ts";

/** Findings, each with a fingerprint that leaves lines and indexes out, so that it survives moves. Equal findings count up. */
export function withFingerprints(findings: readonly ShownFinding[]): (ShownFinding & { readonly fingerprint: string })[] {
  const counts = new Map<string, number>();
  return findings.map((shown) => {
    const { rule, environment, app, resource, path, message } = shown.finding;
    const { kind, namespace, name } = resource;
    const place = [rule, environment, app, kind, namespace, name, path.replace(/\[\d+\]/g, "[]"), message].join("\0");
    const nth = counts.get(place) ?? 0;
    counts.set(place, nth + 1);
    return { ...shown, fingerprint: createHash("sha256").update(`${place}\0${nth}`).digest("hex") };
  });
}
