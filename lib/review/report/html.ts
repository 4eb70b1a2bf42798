import { escaped, seen } from "../../outside/index.ts";
import { page } from "../../page/index.ts";
import { counted } from "../../problem/index.ts";
import type { Change, Review, RunbookStep } from "../change.ts";
import { type Line, linesOf, placesText, sectionsOf } from "../group.ts";
import { headlinesOf } from "../headline.ts";
import { type Detail, detailsOf } from "./details.ts";
import { leftText, type ValueDifference } from "./difference.ts";
import { commandLines, runbooksHeading, runbookText } from "./runbooks.ts";
import { certificateLines, summaryText } from "./text.ts";
import { objectText, shownValue, verdictText } from "./words.ts";

/** Bytes of details, past which lines have none: a page that a browser and a phone open at once. */
const mostBytes = 900_000;
const mostObjects = 200;
const mostFields = 100;

/** One page that needs nothing beside it: lines to unfold and a filter; it works without a script, in the dark and on a phone. */
export function htmlReport(review: Review): string {
  const lines = linesOf(review);
  const { main, definitions } = sectionsOf(lines);
  const runbooks = runbooksHtml(review);
  let room = mostBytes - Buffer.byteLength(runbooks);
  const withRoom = (line: Line) => {
    const shown = lineHtml(line, detailsHtml(line));
    room -= Buffer.byteLength(shown);
    return room >= 0 ? shown : lineHtml(line, `<p>${counted(line.changes.length, "object")}: the JSON report has them</p>`);
  };
  const verdict = verdictText(review);
  const headlines = headlinesOf(review).map(({ about, text }) => `<li><b>${about}</b>: ${escaped(text)}</li>`);
  const filter =
    '<p><label>Filter <input type="search" id="filter" placeholder="app, environment, kind or field"></label> <span id="count" role="status"></span></p>';
  return page({
    title: `Review: ${verdict.text}`,
    style,
    script,
    body: `<h1>Review: <span class="impact ${verdict.impact}">${verdict.text}</span></h1>
<p>${escaped(summaryText(review))}</p>
${headlines.length > 0 ? `<ul class="headlines">${headlines.join("")}</ul>` : ""}
${lines.length > 0 ? filter : ""}
${main.map(withRoom).join("\n")}
${definitions.length > 0 ? `<h2 class="section">CRDs</h2>\n${definitions.map(withRoom).join("\n")}` : ""}
${runbooks}
${review.remarks.length > 0 ? `<ul>${review.remarks.map(({ text }) => `<li>${escaped(text)}</li>`).join("")}</ul>` : ""}
${certificateLines(review)
  .map((line) => `<p><strong>${escaped(line)}</strong></p>`)
  .join("")}`,
  });
}

/** Bytes of runbooks: the details need room too. */
const mostOfRunbooks = 200_000;
/** Lines of commands of a step. */
const mostCommands = 20;

function runbooksHtml(review: Review): string {
  const { runbooks } = review;
  if (runbooks.length === 0) return "";
  const shown: string[] = [];
  let room = mostOfRunbooks;
  for (const runbook of runbooks) {
    const text = `<details class="runbook"><summary>${escaped(runbookText(runbook, review))}</summary>
<ol>${runbook.steps.map(stepHtml).join("\n")}</ol>
</details>`;
    room -= Buffer.byteLength(text);
    if (room < 0) break;
    shown.push(text);
  }
  const left = runbooks.length - shown.length;
  const others = left > 0 ? `\n<p>and ${counted(left, "more runbook")}: the JSON report has all</p>` : "";
  return `<h2 class="section">${runbooksHeading}</h2>\n${shown.join("\n")}${others}`;
}

function stepHtml({ text, command }: RunbookStep): string {
  const { lines, left } = commandLines(command, mostCommands);
  const commands = lines.length > 0 ? `<pre>${lines.map((line) => escaped(seen(line))).join("\n")}</pre>` : "";
  return `<li>${escaped(text)}${commands}${left > 0 ? `and ${counted(left, "more command")}: the JSON report has all` : ""}</li>`;
}

