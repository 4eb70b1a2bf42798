import type { Finding, FindingHint } from "../check/index.ts";
import { stepsOf } from "../kubernetes/index.ts";
import { overlayKey } from "./overlay-keys.ts";
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
  const byName = new Map(renderings.map((rendering) => [rendering.environment, rendering]));
  const patched = new Map<string, readonly string[]>();
  const patchedPaths = ({ environment, app }: Finding) => {
    const place = `${environment}/${app}`;
    const paths = patched.get(place) ?? byName.get(environment)?.patchedPaths(app) ?? [];
    patched.set(place, paths);
    return paths;
  };
  return (finding) => {
    const text = files.get(finding.file);
    const app = byName.get(finding.environment)?.apps.get(finding.app);
    const key = keyOf(finding, app && (patchOf(finding, patchedPaths(finding)) ?? overlayKey(finding, objects.get(finding.file), app)));
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

/** The key that fixes a finding, with that of the environment where one does too. @param own the app's key, or its patch; undefined where slipway doesn't know */
function keyOf({ rule, message, resource }: Finding, own: string | undefined): string | undefined {
  if (rule !== "security/pod-standard") return own;
  // Levels have these names at the beginning of their messages.
  const level = message.startsWith("restricted") ? "baseline" : "privileged";
  return [own, `namespaces.${resource.namespace}.podSecurity: ${level}`].filter(Boolean).join(", or ");
}

/** The patch that wrote what a finding is about: it is applied after all keys. */
function patchOf({ resource, path }: Finding, patched: readonly string[]): string | undefined {
  const place = `${resource.kind} ${resource.name}:${stepsOf(path)
    .map((step) => `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("")}`;
  const found = patched.find((own) => place === own || place.startsWith(`${own}/`));
  return found && `the patch of ${found}`;
}
