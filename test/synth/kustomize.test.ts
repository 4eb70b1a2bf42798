import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { applyPatch } from "rfc6902";
import { type KubernetesObject, type Problem, render } from "slipway";
import { parseAllDocuments } from "yaml";
import { planTree, writeTree } from "../../lib/dist/index.ts";
import { patchObjects } from "../../lib/synth/patch-objects.ts";
import * as overlays from "../../overlays/index.ts";
import { sized } from "../sizes.ts";
import { describeWithTools, kustomize } from "../tools.ts";
import { writeFiles } from "../write-files.ts";

const environments = Object.values(overlays);
const identity = ({ apiVersion, kind, metadata }: KubernetesObject) => [apiVersion, kind, metadata.namespace, metadata.name].join(" ");
const byIdentity = (objects: readonly KubernetesObject[]) => Object.fromEntries(objects.map((object) => [identity(object), object]));
const documents = (yaml: string) => parseAllDocuments(yaml).map((document) => document.toJS() as KubernetesObject);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-kustomize-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describeWithTools(["kustomize", "yaml2json"], "kustomize", () => {
  test.each(environments)("build overlays/$name equals dist, object for object", (environment) => {
    const { manifests } = render(environment);
    const deployed = manifests.filter((manifest) => manifest.folder !== "argocd").map(({ object }) => object);
    const built = documents(kustomize.build(`overlays/${environment.name}`));
    expect(built).toHaveLength(deployed.length);
    expect(byIdentity(built)).toEqual(JSON.parse(JSON.stringify(byIdentity(deployed))));
  });

  test.each(environments)(
    "after `kustomize edit set image`, build overlays/$name equals dist as the next synth writes it",
    (environment) => {
      cpSync("overlays", join(folder, "overlays"), { recursive: true });
      cpSync("dist", join(folder, "dist"), { recursive: true });
      const overlay = join(folder, "overlays", environment.name);
      const names = readFileSync(join(overlay, "kustomization.yaml"), "utf8").match(/(?<=- name: ).*/g) ?? [];
      const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
      const forms = [":9.9.9", `@${digest}`, `:9.9.9@${digest}`, ":1e3", ":0123"];
      expect(names.length).toBeGreaterThan(3);
      for (const [index, name] of names.entries()) kustomize.edit(overlay, "set", "image", `${name}=${name}${forms[index % forms.length]}`);

      const before = kustomize.build(overlay);
      const read = (path: string) => readFileSync(join(folder, path), "utf8");
      const plan = planTree(join(folder, "dist"), render(environment, { read }).files, (path) => path.startsWith(`${environment.name}/`));
      expect(plan.changed.length).toBeGreaterThan(3);
      writeTree(plan);
      expect(byIdentity(documents(kustomize.build(overlay)))).toEqual(byIdentity(documents(before)));
    },
  );

  const refusals = sized(3, 60);
  test(`makes of a patch file what synth makes of it, and refuses ${refusals} that synth refuses`, () => {
    const cases = fc.sample(patches, { numRuns: sized(250, 1000), seed: 7 });
    const target = (index: number) => ({ ...object, metadata: { name: `object-${index}` } });
    // One build holds many objects, each with a patch of its own; those that fail are built alone, since one failure ends a build.
    const judged = cases.map((operations, index) => ({
      operations,
      index,
      ...patchObjects([target(index)], [{ target: "Strict", source: operations as never }], () => undefined),
    }));
    const good = judged.filter(({ problems }) => problems.length === 0);
    expect(good.length).toBeGreaterThan(cases.length / 10);
    const built = byIdentity(documents(build(good.map(({ index, operations }) => [target(index), operations]))));
    expect(built).toEqual(byIdentity(good.flatMap(({ objects }) => objects)));

    const bad = judged.filter(({ problems }) => problems.length > 0).slice(0, refusals);
    expect(bad.length).toBe(refusals);
    const accepted = bad.filter(({ index, operations, problems }) => {
      try {
        build([[target(index), operations]]);
        return !isKnownLeniency(operations, problems);
      } catch {
        return false;
      }
    });
    expect(accepted.map(({ operations, problems }) => ({ operations, problems }))).toEqual([]);
  });
});