function lineHtml(line: Line, details: string): string {
  return `<details class="line"><summary><span class="impact ${line.impact}">${line.impact}</span> <strong>${escaped(line.what)}</strong> <span class="where">${escaped(placesText(line))}</span><br><span class="why">${escaped(line.reason)}</span></summary>
${details}
</details>`;
}

function detailsHtml(line: Line): string {
  const others = line.changes.length - mostObjects;
  const objects = line.changes.slice(0, mostObjects).map((change) => changeHtml(change, line));
  return [...objects, ...(others > 0 ? [`<p>and ${counted(others, "more object")}: the JSON report has all</p>`] : [])].join("\n");
}

function changeHtml(change: Change, line: Line): string {
  const details = detailsOf(change);
  const rows = details.slice(0, mostFields).map(rowHtml);
  const others = details.length - mostFields;
  if (others > 0) rows.push(`<tr><td colspan="4">and ${counted(others, "more field")}: the JSON report has all</td></tr>`);
  const heads = ["field", "before", "after", "what it does"].map((head) => `<th scope="col">${head}</th>`).join("");
  const table = `<div class="scroll"><table><thead><tr>${heads}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
  const notes = change.notes.map(({ flag, text }) => `<li><b>${flag}</b> ${escaped(text)}</li>`);
  return `<section><h2>${escaped(objectText(change, line))}</h2>
${notes.length > 0 ? `<ul>${notes.join("")}</ul>` : ""}
${rows.length > 0 ? table : `<p>${escaped(change.reason)}</p>`}
</section>`;
}

function rowHtml({ what, before, after, difference, impact, reason }: Detail): string {
  const values = difference
    ? `<td colspan="2">${differenceHtml(difference)}</td>`
    : `<td><del>${escaped(shownValue(before, 500))}</del></td><td><ins>${escaped(shownValue(after, 500))}</ins></td>`;
  return `<tr><th scope="row">${escaped(what)}</th>${values}<td><span class="impact ${impact}">${impact}</span> ${escaped(reason)}</td></tr>`;
}

const elements = { "-": "del", "+": "ins", "~": "span" } as const;

function differenceHtml(difference: ValueDifference): string {
  const lines = difference.lines.map(({ sign, text }) => `<${elements[sign]}>${sign} ${escaped(seen(text))}</${elements[sign]}>`);
  const left = leftText(difference);
  return lines.length > 0 ? `<pre>${[...lines, ...(left ? [left] : [])].join("\n")}</pre>` : "";
}

const style = `
.line,.runbook{border:1px solid var(--line);border-radius:6px;margin:.5rem 0;padding:.5rem .8rem}
summary{cursor:pointer}.where,.why{color:var(--soft)}
.impact{border-radius:1em;padding:.1em .6em;font-size:.85em;font-weight:600;border:1px solid;color:var(--blue)}
.none,.in-place{color:var(--green)}.unknown{color:var(--orange)}.downtime{color:var(--orange)}.rejected,.deletion,.data-loss{color:var(--red)}
td,th{overflow-wrap:anywhere}th[scope=row]{font:13px ui-monospace,monospace;min-width:12rem}td{font-size:.9rem;min-width:6rem}
pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.4 ui-monospace,monospace}.headlines{padding-left:1.2rem;margin:.4rem 0}
summary,li{overflow-wrap:anywhere}
@media(max-width:40rem){thead{display:none}tr{display:block;border-top:1px solid var(--line);padding:.3rem 0}.scroll th,.scroll td{display:block;border:0;padding:.1rem 0}td:empty{display:none}td>del::before{content:"- "}td>ins::before{content:"+ "}}
del{color:var(--red);text-decoration:none}ins{color:var(--green);text-decoration:none}
`;

const script = `
const filter=document.getElementById("filter"),count=document.getElementById("count"),lines=[...document.querySelectorAll(".line")];
const texts=lines.map(line=>line.textContent.toLowerCase());
filter?.addEventListener("input",()=>{
  const words=filter.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown=0;
  lines.forEach((line,index)=>{line.hidden=!words.every(word=>texts[index].includes(word));if(!line.hidden)shown++});
  count.textContent=words.length?shown+" of "+lines.length:"";
});
`;
