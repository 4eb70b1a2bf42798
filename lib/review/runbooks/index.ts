/** What to do about a change that is refused, or that would lose something: a runbook is its value and its line here. */
import { kindNameOf } from "../../kubernetes/index.ts";
import { groupBy, groupOf } from "../../manifest/index.ts";
import type { Resource, Runbook } from "../change.ts";
import type { Draft, Sides } from "../drafts.ts";
import { isWorse } from "../impact.ts";
import type { Applications } from "../ownership.ts";
import { placeOf } from "../refusals.ts";
import * as claim from "./claim.ts";
import * as definition from "./definition.ts";
import * as loadBalancer from "./load-balancer.ts";
import * as recreate from "./recreate.ts";
import * as rolling from "./rolling.ts";
import { isSound, type Offer, type Place, type RunbookRow, type Situation, type Step } from "./runbook.ts";
import * as service from "./service.ts";
import * as servicePorts from "./service-ports.ts";
import * as serviceSelector from "./service-selector.ts";
import * as statefulSet from "./stateful-set.ts";
import * as workload from "./workload.ts";

/** The first that offers something for an object counts. */
export const runbookRows: readonly RunbookRow[] = [
  recreate,
  loadBalancer,
  statefulSet,
  workload,
  rolling,
  service,
  servicePorts,
  serviceSelector,
  claim,
  definition,
].flatMap((file) => Object.values(file));

interface Judged {
  readonly drafts: readonly Draft[];
  /** The objects that the API server's validation refuses as they would be, by their places. */
  readonly refused: ReadonlyMap<string, unknown>;
  /** Those whose manifest it would refuse even where no object is: nothing helps them but another manifest. */
  readonly invalid: ReadonlyMap<string, unknown>;
  readonly sides: Sides;
  readonly applications: Applications;
}

/** The runbooks for some changes. What is to be done alike with several objects of a kind is one. */
export function runbooksOf(judged: Judged): Runbook[] {
  const offers = judged.drafts.flatMap((draft) => offered(draft, judged));
  return [...groupBy(offers, keyOf).values()].map(joined);
}

interface Offered extends Offer {
  readonly id: string;
  readonly environment: string;
  readonly resource: Resource;
}

function offered(draft: Draft, judged: Judged): Offered[] {
  const found = refusedSituation(draft, judged) ?? elsewhereSituation(draft, judged) ?? downtimeSituation(draft, judged);
  if (!found) return [];
  const [occasion, situation] = found;
  const { application, from, to } = situation;
  if (![from, to, ...(application ? [application] : [])].every(isSound)) return [];
  for (const row of runbookRows) {
    if (row.occasion !== occasion || !row.kinds.includes(kindNameOf(situation.before))) continue;
    const offer = row.offer(situation);
    if (offer) return [{ ...offer, id: row.id, environment: draft.environment, resource: { ...draft.resource, name: from.name } }];
  }
  return [];
}

type Found = readonly [RunbookRow["occasion"], Situation];

/** An object that can't be changed, although its new manifest is a good one. */
function refusedSituation(draft: Draft, judged: Judged): Found | undefined {
  const isRefused = draft.impact === "rejected" || (judged.refused.has(placeOf(draft.resource)) && isWorse("rejected", draft.impact));
  const situation = isRefused && !judged.invalid.has(placeOf(draft.resource)) ? changeOf(draft, judged) : undefined;
  return situation && ["refused", situation];
}

/** An object whose change the server takes, and that doesn't work for a time. */
function downtimeSituation(draft: Draft, judged: Judged): Found | undefined {
  const isTaken = draft.impact === "downtime" && !judged.refused.has(placeOf(draft.resource));
  const situation = isTaken ? changeOf(draft, judged) : undefined;
  return situation && ["downtime", situation];
}

function changeOf(draft: Draft, { sides, applications }: Judged): Situation | undefined {
  const { action, pair, resource, before, after, fields } = draft;
  if (action !== "change" || !before || !after || !sides.before.fits(before) || !sides.after.fits(after)) return undefined;
  const place = { namespace: resource.namespace || (before.metadata.namespace ?? ""), name: resource.name };
  const environments = { before: sides.before.index, after: sides.after.index };
  return { before, after, from: place, to: place, fields, environments, application: applicationOf(pair.before?.app, applications) };
}

/** An object that is deleted and created by another name, or in another namespace. */
function elsewhereSituation(draft: Draft, { drafts, refused, sides, applications }: Judged): Found | undefined {
  const { action, impact, pair } = draft;
  if ((action !== "rename" && action !== "remove") || !isWorse(impact, "rejected")) return undefined;
  const before = pair.before?.object;
  const target = action === "rename" ? draft : before && movedTo(draft, drafts);
  const after = target?.pair.after?.object;
  if (!before || !target || !after || refused.has(placeOf(target.resource))) return undefined;
  if (!sides.before.fits(before) || !sides.after.fits(after)) return undefined;
  const at = ({ metadata }: typeof before): Place => ({ namespace: metadata.namespace ?? "", name: metadata.name });
  const environments = { before: sides.before.index, after: sides.after.index };
  const application = applicationOf(pair.before?.app, applications);
  return ["elsewhere", { before, after, from: at(before), to: at(after), fields: draft.fields, environments, application }];
}

/** The only object of the same kind and name that comes in another namespace. */
function movedTo({ resource }: Draft, drafts: readonly Draft[]): Draft | undefined {
  const [found, ...others] = drafts.filter(
    ({ action, resource: other }) =>
      action === "add" &&
      other.kind === resource.kind &&
      other.name === resource.name &&
      groupOf(other) === groupOf(resource) &&
      other.namespace !== "" &&
      resource.namespace !== "",
  );
  return others.length === 0 ? found : undefined;
}

function applicationOf(app: string | undefined, { before }: Applications): Place | undefined {
  const found = before.get(app ?? "");
  return found && { namespace: found.metadata.namespace ?? "argocd", name: found.metadata.name };
}

const keyOf = ({ id, environment, resource, title, downtime, keepsData, steps }: Offered) =>
  JSON.stringify([id, environment, resource.kind, title, downtime, keepsData, ...steps.map(({ text }) => text)]);

/** One runbook of what is offered for several objects: each step has the commands of all. */
function joined(offers: readonly Offered[]): Runbook {
  const [{ id, environment, title, downtime, keepsData = true, steps }] = offers as readonly [Offered];
  const joinedStep = ({ text }: Step, index: number): Step => {
    const commands = new Set(offers.flatMap((offer) => offer.steps[index]?.command?.split("\n") ?? []));
    return { text, ...(commands.size > 0 ? { command: [...commands].join("\n") } : {}) };
  };
  return { id, environment, title, objects: offers.map(({ resource }) => resource), downtime, keepsData, steps: steps.map(joinedStep) };
}
