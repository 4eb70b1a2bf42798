import { groupBy } from "../manifest/index.ts";
import { seen } from "../outside/index.ts";
import { counted } from "../problem/index.ts";
import type { Coverage } from "./coverage.ts";

/** Skipped files of a kind that are listed by name. */
const mostNamed = 3;

/** Sources that weren't rendered of which a person is shown why; of more there is the number. */
const mostReasons = 8;

/**
 * What a check couldn't judge, a line each; nothing where it judged all.
 * @param most sources that weren't rendered which are named. Default: as many as a person reads
 */
export function gapLines(coverage: Coverage, most = mostReasons): string[] {
  const { withoutSchema, rulesNotEvaluated, referencesOutside, skipped, notRendered } = coverage;
  const kinds = withoutSchema.map(({ apiVersion, kind, count: own }) => `${own} ${apiVersion} ${kind}`).join(", ");
  const outside = referencesOutside.map(({ kind, count: own }) => counted(own, kind)).join(", ");
  const reasons = [...groupBy(skipped, ({ reason }) => reason)]
    .map(([reason, files]) => (files.length > mostNamed ? reason : `${reason} (${files.map(({ file }) => file).join(", ")})`))
    .join("; ");
  return [
    ...(withoutSchema.length > 0 ? [`no schema is known for ${counted(total(withoutSchema), "object")}: ${kinds}`] : []),
    ...(rulesNotEvaluated.length > 0 ? [`not evaluated: ${rulesNotEvaluated.join(", ")}`] : []),
    ...(referencesOutside.length > 0
      ? [`${counted(total(referencesOutside), "reference")} led outside what was given: ${outside}; --complete makes them errors`]
      : []),
    ...(skipped.length > 0 ? [`skipped ${counted(skipped.length, "document")}: ${reasons}`] : []),
    ...notRendered.slice(0, most).map(({ source, reason }) => `not rendered: ${source}: ${reason}`),
    ...(notRendered.length > most ? [`not rendered: ${counted(notRendered.length - most, "more source")}; --format json lists them`] : []),
  ].map(seen);
}

/** Sources that are listed by name; of more there is the number. */
const mostListed = 6;

/** What the manifests were read from, in a line; nothing where that is files alone. */
export function sourceLines({ sources }: Coverage): string[] {
  if (sources.every(({ kind }) => kind === "files")) return [];
  const parts = (["kustomization", "chart"] as const).flatMap((kind) => {
    const own = sources.filter((source) => source.kind === kind);
    const names = own.length > mostListed ? "" : ` (${own.map(({ source }) => source).join(", ")})`;
    return own.length === 0 ? [] : `${counted(own.length, kind)}${names}`;
  });
  const plain = sources.filter(({ kind, manifests }) => kind === "files" && manifests > 0);
  const manifests = plain.reduce((sum, source) => sum + source.manifests, 0);
  return [seen(`looked at ${[...parts, ...(manifests > 0 ? [`${counted(manifests, "manifest")} in plain files`] : [])].join(", ")}`)];
}

const total = (list: readonly { readonly count: number }[]) => list.reduce((sum, { count }) => sum + count, 0);
