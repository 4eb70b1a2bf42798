import { seen } from "../../outside/index.ts";
import { counted } from "../../problem/index.ts";
import type { Impact } from "../../review/index.ts";
import type { DifferenceKind, Replacement, Upgrade, UpgradeChange } from "../upgrade.ts";

/** What each difference is called in reports for people. */
export const differenceWords: Readonly<Record<DifferenceKind, string>> = {
  "not-served": "not served",
  refused: "refused",
  "field-lost": "unknown field",
  "field-dropped": "dropped field",
  "reference-lost": "lost reference",
  "field-effective": "field takes effect",
  "field-gained": "known field",
  served: "served from now on",
  accepted: "accepted from now on",
  default: "default",
  rendering: "rendering",
  "warning-new": "new warning",
  "warning-gone": "warning gone",
};

export const objectText = ({ environment, app, resource: { kind, namespace, name } }: UpgradeChange): string =>
  seen([kind, namespace === "" ? name : `${namespace}/${name}`, `(${[environment, app].filter(Boolean).join("/")})`].join(" "));

export const fileText = ({ file, line }: Pick<UpgradeChange, "file" | "line">): string =>
  seen(line === undefined ? file : `${file}:${line}`);

/** What to write instead, in sentences. */
export function replacementLines(
  { apiVersion, servedSince, isServedBefore, changes, isMechanical, reason }: Replacement,
  from: string,
): string[] {
  const since = servedSince === undefined ? "" : `, which is served since ${servedSince}`;
  const when = isServedBefore ? `Kubernetes ${from} serves it too, so change it before the upgrade` : "";
  return [
    `Use ${apiVersion}${since}${when ? `. ${when}` : ""}.`,
    ...changes.map((change) => `There, ${change}.`),
    isMechanical ? "--write can do it." : `--write leaves it to you: ${reason}.`,
  ];
}

/** Objects whose pods are replaced, in a sentence; the control plane itself replaces none. */
export function podsText({ changes }: Upgrade): string {
  const replacing: ReadonlySet<Impact> = new Set(["rollout", "downtime", "scale"]);
  const rolled = changes.filter(({ impact }) => replacing.has(impact));
  const quiet = "The new control plane replaces no pods by itself; a node that is drained for its upgrade does";
  if (rolled.length === 0) return `${quiet}. None of these manifests replaces pods when it is applied after the upgrade.`;
  return `${quiet}. Applied after the upgrade, ${counted(rolled.length, "object")} ${rolled.length === 1 ? "changes" : "change"} pods: ${rolled.map(objectText).slice(0, 5).join(", ")}${rolled.length > 5 ? " and others" : ""}.`;
}

export function summaryText({ from, to, changes, remarks, summary }: Upgrade): string {
  const parts = Object.entries(summary.counts)
    .filter(([, count]) => count > 0)
    .map(([impact, count]) => `${count} ${impact}`)
    .reverse();
  const left = remarks.filter(({ kind }) => kind === "not-looked-at").length;
  const unread = left > 0 ? `; not looked at: ${counted(left, "source")}` : "";
  const what = `Kubernetes ${from} -> ${to}, ${counted(summary.objects, "object")}`;
  return changes.length === 0
    ? `${what}: nothing differs${unread}.`
    : `${what}: ${counted(changes.length, "object")} affected: ${parts.join(", ")}${unread}`;
}

/** What --write did, in lines. */
export const writtenLines = ({ written = [], notWritten = [] }: Upgrade): string[] => [
  ...written.map(({ file, resource: { kind, name }, before, after }) =>
    seen(`written ${file}: ${kind} ${name} from ${before} to ${after}`),
  ),
  ...notWritten.map(({ file, resource: { kind, name }, reason }) => seen(`not written ${file}: ${kind} ${name}: ${reason}`)),
];