/**
 * Patches that slipway refuses, as RFC 6902 does, and kustomize lets through: it reads indexes that are negative or begin with 0,
 * adds what `replace` doesn't find, and copies what isn't there as null.
 */
function isKnownLeniency(operations: readonly { path: string; from?: string }[], [problem]: readonly Problem[]): boolean {
  const lenientIndex = operations.some(({ path, from }) => /\/(-|0)\d/.test(`${path} ${from ?? ""}`));
  return lenientIndex || (/\((replace|copy) /.test(problem?.path ?? "") && /doesn't exist/.test(problem?.message ?? ""));
}

const object = {
  apiVersion: "example.org/v1",
  kind: "Strict",
  metadata: { name: "object" },
  spec: { replicas: 2, labels: { "a/b": "1", "c~d": "2" }, list: [1, { name: "x" }, "three"], nested: { deep: { value: true } } },
} as const;

const paths = [
  "/spec/replicas",
  "/spec/labels/a~1b",
  "/spec/labels/c~0d",
  "/spec/list/0",
  "/spec/list/1/name",
  "/spec/list/2",
  "/spec/nested/deep",
  "/spec/nested/deep/value",
  "/spec/list",
];
const newPaths = ["/spec/added", "/spec/list/-", "/spec/list/3", "/spec/list/1", "/spec/labels/new", "/spec/nested/deep/more"];
const wrongPaths = ["/spec/missing/child", "/spec/list/9", "/spec/list/x", "/status/phase", "/spec/list/01"];
const existing = fc.constantFrom(...paths);
const anyPath = fc.oneof(
  { weight: 8, arbitrary: existing },
  { weight: 6, arbitrary: fc.constantFrom(...newPaths) },
  { weight: 1, arbitrary: fc.constantFrom(...wrongPaths) },
);
const value = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.constantFrom("x", "true", "1"),
  fc.boolean(),
  fc.constant({ a: [1] }),
  fc.constant(["y"]),
);
const operation = fc.oneof(
  fc.record({ op: fc.constant("add"), path: anyPath, value }),
  fc.record({ op: fc.constant("remove"), path: existing }),
  fc.record({ op: fc.constant("replace"), path: fc.oneof({ weight: 8, arbitrary: existing }, { weight: 1, arbitrary: anyPath }), value }),
  fc.record({ op: fc.constant("copy"), from: existing, path: anyPath }),
  fc.record({ op: fc.constant("move"), from: existing, path: fc.constantFrom(...newPaths) }),
  fc.record({ op: fc.constant("test"), path: fc.constant("/spec/replicas"), value: fc.constantFrom(2, 2, 2, 3) }),
);
const patches = fc.array(operation, { minLength: 1, maxLength: 3 }) as fc.Arbitrary<
  { op: string; path: string; from?: string; value?: unknown }[]
>;

/** `kustomize build` of objects with a JSON patch each. */
function build(cases: readonly (readonly [object: object & { metadata: { name: string } }, operations: readonly unknown[]])[]): string {
  const files = Object.fromEntries(
    cases.flatMap(([object, operations], index) => [
      [`o${index}.yaml`, JSON.stringify(object)],
      [`p${index}.json`, JSON.stringify(operations)],
    ]),
  );
  const kustomization = {
    resources: cases.map((_name, index) => `o${index}.yaml`),
    patches: cases.map(([{ metadata }], index) => ({ path: `p${index}.json`, target: { kind: "Strict", name: `^${metadata.name}$` } })),
  };
  rmSync(folder, { recursive: true, force: true });
  writeFiles(folder, { ...files, "kustomization.yaml": JSON.stringify(kustomization) });
  return kustomize.build(folder);
}

test("a patch leaves the object it is given as it was", () => {
  const before = structuredClone(object);
  expect(applyPatch(structuredClone(object), [{ op: "remove", path: "/spec" }])).toEqual([null]);
  patchObjects([object], [{ target: "Strict", source: [{ op: "replace", path: "/spec/replicas", value: 3 }] }], () => undefined);
  expect(object).toEqual(before);
});
