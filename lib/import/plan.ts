import { z } from "zod";
import { isLabel } from "../kubernetes/index.ts";
import { describeObject } from "../manifest/index.ts";
import { InputError, type Problem } from "../problem/index.ts";
import { readData } from "../validation/index.ts";
import type { PlacedObject } from "./apps.ts";
import type { SourceEnvironment } from "./environment.ts";
import { findAllApps } from "./find-apps.ts";
import { inOneLine } from "./source-text.ts";

const appName = z.string().refine((name) => isLabel(name) && name.length <= 52 && name !== "argocd", {
  error: "at most 52 lower-case letters, digits and '-', and not argocd",
});
const planSchema = z.strictObject({ apps: z.record(appName, z.array(z.string().min(1))) });

/** Which app each object goes to, by objects as `Deployment shop/web`, or `prod: Deployment shop/web` for that of one environment. */
export type Plan = ReadonlyMap<string, string>;

/** A plan as a person edits it: the apps, each with its objects and why they are there. */
export function planText(environments: readonly SourceEnvironment[]): string {
  const apps = new Map<string, Map<string, string>>();
  const known = new Set<string>();
  for (const placed of findAllApps(environments).values())
    for (const { object, app, why } of placed) {
      const name = describeObject(object);
      if (known.has(name)) continue;
      known.add(name);
      apps.set(app, (apps.get(app) ?? new Map<string, string>()).set(name, why));
    }
  const lines = [...apps]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([app, objects]) => [`  ${app}:`, ...[...objects].map(([object, why]) => `    - ${scalar(object)} # ${inOneLine(why)}`)]);
  return `# Which app each object goes to. Move lines, or rename apps, and run the same command again.\napps:\n${lines.join("\n")}\n`;
}

/** A name in YAML: in quotes where it needs them. */
const scalar = (text: string) => (/^[A-Za-z][\w./ -]*$/.test(text) ? text : JSON.stringify(text));

/**
 * Reads a plan that a person has edited.
 * @throws InputError for objects that no source has, and for those that stand in it twice
 */
export function readPlan(text: string, file: string, environments: readonly SourceEnvironment[]): Plan {
  const { apps } = readData(planSchema, text, file);
  const known = new Set(environments.flatMap(({ objects }) => objects.map(({ object }) => describeObject(object))));
  const plan = new Map<string, string>();
  const problems: Problem[] = [];
  for (const [app, objects] of Object.entries(apps))
    for (const [index, object] of objects.entries()) {
      const place = { file, path: `apps.${app}[${index}]` };
      if (!known.has(object))
        problems.push({ ...place, message: `no source has ${object}`, fix: "Write it as the plan did, or remove it." });
      if (plan.has(object))
        problems.push({ ...place, message: `${object} is in ${plan.get(object)} already`, fix: "Leave it in one of the two apps." });
      plan.set(object, app);
    }
  if (problems.length > 0) throw new InputError(problems);
  return plan;
}

/** The key of a plan for an object of one environment. */
export const inEnvironment = (environment: string, object: string): string => `${environment}: ${object}`;

/** Objects where a plan puts them; those that it doesn't have stay where they were found to belong. */
export function asPlanned(environment: string, placed: readonly PlacedObject[], plan: Plan): PlacedObject[] {
  return placed.map((object) => {
    const name = describeObject(object.object);
    const app = plan.get(inEnvironment(environment, name)) ?? plan.get(name);
    return app === undefined || app === object.app ? object : { ...object, app, why: "as planned" };
  });
}
