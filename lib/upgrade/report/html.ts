import { escaped } from "../../outside/index.ts";
import { page } from "../../page/index.ts";
import { counted } from "../../problem/index.ts";
import type { Upgrade, UpgradeChange } from "../upgrade.ts";
import { alike } from "./text.ts";
import { differenceWords, fileText, objectText, podsText, replacementLines, summaryText, writtenLines } from "./words.ts";

/** Objects of a kind of change that are named: a page that a phone opens. */
const mostNamed = 200;

/** One page that needs nothing beside it: what the upgrade means, the worst first, with the objects to unfold. */
export function htmlReport(upgrade: Upgrade): string {
  const { from, to, remarks, summary } = upgrade;
  const title = `Upgrade of Kubernetes ${from} to ${to}`;
  return page({
    title,
    style,
    script: "",
    body: `<h1>${escaped(title)}: <span class="impact ${summary.impact}">${upgrade.changes.length === 0 ? "nothing differs" : summary.impact}</span></h1>
<p>${escaped(summaryText(upgrade))}</p>
<p>${escaped(podsText(upgrade))}</p>
${alike(upgrade.changes)
  .map((changes) => groupHtml(changes, from))
  .join("\n")}
${listHtml(writtenLines(upgrade))}
${listHtml(remarks.map(({ kind, text }) => `${kind === "assumption" ? "assumed" : "not looked at"}: ${text}`))}`,
  });
}

const listHtml = (lines: readonly string[]) =>
  lines.length === 0 ? "" : `<ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join("")}</ul>`;

function groupHtml(changes: readonly UpgradeChange[], from: string): string {
  const [first] = changes;
  if (first === undefined) return "";
  const { impact, resource, differences, replacement } = first;
  const shown = changes
    .slice(0, mostNamed)
    .map((change) => `<li>${escaped(objectText(change))} <code>${escaped(fileText(change))}</code></li>`);
  const others = changes.length - mostNamed;
  const what = differences.map(({ kind, path, message, fix }) => {
    const place = path === "" ? "" : `<code>${escaped(path)}</code> `;
    const isShown = fix !== undefined && (replacement === undefined || kind !== "not-served");
    return `<li><b>${escaped(differenceWords[kind])}</b>: ${place}${escaped(message)}${isShown ? `<br>${escaped(fix)}` : ""}</li>`;
  });
  const instead = replacement ? replacementLines(replacement, from).map((line) => `<li>${escaped(line)}</li>`) : [];
  return `<details open><summary><span class="impact ${impact}">${impact}</span> ${escaped(resource.kind)}, ${counted(changes.length, "object")}</summary>
<ul>${[...what, ...instead].join("")}</ul>
<ul>${shown.join("")}${others > 0 ? `<li>and ${counted(others, "more object")}</li>` : ""}</ul></details>`;
}

const style = `
details{border:1px solid var(--line);border-radius:6px;padding:.4rem .8rem;margin:.6rem 0}summary{cursor:pointer;font-weight:600}
.impact.rejected{color:var(--red)}.impact.unknown,.impact.downtime{color:var(--orange)}.impact.rollout,.impact.scale{color:var(--blue)}.impact.in-place{color:var(--green)}
`;
