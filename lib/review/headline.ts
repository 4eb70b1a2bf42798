import { kindNameOf } from "../kubernetes/index.ts";
import { groupOf } from "../manifest/index.ts";
import { isLost, isTakenAlong, objectsText, resourceText, subjectOf } from "./carried.ts";
import type { Change, Review } from "./change.ts";
import { isOwnGroup, runsPods, tableOf } from "./impact/index.ts";
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
  const gone = changes.filter(isGone);
  const down = changes.filter(({ impact }) => impact === "downtime");
  const pods = [
    ...phrase(
      "stop for a time",
      down.filter((change) => !isService(change)),
    ),
    ...phrase("get no requests", down.filter(isService)),
    ...phrase(
      "replaced while the app stays up",
      replaced.filter(({ resource }) => resource.kind !== "Job"),
    ),
    ...phrase(
      "run again",
      replaced.filter(({ resource }) => resource.kind === "Job"),
    ),
    ...phrase(
      "start, or change in number",
      changes.filter((change) => change.impact === "scale" || isScaledWithLoss(change)),
    ),
    ...phrase(
      "not known",
      changes.filter((change) => change.impact === "unknown" || (isGone(change) && isOfUnknownOperator(change))),
    ),
    ...phrase(
      "deleted with their owner",
      gone.filter(({ resource }) => runsPods(resource)),
    ),
    ...phrase(
      "deleted with their namespace",
      gone.filter(({ resource }) => kindNameOf(resource) === "Namespace"),
    ),
  ];
  const lost = [...of("data-loss", "data may be lost"), ...of("deletion", "deleted")];
  const refused = changes.filter(({ impact }) => impact === "rejected");
  return [
    { about: "Pods", text: pods.join("; ") || "none of these manifests' pods is replaced, and their number stays" },
    { about: "Refused", text: refused.length > 0 ? namesOf(refused) : "nothing" },
    { about: "Lost", text: lost.join("; ") || "nothing is deleted" },
  ];
}

const isService = ({ resource }: Change) => kindNameOf(resource) === "Service";
const phrase = (what: string, changes: readonly Change[]) => (changes.length > 0 ? [`${what}: ${namesOf(changes)}`] : []);
/** Whether the object itself goes, and not only data of it. */
const isGone = (change: Change) =>
  isTakenAlong(change) || ((change.action === "remove" || change.action === "rename") && isLost(change.impact));

/** Whether an object is of a kind that isn't Kubernetes' own and has no table: it may run pods. */
const isOfUnknownOperator = ({ resource }: Change) => tableOf(resource) === undefined && !isOwnGroup(groupOf(resource));

/** Whether a workload stays, and loses data with some of its pods. */
const isScaledWithLoss = (change: Change) =>
  change.action === "change" && isLost(change.impact) && !isTakenAlong(change) && runsPods(change.resource);

/** Objects that are named in a headline. */
const mostNamed = 5;

function namesOf(changes: readonly Change[]): string {
  const names = [...new Set(changes.map((change) => resourceText(subjectOf(change))))];
  if (names.length <= mostNamed) return names.join(", ");
  const kinds = new Set(changes.map(({ resource }) => resource.kind));
  if (kinds.size === 1) return objectsText(changes.map(({ resource }) => resource));
  const shown = names.slice(0, mostNamed - 1);
  return `${shown.join(", ")} and ${names.length - shown.length} more`;
}
