import { isWorkload, objectsText, resourceText } from "./carried.ts";
import type { Change, Review } from "./change.ts";
import type { Impact } from "./impact.ts";

/** One of the three questions a reviewer has first, with its answer. */
export interface Headline {
  readonly about: "Pods" | "Refused" | "Lost";
  readonly text: string;
}

/** What happens to pods, what is refused and what is lost; none where nothing changes in the cluster. */
export function headlinesOf({ changes }: Review): Headline[] {
  if (changes.every(({ impact }) => impact === "none")) return [];
  const of = (impact: Impact, what: string) =>
    phrase(
      what,
      changes.filter((change) => change.impact === impact),
    );
  const replaced = changes.filter(({ impact }) => impact === "rollout");
  const gone = changes.filter(({ action, impact, resource }) => action !== "add" && isLost(impact) && isWorkload(resource));
  const pods = [
    ...of("downtime", "stop for a time"),
    ...phrase(
      "replaced while the app stays up",
      replaced.filter(({ resource }) => resource.kind !== "Job"),
    ),
    ...phrase(
      "run again",
      replaced.filter(({ resource }) => resource.kind === "Job"),
    ),
    ...of("scale", "start, or change in number"),
    ...of("unknown", "not known"),
    ...phrase("deleted with their owner", gone),
  ];
  const lost = [...of("data-loss", "data may be lost"), ...of("deletion", "deleted")];
  const refused = changes.filter(({ impact }) => impact === "rejected");
  return [
    { about: "Pods", text: pods.join("; ") || "none is replaced, and their number stays" },
    { about: "Refused", text: refused.length > 0 ? namesOf(refused) : "nothing" },
    { about: "Lost", text: lost.join("; ") || "nothing is deleted" },
  ];
}

const phrase = (what: string, changes: readonly Change[]) => (changes.length > 0 ? [`${what}: ${namesOf(changes)}`] : []);
const isLost = (impact: Impact) => impact === "deletion" || impact === "data-loss";

/** The name of the object that something happens to: what is renamed is deleted under its old one. */
const nameOf = ({ action, resource, fields: [first] }: Change) =>
  action === "rename" && typeof first?.before === "string" ? first.before : resource.name;

/** Objects that are named in a headline. */
const mostNamed = 5;

function namesOf(changes: readonly Change[]): string {
  const names = [...new Set(changes.map((change) => resourceText({ ...change.resource, name: nameOf(change) })))];
  if (names.length <= mostNamed) return names.join(", ");
  const kinds = new Set(changes.map(({ resource }) => resource.kind));
  if (kinds.size === 1) return objectsText(changes.map(({ resource }) => resource));
  const shown = names.slice(0, mostNamed - 1);
  return `${shown.join(", ")} and ${names.length - shown.length} more`;
}
