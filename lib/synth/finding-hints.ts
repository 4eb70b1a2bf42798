import type { Finding, FindingHint } from "../check/index.ts";
import { isObject } from "../overlay/index.ts";
import type { Rendering } from "./render.ts";

/** Lines that are quoted for a finding: the one it is about, those around it, and no more than a person reads. */
const [linesBefore, linesAfter, mostShown] = [1, 3, 100];

/** What a rendering knows of a finding beyond its report: the YAML that wasn't written, and the overlay's key that decides it. */
export function hintsOf(renderings: readonly Rendering[], out: string): (finding: Finding) => FindingHint {
  const files = new Map<string, string>(
    renderings.flatMap((rendering) => [...rendering.files].map(([path, text]) => [`${out}/${path}`, text] as const)),
  );
  const objects = new Map<string, object>(
    renderings.flatMap(({ manifests }) => manifests.map(({ path, object }) => [`${out}/${path}`, object] as const)),
  );
  return (finding) => {
    const text = files.get(finding.file);
    const key = keyOf(finding, objects.get(finding.file));
    return { ...(text === undefined ? {} : { lines: quoted(text, finding.line ?? 1) }), ...(key === undefined ? {} : { key }) };
  };
}

function quoted(text: string, line: number): string[] {
  const lines = text.trimEnd().split("\n");
  const from = Math.max(0, line - 1 - linesBefore);
  const shown = lines.slice(from, line + linesAfter);
  const width = String(from + shown.length).length;
  return shown.map((content, index) => {
    const number = from + index + 1;
    return `${number === line ? ">" : " "} ${String(number).padStart(width)} | ${content.length > mostShown ? `${content.slice(0, mostShown - 3)}...` : content}`;
  });
}

/** Fields of a container, with the key of an app's container that says them. The most special come first. */
const containerKeys: readonly (readonly [field: string, key: string])[] = [
  ["securityContext", "security"],
  ["resources", "resources"],
  ["image", "image"],
  ["imagePullPolicy", "imagePullPolicy"],
  ["ports", "ports"],
  ["livenessProbe", "probes.liveness"],
  ["readinessProbe", "probes.readiness"],
  ["startupProbe", "probes.startup"],
  ["lifecycle", "lifecycle"],
  ["envFrom", "envFrom"],
  ["env", "env"],
  ["volumeMounts", "mounts"],
];

/** The key of the overlay that decides what a finding is about; undefined where slipway doesn't know. */
function keyOf(finding: Finding, object: unknown): string | undefined {
  const { rule, message, resource } = finding;
  const own = containerKey(finding, object);
  if (rule !== "security/pod-standard") return own;
  // Levels have these names at the beginning of their messages.
  const level = message.startsWith("restricted") ? "baseline" : "privileged";
  return [own, `namespaces.${resource.namespace}.podSecurity: ${level}`].filter(Boolean).join(", or ");
}

/** The key of the app's container that a path of a workload's main container comes from. */
function containerKey({ path, app }: Finding, object: unknown): string | undefined {
  const [, pod, index, field] = /^(.*)\.containers\[(\d+)\]\.?(\w+)?/.exec(path) ?? [];
  if (pod === undefined || containerName(object, pod, Number(index)) !== app) return undefined;
  return ["container", containerKeys.find(([name]) => name === field)?.[1]].filter(Boolean).join(".");
}

/** The name of a container of a workload, of which the main one has the app's unless it says another. */
function containerName(object: unknown, pod: string, index: number): unknown {
  const spec = pod.split(".").reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), object);
  const containers = isObject(spec) ? spec.containers : undefined;
  const container: unknown = Array.isArray(containers) ? containers[index] : undefined;
  return isObject(container) ? container.name : undefined;
}
