import { painted, seen } from "../../outside/index.ts";
import { counted } from "../../problem/index.ts";
import type { Impact } from "../../review/index.ts";
import type { Difference, Upgrade, UpgradeChange } from "../upgrade.ts";
import { differenceWords, fileText, objectText, podsText, replacementLines, summaryText, writtenLines } from "./words.ts";

const colours: Partial<Record<Impact, string>> = {
  "in-place": "32",
  rollout: "36",
  scale: "36",
  unknown: "33",
  downtime: "33",
  rejected: "31",
};
/** Objects to which the same happens, of which only so many are named. */
const mostNamed = 3;
const mostRemarks = 8;

/** For a terminal: the worst first; objects to which the same happens stand together. */
export function textReport(upgrade: Upgrade, coloured: boolean): string {
  const paint = (code: string, words: string) => painted(coloured ? code : "", words);
  const groups = alike(upgrade.changes).flatMap((changes) => groupLines(changes, upgrade, paint));
  const { remarks } = upgrade;
  const left = remarks.length - mostRemarks;
  return `${[
    ...groups,
    ...writtenLines(upgrade),
    podsText(upgrade),
    summaryText(upgrade),
    ...remarks.slice(0, mostRemarks).map(({ kind, text }) => `  ${kind === "assumption" ? "assumed: " : "not looked at: "}${seen(text)}`),
    ...(left > 0 ? [`  and ${left} more; --format json lists them`] : []),
  ].join("\n")}\n`;
}

/** Changes by what they are, in their order. */
export function alike(changes: readonly UpgradeChange[]): UpgradeChange[][] {
  const groups = new Map<string, UpgradeChange[]>();
  for (const change of changes) {
    const { impact, resource, differences, replacement } = change;
    const own = differences.map(({ kind, path, message }) => [kind, path, message.replaceAll(resource.name, "(name)")]);
    const key = JSON.stringify([impact, resource.kind, own, replacement]);
    const group = groups.get(key);
    if (group) group.push(change);
    else groups.set(key, [change]);
  }
  return [...groups.values()];
}

function groupLines(changes: readonly UpgradeChange[], { from }: Upgrade, paint: (code: string, words: string) => string): string[] {
  const [first] = changes;
  if (first === undefined) return [];
  const others = changes.length - mostNamed;
  const { impact, differences, replacement } = first;
  return [
    ...changes
      .slice(0, mostNamed)
      .map((change) => `${paint(colours[impact] ?? "2", impact.padEnd(9))} ${paint("1", objectText(change))}  ${fileText(change)}`),
    ...(others > 0 ? [`          and ${counted(others, "more object")}`] : []),
    ...differences.flatMap((difference) => differenceLines(difference, replacement === undefined)),
    ...(replacement ? replacementLines(replacement, from).map((line) => `    ${seen(line)}`) : []),
    "",
  ];
}

function differenceLines({ kind, path, message, fix }: Difference, isFixShown: boolean): string[] {
  const place = path === "" ? "" : `${seen(path)}: `;
  const shown = fix !== undefined && (isFixShown || kind !== "not-served");
  return [`  ${differenceWords[kind]}: ${place}${seen(message)}`, ...(shown ? [`    ${seen(fix)}`] : [])];
}
