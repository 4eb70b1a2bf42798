import { randomBytes } from "node:crypto";
import { readdirSync, realpathSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { manifestFiles } from "../../kubernetes/index.ts";
import { errorCode, readText, UnreadableError } from "../../outside/index.ts";
import { counted } from "../../problem/index.ts";
import { holdsOverlays, projectRoot } from "../../project/index.ts";
import {
  editText,
  type LeftMove,
  type Upgrade,
  type UpgradeChange,
  type UpgradeSide,
  unintendedChange,
  type WrittenMove,
} from "../../upgrade/index.ts";

/** What an upgrade means, with what was rendered for its two versions. */
export interface JudgedUpgrade {
  readonly upgrade: Upgrade;
  readonly sides: readonly [before: UpgradeSide, after: UpgradeSide];
}

/** A move that a file takes, with the file's text before and after. */
interface Planned {
  readonly move: WrittenMove;
  readonly change: UpgradeChange;
}

/** An upgrade whose replacements say that `--write` can make them only where it can: by the plan that it would follow. */
export function withWritable(upgrade: Upgrade): Upgrade {
  const changes = upgrade.changes.map((change) => {
    const { replacement } = change;
    if (replacement?.isMechanical !== true) return change;
    const plan = planOf(change, upgrade.to, new Map());
    return "reason" in plan ? { ...change, replacement: { ...replacement, isMechanical: false, reason: plan.reason } } : change;
  });
  return { ...upgrade, changes };
}

/**
 * Moves objects to the apiVersions that the target serves, in their files, where there is one right answer. All is judged again afterwards:
 * where something can be rendered or served no longer, or is rendered otherwise beside its move, every file gets its old text back.
 * @param judged judges the manifests as they are now
 * @returns what is left, with what was written and what wasn't
 */
export async function writeMoves(first: JudgedUpgrade, judged: () => Promise<JudgedUpgrade>): Promise<Upgrade> {
  const { upgrade } = first;
  const texts = new Map<string, { readonly before: string; after: string }>();
  const planned: Planned[] = [];
  const left: LeftMove[] = [];
  for (const change of upgrade.changes.filter(({ replacement }) => replacement !== undefined)) {
    const found = planOf(change, upgrade.to, texts);
    if ("reason" in found) left.push({ file: change.file, resource: change.resource, reason: found.reason });
    else planned.push({ change, move: found });
  }
  if (planned.length === 0) return { ...upgrade, written: [], notWritten: left };
  const takeBack = () => {
    for (const [file, { before }] of texts) replaceText(file, before);
  };
  for (const [file, { after }] of texts) replaceText(file, after);
  const now = await judged().catch((error: unknown) => {
    takeBack();
    throw error;
  });
  const problem = problemAfter(first, now, planned);
  if (problem === undefined) return { ...now.upgrade, written: planned.map(({ move }) => move), notWritten: left };
  takeBack();
  const undone = planned.map(({ move: { file, resource } }) => ({
    file,
    resource,
    reason: `every change was taken back, since ${problem}`,
  }));
  return { ...upgrade, written: [], notWritten: [...left, ...undone] };
}

/** Why what was written has to be taken back; undefined where it is right. */
function problemAfter(before: JudgedUpgrade, now: JudgedUpgrade, planned: readonly Planned[]): string | undefined {
  const unread = ({ upgrade }: JudgedUpgrade) => upgrade.remarks.filter(({ kind }) => kind === "not-looked-at");
  const known = new Set(unread(before).map(({ text }) => text));
  const [fresh] = unread(now).filter(({ text }) => !known.has(text));
  if (fresh !== undefined) return fresh.text;
  const keyOf = ({ environment, resource: { kind, namespace, name } }: UpgradeChange) => [environment, kind, namespace, name].join("\0");
  const moved = new Set(planned.map(({ change }) => keyOf(change)));
  const refused = now.upgrade.changes.find((change) => moved.has(keyOf(change)) && change.impact === "rejected");
  if (refused) return `${refused.resource.kind} ${refused.resource.name} is refused all the same: ${refused.reason}`;
  return before.sides
    .map((side, index) => unintendedChange(side, now.sides[index] ?? side, now.upgrade.to))
    .find((problem) => problem !== undefined);
}

type Texts = Map<string, { readonly before: string; after: string }>;

function planOf(change: UpgradeChange, to: string, texts: Texts): WrittenMove | { readonly reason: string } {
  const { resource, replacement } = change;
  if (replacement?.isMechanical !== true) return { reason: replacement?.reason ?? "nothing took its place" };
  const files = isOfOverlays(change) ? overlayFiles() : [change.file];
  const tried = files.map((file) => ({ file, edited: editedFile(file, resource, to, texts) }));
  const [first, second] = tried.flatMap(({ file, edited }) => ("text" in edited ? [{ file, ...edited }] : []));
  if (first === undefined || second !== undefined)
    return {
      reason: reasonOf(
        change,
        tried.map(({ edited }) => edited),
        second !== undefined,
      ),
    };
  texts.set(first.file, { before: first.before, after: first.text });
  return { file: first.file, resource, before: resource.apiVersion, after: replacement.apiVersion };
}

type Edited = { readonly text: string; readonly before: string } | { readonly reason: string };

function editedFile(file: string, resource: UpgradeChange["resource"], to: string, texts: Texts): Edited {
  try {
    const known = texts.get(file);
    const before = known?.before ?? readText(file);
    const edited = editText(known?.after ?? before, resource, to);
    if ("text" in edited) return { ...edited, before };
    // Several kustomizations may render one file's object, which then is moved already.
    const isMoved = known !== undefined && "text" in editText(before, resource, to);
    return isMoved ? { text: known.after, before } : edited;
  } catch (error) {
    if (error instanceof UnreadableError) return { reason: `its file ${error.message}` };
    if (errorCode(error) !== undefined) return { reason: "it comes from no readable file" };
    throw error;
  }
}

/** Whether synth wrote an object's file, so that its overlay has to change. */
const isOfOverlays = ({ file }: UpgradeChange) => file.startsWith("dist/") && holdsOverlays(projectRoot());

/** The files of manifests that overlays include. */
const overlayFiles = (): string[] => [...manifestFiles(join(projectRoot(), "overlays"), "overlays")].map(({ file }) => file);

function reasonOf(change: UpgradeChange, tried: readonly Edited[], isAmbiguous: boolean): string {
  if (!isOfOverlays(change)) {
    const [only] = tried;
    const reason = only && "reason" in only ? only.reason : "it isn't known where it stands";
    return /\/templates\//.test(change.file) ? "a template of a chart renders it: change it there, or take a newer chart" : reason;
  }
  if (isAmbiguous) return "more than one file in overlays/ holds it: change it there, and run slipway synth";
  const [place, ...others] = placesInOverlays(change.resource.apiVersion);
  const where =
    place === undefined ? "" : ` (${place}${others.length > 0 ? `, and ${counted(others.length, "more line")}` : ""} has the apiVersion)`;
  return `overlays render it for the app ${change.app}: change it there${where}, and run slipway synth`;
}

/** Lines of overlays that write an apiVersion, as `overlays/base/web.ts:12`. */
function placesInOverlays(apiVersion: string): string[] {
  const root = join(projectRoot(), "overlays");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => /\.[cm]?ts$/.test(path));
  return files.sort().flatMap((path) => {
    const lines = textOr(join(root, path)).split("\n");
    return lines.flatMap((line, index) =>
      line.includes(`"${apiVersion}"`) || line.includes(`'${apiVersion}'`) ? [`overlays/${path}:${index + 1}`] : [],
    );
  });
}

function textOr(file: string): string {
  try {
    return readText(file);
  } catch {
    return "";
  }
}

/** Replaces a file's text at once, so that nobody reads half of it. */
function replaceText(file: string, text: string): void {
  // A link stays one.
  const real = realpathSync(file);
  const { mode } = statSync(real);
  const beside = `${real}.${randomBytes(6).toString("hex")}.tmp`;
  writeFileSync(beside, text, { mode, flag: "wx" });
  renameSync(beside, real);
}
