import { kindNameOf } from "../kubernetes/index.ts";
import { groupOf } from "../manifest/index.ts";
import { isLost, isTakenAlong, objectsText, resourceText, subjectOf } from "./carried.ts";
import type { Change, Review } from "./change.ts";
import { templateVersion } from "./cloudformation/index.ts";
import { isOwnGroup, runsPods, tableOf } from "./impact/index.ts";
import type { Impact } from "./impact.ts";

/** One of the three questions a reviewer has first, with its answer. */
export interface Headline {
  readonly about: "Pods" | "Stacks" | "Refused" | "Lost";
  readonly text: string;
}

/** What happens to pods and stacks, what is refused and what is lost; none where nothing changes. */
export function headlinesOf({ changes }: Review): Headline[] {
  if (changes.every(({ impact }) => impact === "none")) return [];
  const of = (impact: Impact, what: string) => phrase(what, ofImpact(changes, impact));
  const stacks = changes.filter(isOfStack);
  const objects = changes.filter((change) => !isOfStack(change));
  const lost = [...of("data-loss", "data may be lost"), ...of("deletion", "deleted")];
  const refused = ofImpact(changes, "rejected");
  return [
    ...(objects.length > 0 ? [podsHeadline(objects)] : []),
    ...(stacks.length > 0 ? [stacksHeadline(stacks)] : []),
    { about: "Refused", text: refused.length > 0 ? namesOf(refused) : "nothing" },
    { about: "Lost", text: lost.join("; ") || "nothing is deleted" },
  ];
}

const ofImpact = (changes: readonly Change[], impact: Impact) => changes.filter((change) => change.impact === impact);
const isOfStack = ({ resource }: Change) => resource.apiVersion === templateVersion;

/** What happens to the resources of stacks that stay or are replaced. */
function stacksHeadline(changes: readonly Change[]): Headline {
  const texts = [
    ...phrase(
      "replaced, without what the old one keeps",
      ofImpact(changes, "data-loss").filter(({ action }) => action !== "remove"),
    ),
    ...phrase("interrupted, or with another address", ofImpact(changes, "downtime")),
    ...phrase("replaced while the old one stays up", ofImpact(changes, "rollout")),
    ...phrase("not known", ofImpact(changes, "unknown")),
  ];
  return { about: "Stacks", text: texts.join("; ") || "no resource that stays is replaced or interrupted" };
}

function podsHeadline(changes: readonly Change[]): Headline {
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
  return { about: "Pods", text: pods.join("; ") || "none of these manifests' pods is replaced, and their number stays" };
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
