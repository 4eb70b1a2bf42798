import { isSubdomain, type ObjectOf, stepsOf } from "../../kubernetes/index.ts";
import { isRecord, own } from "../../outside/index.ts";
import { counted } from "../../problem/index.ts";
import { type Effect, effectOf } from "../definition-changes.ts";
import type { Difference } from "../fields.ts";
import { type Changing, dataLoss, immutable, inPlace, kindImpact, rejected, type Verdict } from "../impact.ts";
import { kubectl } from "../runbooks/command.ts";
import { fieldAt, fieldText } from "../schema-place.ts";

type Definition = ObjectOf<"apiextensions.k8s.io/CustomResourceDefinition">;
type DefinitionChange = Changing<Definition>;

export const definition = kindImpact(["apiextensions.k8s.io/CustomResourceDefinition"], {
  fields: [
    ["spec.group", immutable("the group of a CRD")],
    ["spec.scope", immutable("the scope of a CRD")],
    ["spec.names.kind", immutable("the kind of a CRD")],
    ["spec.versions", versions],
  ],
  removed: (object, environment) => {
    const { names } = object.spec ?? {};
    const held = environment.countOfKind(names?.kind ?? "");
    return dataLoss(
      `every ${names?.kind ?? "object"} of the cluster is deleted with it${held > 0 ? `, ${held} of these manifests among them` : ""}`,
    );
  },
});

const versionsOf = ({ spec }: Definition) => spec?.versions ?? [];

/** What becomes of existing objects: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/ */
function versions(changing: DefinitionChange, difference: Difference): Verdict {
  if (difference.path.endsWith(" (order)")) return inPlace("only the order of a list changes");
  const [, , name = "", ...rest] = stepsOf(difference.path);
  const stored = versionsOf(changing.before).find(({ storage }) => storage)?.name;
  if (stored !== undefined && stored === name && !versionsOf(changing.after).some((version) => version.name === stored))
    return rejected(
      `the API server refuses it: the old storage version ${stored} is in status.storedVersions and must stay in spec.versions until nothing is stored in it`,
    );
  return inPlace(versionReason(name, rest, difference, changing));
}

function versionReason(name: string, [member, ...rest]: readonly string[], difference: Difference, changing: DefinitionChange): string {
  const { before, after } = difference;
  if (member === undefined) {
    const what = isServed(after) ? served(name) : isServed(before) ? unserved(name) : `${name} isn't served`;
    return after === undefined ? `${what}; ${whileStored(name, changing.after)}` : what;
  }
  if (member === "served") return after === false ? unserved(name) : served(name);
  if (member === "storage")
    return after === true
      ? `new objects are stored as ${name}; the old storage version has to stay in spec.versions`
      : `objects are no longer stored as ${name}`;
  if (member !== "schema") return "only how objects are listed, read or scaled changes";
  return schemaReason(rest.slice(1), name, difference, changing);
}

/** Whether a version is there and served. */
const isServed = (version: unknown) => isRecord(version) && own(version, "served") === true;
const served = (name: string) => `${name} is served from now on`;
const unserved = (name: string) => `${name} is no longer served: objects that are written in that version are refused`;

/** An older stored version isn't seen in manifests: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#upgrade-existing-objects-to-a-new-stored-version */
function whileStored(version: string, { metadata: { name } }: Definition): string {
  const command = kubectl("get", "customresourcedefinition", name, "--output=jsonpath={.status.storedVersions}");
  return `the server refuses the change while status.storedVersions still has ${version}${isSubdomain(name) ? `: ${command}` : ""}`;
}

const whenWritten = "objects are validated by the new schema when they are next written";

/** What a keyword of a schema does to the objects there are. */
const keywords: Readonly<Record<string, string>> = {
  default: "objects that don't give the field get the new default",
  description: "only a description changes",
  "x-kubernetes-preserve-unknown-fields": "fields that the schema doesn't declare are kept, or dropped",
};

/** The same by what becomes of a keyword. */
const effectReasons: Partial<Record<Effect, string>> = {
  narrowed: "objects whose value is no longer allowed are refused when they are next written",
  "made required": "objects without the field are refused when they are next written",
  "no longer required": "objects may leave the field out from now on",
  "with other rules": "objects that break the rule are refused when they are next written",
  "with fewer rules": "objects that broke the rule are taken from now on",
  widened: "objects may give more values from now on",
};

function schemaReason(steps: readonly string[], version: string, difference: Difference, changing: DefinitionChange): string {
  const place = fieldAt(steps);
  if (!place) return whenWritten;
  const { path, keyword } = place;
  if (keyword !== "") return own(keywords, keyword) ?? keywordReason(difference);
  if (difference.before === undefined) return `objects may give ${fieldText(path)} from now on`;
  return difference.after === undefined ? lostReason(path, version, changing) : whenWritten;
}

function keywordReason(difference: Difference): string {
  const effect = effectOf(difference);
  return effect === undefined ? "the schema takes the same objects as before" : (effectReasons[effect] ?? whenWritten);
}

const mostNamed = 3;

/** The server prunes what a schema doesn't declare, and refuses it from who applies server-side. */
function lostReason(path: readonly string[], version: string, { after, environments }: DefinitionChange): string {
  const { group = "", names } = after.spec ?? {};
  const holding = environments.after
    .named(names?.kind ?? "")
    .filter(({ object }) => object.apiVersion === `${group}/${version}` && holds(object, path))
    .map(({ object }) => `${object.kind} ${object.metadata.name}`);
  const rest = holding.length - mostNamed;
  const named = `${holding.slice(0, mostNamed).join(", ")}${rest > 0 ? ` and ${counted(rest, "other")}` : ""}`;
  const set =
    holding.length > 0
      ? `; ${named} of these manifests ${holding.length === 1 ? "gives" : "give"} it, which server-side apply refuses`
      : "";
  return `existing objects lose ${fieldText(path)} when they are next written${set}`;
}

function holds(value: unknown, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined) return value !== undefined;
  if (step === "[]") return Array.isArray(value) && value.some((item) => holds(item, rest));
  if (!isRecord(value)) return false;
  return step === "*" ? Object.values(value).some((member) => holds(member, rest)) : holds(own(value, step), rest);
}
