import { isDeepStrictEqual } from "node:util";
import { isLabel, type ObjectOf } from "../../kubernetes/index.ts";
import type { KubernetesObject } from "../../manifest/index.ts";
import { isRecord, omit, own } from "../../outside/index.ts";
import { objectsText } from "../carried.ts";
import { resourceOf } from "../drafts.ts";
import type { EnvironmentIndex } from "../environment-index.ts";
import { kubectl, merging, quoted } from "./command.ts";
import { runbook, type Step } from "./runbook.ts";

type Definition = ObjectOf<"apiextensions.k8s.io/CustomResourceDefinition">;

const storageOf = ({ spec }: Definition) => spec?.versions?.find(({ storage }) => storage);

/**
 * A version that objects are stored in can be dropped once all are stored in another:
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#upgrade-existing-objects-to-a-new-stored-version
 */
export const migrateStored = runbook(
  "migrate-stored-version",
  "refused",
  ["apiextensions.k8s.io/CustomResourceDefinition"],
  ({ before, after, from, environments }) => {
    const [old, next] = [storageOf(before), storageOf(after)];
    const { group = "" } = before.spec ?? {};
    const isDropped = !after.spec?.versions?.some(({ name }) => name === old?.name);
    if (!isDropped || !old || !next || ![old.name, next.name].every(isLabel) || !from.name.endsWith(`.${group}`)) return undefined;
    const [version, dropped] = [String(next.name), String(old.name)];
    const isConverted = after.spec?.conversion?.strategy === "Webhook";
    const [schema, oldSchema] = [next.schema?.openAPIV3Schema, old.schema?.openAPIV3Schema];
    if (!isConverted && !agrees(schema, oldSchema)) return undefined;
    const keepsData = !isConverted && declares(schema, oldSchema);
    return {
      title: `Store the objects in ${version} before ${dropped} goes`,
      downtime: false,
      keepsData,
      steps: [
        {
          text: `Merge first a change of the CRD alone: it adds ${version} as the storage version, and keeps ${dropped} served, with storage: false.`,
        },
        {
          text: `Wait until the server stores in ${version}.`,
          command: kubectl("wait", "customresourcedefinition", from.name, storedIn(version), "--timeout=5m"),
        },
        ...moveOwn(ownObjects(before, `${group}/${dropped}`, environments.before), `${group}/${version}`),
        {
          text: `Write every object once, which stores it in ${version}, and have the managers of its fields in ${version} too. Run it again if it reports a conflict.${keepsData ? "" : lossOf(version)}`,
          command: rewrite(from.name.slice(0, -group.length - 1), group, dropped, version),
        },
        {
          text: `Make sure that this prints nothing. What still writes in ${dropped} has to write in ${version} first.`,
          command: `managers=$(${managersOf(from.name)}) && ! printf '%s\\n' "$managers" | grep --fixed-strings --word-regexp ${quoted(`${group}/${dropped}`)}`,
        },
        {
          text: `Record that nothing is stored in ${dropped} any more.`,
          command: kubectl(
            "patch",
            "customresourcedefinition",
            from.name,
            "--subresource=status",
            ...merging({ status: { storedVersions: [version] } }),
          ),
        },
        { text: "Merge the change." },
      ],
    };
  },
);

const ownObjects = ({ spec }: Definition, apiVersion: string, environment: EnvironmentIndex) =>
  environment.named(spec?.names?.kind ?? "").flatMap(({ object }) => (object.apiVersion === apiVersion ? [object] : []));

/** Whoever applies a manifest is a manager of fields in the manifest's version, at each sync anew. */
function moveOwn(objects: readonly KubernetesObject[], apiVersion: string): Step[] {
  if (objects.length === 0) return [];
  return [
    {
      text: `Merge next a change of these manifests alone that gives ${objectsText(objects.map(resourceOf))} the apiVersion ${apiVersion}, and wait for its sync: in the old one, each sync would put the old version back.`,
    },
  ];
}

const storedIn = (version: string) => `--for=jsonpath={.spec.versions[?(@.storage==true)].name}=${version}`;
const lossOf = (version: string) =>
  ` Fields that ${version} doesn't have are lost by that: compare the two schemas, or what the webhook converts.`;

/**
 * Reads all objects in a version and writes them back. Of the managers of their fields, those that wrote in the old version are taken for
 * ones that wrote in the new: else Kubernetes 1.34 answers to server-side apply with "request to convert CR to an invalid group/version" once
 * the old one is gone, and Argo CD applies nothing anew while a manifest differs by its version alone.
 */
function rewrite(plural: string, group: string, old: string, version: string): string {
  const [from, to] = [`${group}/${old}`, `${group}/${version}`];
  const inManagers = `\\|"apiVersion": "${from}",$|{N;/"fieldsType"/s|${from}|${to}|;}`;
  const all = kubectl("get", `${plural}.${version}.${group}`, "--all-namespaces", "--show-managed-fields", "--output=json");
  return `${all} | sed ${quoted(inManagers)} | kubectl replace --filename=-`;
}

/** The versions in which the managers of fields wrote. */
const managersOf = (resources: string) =>
  kubectl(
    "get",
    resources,
    "--all-namespaces",
    "--show-managed-fields",
    "--output=jsonpath={.items[*].metadata.managedFields[*].apiVersion}",
  );

/**
 * Whether a schema takes each value of the fields that it shares with another one, at every depth: it says the same of them but for
 * descriptions. Fields that only one of the two has don't count, unless it requires them.
 */
function agrees(schema: unknown, other: unknown): boolean {
  if (!isRecord(schema) || !isRecord(other)) return isDeepStrictEqual(schema, other);
  const [rules, otherRules] = [schema, other].map((of) => omit(of, "description", "properties", "items", "additionalProperties"));
  if (!isDeepStrictEqual(rules, otherRules)) return false;
  if (!["items", "additionalProperties"].every((key) => agrees(own(schema, key), own(other, key)))) return false;
  // Where unknown fields were kept, one that is declared now may hold anything.
  const mayHoldAnything = own(other, "x-kubernetes-preserve-unknown-fields") === true;
  const others = own(other, "properties");
  return Object.entries(own(schema, "properties") ?? {}).every(([name, field]) => {
    const known = isRecord(others) ? own(others, name) : undefined;
    return known === undefined ? !mayHoldAnything : agrees(field, known);
  });
}

/** Whether a schema declares every field that another one declares, at every depth. */
function declares(schema: unknown, other: unknown): boolean {
  if (!isRecord(other)) return true;
  if (!isRecord(schema)) return false;
  if (own(schema, "x-kubernetes-preserve-unknown-fields") === true) return true;
  if (own(other, "x-kubernetes-preserve-unknown-fields") === true) return false;
  const [fields, others] = [own(schema, "properties"), own(other, "properties")];
  const isWhole =
    !isRecord(others) || Object.entries(others).every(([name, field]) => isRecord(fields) && declares(own(fields, name), field));
  return isWhole && ["items", "additionalProperties"].every((key) => declaresInner(own(schema, key), own(other, key)));
}

const declaresInner = (schema: unknown, other: unknown): boolean =>
  other === undefined || other === false || schema === true || declares(schema, other);
