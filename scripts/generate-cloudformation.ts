/**
 * Writes what `slipway review` knows of CloudFormation's resource types: which properties replace a resource, what identifies it, and
 * whether it keeps data. Taken from @aws-cdk/aws-service-spec, from which the AWS CDK is generated (Apache-2.0).
 * With --check nothing is written, and the status is 1 where the file isn't what would be.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { loadAwsServiceSpecSync } from "@aws-cdk/aws-service-spec";
import type { Property, PropertyType, Resource, SpecDatabase } from "@aws-cdk/service-spec-types";
import { dataFile, type TypeBehaviour } from "../lib/review/cloudformation/behaviour.ts";

/** Levels of a property's type that are followed; types may hold themselves. */
const mostLevels = 5;

const database = loadAwsServiceSpecSync();
const resources = [...database.all("resource")].sort((a, b) => (a.cloudFormationType < b.cloudFormationType ? -1 : 1));
const text = JSON.stringify(
  Object.fromEntries(resources.map((resource) => [resource.cloudFormationType, behaviourOf(resource, database)])),
);

if (process.argv.includes("--check")) {
  const found = existsSync(dataFile) ? gunzipSync(readFileSync(dataFile)).toString("utf8") : "";
  if (found !== text) {
    console.error("lib/review/cloudformation/data isn't up to date: run npm run generate:cloudformation");
    process.exitCode = 1;
  }
} else {
  writeFileSync(dataFile, gzipSync(text, { level: 9 }));
}

function behaviourOf({ properties, primaryIdentifier, isStateful }: Resource, database: SpecDatabase): TypeBehaviour {
  const entries = Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1));
  const named = (causes: NonNullable<Property["causesReplacement"]>) =>
    entries.flatMap(([name, { causesReplacement = "no" }]) => (causesReplacement === causes ? [name] : []));
  const parts = entries.flatMap(([name, { causesReplacement = "no", type }]) =>
    causesReplacement === "no" ? [...partsOf(type, name, database)] : [],
  );
  const lists = {
    replaced: named("yes"),
    mayReplace: [...named("maybe"), ...new Set(parts)],
    updated: named("no"),
    id: primaryIdentifier ?? [],
  };
  return {
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
    ...(isStateful ? { isStateful: true } : {}),
  };
}

/** The parts of a property's type of which a change replaces the resource, by their paths. */
function* partsOf(type: PropertyType, path: string, database: SpecDatabase, levels = mostLevels): Generator<string> {
  if (levels === 0) return;
  if (type.type === "array" || type.type === "map") yield* partsOf(type.element, path, database, levels - 1);
  else if (type.type === "union") for (const member of type.types) yield* partsOf(member, path, database, levels - 1);
  else if (type.type === "ref")
    for (const [name, { causesReplacement = "no", type: inner }] of Object.entries(
      database.get("typeDefinition", type.reference).properties,
    ))
      if (causesReplacement === "no") yield* partsOf(inner, `${path}.${name}`, database, levels - 1);
      else yield `${path}.${name}`;
}
