import { readFileSync } from "node:fs";
import type { KubernetesObject } from "slipway";
import { parseAllDocuments } from "yaml";
import { type Review, review, treeOf, writeReview } from "../../lib/review/index.ts";
import { sized } from "../sizes.ts";
import { pairs } from "./pairs.ts";

const seeds = parseAllDocuments(readFileSync("test/e2e/seeds.yaml", "utf8")).map((document) => document.toJS() as KubernetesObject);
/** One object of each kind, with as many fields as there are. */
const objects = [
  ...new Map(
    [...pairs.flatMap(({ before }) => before), ...seeds].map((object) => [`${object.apiVersion} ${object.kind}`, object]),
  ).values(),
];

type Path = readonly (string | number)[];

/** Every place of a value but the parts without which nothing is an object. */
function* placesOf(value: unknown, path: Path = []): Generator<Path> {
  if (path.length > 0 && !/^(apiVersion|kind|metadata|metadata\.name)$/.test(path.join("."))) yield path;
  if (typeof value !== "object" || value === null) return;
  const members: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  for (const [key, member] of members) yield* placesOf(member, [...path, key]);
}

function withValue(value: unknown, [key, ...rest]: Path, put: unknown): unknown {
  if (key === undefined) return put;
  if (Array.isArray(value)) return value.map((item, index) => (index === key ? withValue(item, rest, put) : item));
  const members = value as Readonly<Record<string, unknown>>;
  return { ...members, [key]: withValue(members[key], rest, put) };
}

/** One place of so many is tried: there are thousands. */
const every = sized(30, 1);
const placesIn = (object: KubernetesObject): Path[] => [...placesOf(object)].filter((_path, index) => index % every === 0);

/** An object for each place, where one of some values stands instead of what is there. */
const variantsOf = (object: KubernetesObject, ...values: readonly unknown[]): KubernetesObject[] =>
  placesIn(object).map((path, index) => {
    const { metadata, ...rest } = withValue(object, path, values[index % values.length]) as KubernetesObject;
    return { ...rest, metadata: { ...metadata, name: `web-${index}` } } as KubernetesObject;
  });

const treeOfObjects = (all: readonly KubernetesObject[]) =>
  treeOf(new Map([["all.json", JSON.stringify({ apiVersion: "v1", kind: "List", items: all })]]), "test");
const labelled = (object: KubernetesObject): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, annotations: { changed: "yes" } },
});
const intact: KubernetesObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "intact" }, data: { a: "1" } };
const isJudged = ({ changes }: Review) => changes.some(({ resource, impact }) => resource.name === "intact" && impact === "in-place");

const reviews = (variants: readonly KubernetesObject[], object: KubernetesObject): Review[] => [
  review(treeOfObjects([...variants, intact]), treeOfObjects([...variants.map(labelled), labelled(intact)])),
  review(treeOfObjects([intact]), treeOfObjects([...variants, labelled(intact)])),
  review(treeOfObjects([...variants, intact]), treeOfObjects([labelled(intact)])),
  review(
    treeOfObjects([...variants.map(({ metadata: { name } }) => ({ ...object, metadata: { ...object.metadata, name } })), intact]),
    treeOfObjects([...variants, labelled(intact)]),
  ),
];

describe.each(objects.map((object) => [`${object.apiVersion} ${object.kind}`, object] as const))("%s", (_name, object) => {
  test(`with null at one of ${every} places is what the server makes of it`, () => {
    for (const found of reviews(variantsOf(object, null), object)) {
      expect(isJudged(found)).toBe(true);
      expect(found.changes.filter(({ reason }) => reason.includes("can't be judged"))).toEqual([]);
    }
  });

  test(`with a value of another type at one of ${every} places stops the review of nothing else`, () => {
    for (const found of reviews(variantsOf(object, "text", 7, [], {}, [null], { name: null }), object)) {
      expect(isJudged(found)).toBe(true);
      for (const format of ["text", "json"] as const) expect(writeReview(found, format, false)).not.toBe("");
    }
  });
});
