import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { boardOf, boardPage } from "../../lib/board/index.ts";
import { check, writeReport } from "../../lib/check/index.ts";
import { fileDifference } from "../../lib/dist/index.ts";
import { linesOfText, readManifests } from "../../lib/kubernetes/index.ts";
import type { KubernetesObject } from "../../lib/manifest/index.ts";
import { toYaml } from "../../lib/manifest/index.ts";
import { review, treeOf, writeReview } from "../../lib/review/index.ts";
import { Project } from "../project.ts";
import { sized } from "../sizes.ts";

/** A value nobody could guess, so that any eight characters of it in an output are its own. */
type Plant = () => string;

const alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** Gives values out of a seed, and keeps them. */
class Planted {
  readonly values: string[] = [];
  readonly #next: () => number;

  constructor(seed: number) {
    let state = seed || 1;
    this.#next = () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state >>> 0;
    };
  }

  plant: Plant = () => {
    const value = Array.from({ length: 24 }, () => alphabet[this.#next() % alphabet.length]).join("");
    this.values.push(value);
    return value;
  };

  pick<T>(choices: readonly T[]): T {
    return choices[this.#next() % choices.length] as T;
  }

  /** Where values stand in an output, in whole or in part, as they are or encoded. */
  in(output: string): string[] {
    const parts = new Set(this.values.flatMap(formsOf).flatMap(windows));
    const places = Array.from({ length: output.length }, (_name, at) => at).filter((at) => parts.has(output.slice(at, at + 8)));
    return places.slice(0, 3).map((at) => output.slice(Math.max(0, at - 100), at + 40));
  }
}

const formsOf = (value: string) => {
  const shifted = [0, 1, 2].map((lead) =>
    Buffer.from(`${"x".repeat(lead)}${value}`)
      .toString("base64")
      .slice(lead === 0 ? 0 : 4)
      .replace(/=+$/, "")
      .slice(0, -1),
  );
  return [value, Buffer.from(value).toString("hex"), ...shifted, [...value].reverse().join("")];
};
const windows = (text: string) => Array.from({ length: Math.max(0, text.length - 7) }, (_name, at) => text.slice(at, at + 8));

/** A value in one of the shapes people, and their mistakes, give it. */
function shaped(planted: Planted, isMap = false): unknown {
  const { plant } = planted;
  return planted.pick<() => unknown>([
    plant,
    () => Buffer.from(plant()).toString("base64"),
    () => `${plant()}!`,
    () => `line one\n${plant()}\n`,
    () => [plant()],
    () => [{ name: plant(), value: plant() }, { name: plant() }],
    () => ({ nested: { deeper: plant() } }),
    // Names of keys may be shown: below a key there are none.
    () => (isMap ? plant() : { [plant()]: null }),
    () => ({ "kubectl.kubernetes.io/last-applied-configuration": plant() }),
    () => Number(`${planted.values.push("1234567890123") && "1234567890123"}`),
    () => [[[plant()]]],
    () => `</script><b>${plant()}`,
    () => `| \`${plant()}\` @all`,
  ])();
}

const metadata = (planted: Planted, name: string) => ({
  name,
  namespace: "shop",
  ...planted.pick<object>([
    {},
    { annotations: { "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({ data: { a: planted.plant() } }) } },
    { annotations: { "example.org/note": planted.plant() } },
    { annotations: { nested: shaped(planted) } },
    { annotations: shaped(planted, true) },
    { labels: { team: `${planted.plant()}` } },
    { labels: { team: shaped(planted) } },
    { finalizers: [planted.plant()] },
    { finalizers: shaped(planted, true) },
    { annotation: shaped(planted) },
    { ownerReferences: [{ uid: planted.plant(), name: shaped(planted) }] },
  ]),
});

/** An object that is a Secret, makes one, or was meant to be one. */
function secretLike(planted: Planted, name: string): object {
  const value = () => shaped(planted);
  const map = () => shaped(planted, true);
  const meta = () => metadata(planted, name);
  const own = planted.pick<() => object>([
    () => ({ apiVersion: "v1", kind: "Secret", metadata: meta(), data: { password: value() } }),
    () => ({ apiVersion: "v1", kind: "Secret", metadata: meta(), stringData: { password: value(), "bad key!": value() } }),
    () => ({ apiVersion: "v1", kind: "Secret", metadata: meta(), data: map() }),
    () => ({ apiVersion: "v1", kind: "Secret", metadata: meta(), type: planted.plant(), data: { a: value() } }),
    () => ({
      apiVersion: "v1",
      kind: "Secret",
      metadata: meta(),
      type: "kubernetes.io/tls",
      data: { "tls.key": value() },
      immutable: value(),
    }),
    () => ({
      apiVersion: "v1",
      kind: "Secret",
      metadata: meta(),
      [planted.pick(["stringdata", "Data", "StringData", "string_data", "values"])]: { a: value() },
    }),
    () => ({
      apiVersion: planted.pick(["v1", "v2", "core/v1", "apps/v1"]),
      kind: planted.pick(["secret", "SECRET", "Secrets", "Secert"]),
      metadata: meta(),
      data: { a: value() },
    }),
    () => ({ apiVersion: "v1", metadata: meta(), data: { a: value() } }),
    () => ({ apiVersion: "v1", kind: [map()], metadata: meta(), data: { a: value() } }),
    () => ({ apiVersion: "v1", kind: "Secret", metadata: map(), data: { a: value() } }),
    () => ({ apiVersion: "v1", kind: "Secret", metadata: { name: [map()], namespace: [map()] }, data: { a: value() } }),
    () => ({ apiVersion: "v1", kind: "Secret", metadata: { name, namespace: [planted.plant()] }, data: { a: value() } }),
    () => ({ apiVersion: "v1", kind: "SecretList", items: [{ metadata: meta(), data: { a: value() } }] }),
    () => ({ apiVersion: "v1", kind: "List", items: [{ apiVersion: "v1", kind: "Secret", metadata: meta(), data: { a: value() } }] }),
    () => ({
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: meta(),
      spec: {
        secretStoreRef: { name: "vault" },
        target: { template: { metadata: metadata(planted, "made"), data: { a: value() }, templateFrom: [{ literal: planted.plant() }] } },
        data: [{ secretKey: "a", remoteRef: { key: "shop/web" }, extra: value() }],
      },
    }),
    () => ({
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: meta(),
      spec: { target: { template: map() }, data: map() },
    }),
    () => ({
      apiVersion: "external-secrets.io/v1",
      kind: "SecretStore",
      metadata: meta(),
      spec: { provider: { fake: { data: [{ key: "a", value: value() }] } } },
    }),
    () => ({ apiVersion: "generators.external-secrets.io/v1alpha1", kind: "Fake", metadata: meta(), spec: { data: { a: value() } } }),
    () => ({
      apiVersion: "bitnami.com/v1alpha1",
      kind: "SealedSecret",
      metadata: meta(),
      spec: { encryptedData: { a: value() }, template: { metadata: metadata(planted, "m"), data: map() } },
    }),
    () => ({
      apiVersion: "secrets.hashicorp.com/v1beta1",
      kind: "VaultStaticSecret",
      metadata: meta(),
      spec: { destination: { transformation: { templates: value() } } },
    }),
    () => ({
      apiVersion: "template.openshift.io/v1",
      kind: "Template",
      metadata: { name, namespace: "shop" },
      objects: [{ apiVersion: "v1", kind: "Secret", metadata: meta(), data: { a: value() } }],
    }),
    () => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace: "shop", annotations: { "kubectl.kubernetes.io/last-applied-configuration": planted.plant() } },
      data: [{ kind: "Secret", data: { a: value() } }],
    }),
  ])();
  return own;
}

const today = "2026-01-01";

function checkOutputs(texts: readonly string[]): string[] {
  const read = texts.map((text) => readManifests(text));
  const report = check(
    [
      {
        name: "test",
        kubernetes: "1.34",
        manifests: read.flatMap(({ objects }, index) =>
          objects.map(({ object }) => ({ object, app: "web", file: `${index}.yaml`, lineOf: linesOfText(texts[index] ?? "") })),
        ),
        unread: read.flatMap(({ problems }, index) => problems.map((problem) => ({ file: `${index}.yaml`, ...problem }))),
      },
    ],
    today,
  );
  return [
    writeReport(report, "text", true),
    ...(["text", "json", "codequality", "sarif", "github"] as const).map((format) => writeReport(report, format, false)),
  ];
}

function reviewOutputs(before: string, after: string): string[] {
  const tree = (text: string) => treeOf(new Map([["web/all.yaml", text]]), "test");
  try {
    const found = review(tree(before), tree(after));
    return (["text", "markdown", "json", "html", "codequality"] as const).map((format) => writeReview(found, format, true));
  } catch (error) {
    return [String((error as Error).stack)];
  }
}

function boardOutput(objects: readonly object[]): string {
  const source = (name: string, some: readonly object[]) => ({
    name,
    kubernetes: "1.34",
    manifests: some.map((object) => ({ environment: name, app: "web", file: "a", object: object as KubernetesObject })),
    pinnedAt: new Map(),
    holds: new Map(),
  });
  return boardPage(boardOf([source("dev", objects), source("prod", objects.slice(1))], today));
}

const cases = sized(20, 80);
test(`no value of a Secret, or of what makes one, is in any report of check, review and board, in ${cases} cases`, () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const planted = new Planted(seed);
      const name = () => planted.pick(["a", "b"]);
      const [before, after] = [1, 2].map(() => [0, 1, 2].map(() => secretLike(planted, name()))) as [object[], object[]];
      const text = (objects: readonly object[]) => objects.map((object) => toYaml(object)).join("---\n");
      const readable = [...before, ...after].filter((object) => typeof (object as KubernetesObject).metadata?.name === "string");
      const outputs = [
        ...checkOutputs([text(before), text(after)]),
        ...reviewOutputs(text(before), text(after)),
        ...reviewOutputs("", text(after)),
        ...before.map((object, index) => fileDifference("a", toYaml(object), toYaml(after[index])).join("\n")),
        boardOutput(readable.filter((object) => typeof (object as KubernetesObject).kind === "string")),
      ];
      for (const output of outputs) expect(planted.in(output)).toEqual([]);
    }),
    { numRuns: cases, seed: 14 },
  );
});

test("a text of a Secret that can't be read is quoted by no message", () => {
  const broken = [
    (value: string) => `data:\n  password: "${value}\n`,
    (value: string) => `data: { password: "\\q${value}" }\n`,
    (value: string) => `data: { password: *${value} }\n`,
    (value: string) => `data: { password: !${value} x }\n`,
    (value: string) => `data:\n  password: ${value}: ${value}\n`,
    (value: string) => `data:\n\tpassword: ${value}\n`,
    (value: string) => `data:\n  password: |${value}\n`,
    (value: string) => `data:\n  password: \`${value}\n`,
    (value: string) => `data: [${value}\n`,
    (value: string) => `data:\n  password: a\n  password: ${value}\n`,
    (value: string) => `data: { password: a } ${value}\n`,
    (value: string) => `%${value}\n---\ndata: {}\n`,
    (value: string) => `${value}\n`,
    (value: string) => `- ${value}\n`,
    (value: string) => `<<: ${value}\n`,
    (value: string) => `? [${value}]\n: ${value}\n`,
    (value: string) => `{"kind": "Secret", "data": {"password": "${value}" "x"}}\n`,
  ];
  for (const write of broken) {
    const planted = new Planted(7);
    const text = `apiVersion: v1\nkind: Secret\nmetadata: { name: a }\n${write(planted.plant())}`;
    for (const output of [
      ...checkOutputs([text, write(planted.plant())]),
      ...reviewOutputs(text, `${text}\n# changed`),
      ...reviewOutputs("", text),
      fileDifference("a", text, "").join("\n"),
    ])
      expect(planted.in(output)).toEqual([]);
  }
});

test("a difference of texts shows no value, however the text says that it is a Secret's", () => {
  const texts: readonly ((value: string) => string)[] = [
    (value) => `kind: Sercet\nmetadata: { name: a }\ndata: { password: ${value} }\n`,
    (value) => `kind: ConfigMap\ndata: {}\n---\nkind: "\\x53ecret"\ndata: { password: ${value} }\n`,
    (value) => `kind: !!binary U2VjcmV0\ndata: { password: ${value} }\n`,
    (value) => `{ data: { password: ${value} }, a: "\nkind: ConfigMap\n" }\n`,
    (value) => `data: { password: ${value} }\na: |\n  kind: ConfigMap\n`,
    (value) => `"k\\x69nd": Secret\ndata: { password: ${value} }\n`,
    (value) => `kind: ConfigMap\ndata: { password: ${value}\n`,
    (value) => `kind: ConfigMap\nother: { kind: Sercet, data: { password: ${value} } }\n`,
  ];
  for (const write of texts) {
    const planted = new Planted(7);
    const shown = fileDifference("a", write(planted.plant()), write(planted.plant())).join("\n");
    expect([shown, planted.in(shown)]).toEqual([shown, []]);
  }
  expect(fileDifference("a", "# One\nkind: ConfigMap\n", "# Two\nkind: ConfigMap\n")).toContain("+# Two");
});

const secret = (more: object) => ({ apiVersion: "v1", kind: "Secret", metadata: { name: "a", namespace: "shop" }, ...more });
test("that a value changed is said all the same, without the value", () => {
  const tree = (object: object) => treeOf(new Map([["web/a.yaml", toYaml(object)]]), "test");
  const fields = (before: object, after: object) =>
    review(tree(secret(before)), tree(secret(after))).changes.flatMap((change) =>
      change.fields.map(({ path, before, after }) => ({ path, before, after })),
    );
  const hidden = "(hidden)";
  expect(fields({ data: { a: "b25l" } }, { data: { a: "dHdv" } })).toEqual([{ path: "data.a", before: hidden, after: hidden }]);
  expect(fields({ data: { a: "b25l" } }, { stringData: { a: "one" } })).toEqual([]);
  expect(fields({ stringdata: { a: "one" } }, { stringdata: { a: "two" } })).toMatchObject([
    { path: "stringdata", before: hidden, after: hidden },
  ]);
  expect(fields({ data: { a: "b25l" } }, { data: { a: "b25l", b: "dHdv" } })).toEqual([{ path: "data.b", after: hidden }]);
  expect(fields({ type: "Opaque" }, { type: "kubernetes.io/tls" })).toEqual([
    { path: "type", before: "Opaque", after: "kubernetes.io/tls" },
  ]);
});

test("check says what is wrong with a Secret, without the value", () => {
  const [text = ""] = checkOutputs([toYaml(secret({ data: { password: "plain!" }, stringdata: { a: "b" } }))]);
  expect(text).toContain("data.password: expected base64, found (hidden)");
  expect(text).toContain('unknown field "stringdata"');
  const large = checkOutputs([toYaml(secret({ data: { a: Buffer.alloc(6 * 1024 * 1024, "A").toString() } }))])[0];
  expect(large).toContain("at most 1048576 bytes in all, and there are more");
});

test("the command line prints no value, with --debug neither", () => {
  const value = randomBytes(18).toString("base64url");
  const planted = new Planted(1);
  planted.values.push(value);
  const files = (text: string) => ({
    "old/a.yaml": toYaml(secret({ data: { password: "b25l" } })),
    "new/a.yaml": toYaml(secret({ data: { password: `${text}!` }, stringdata: { a: text } })),
    "new/broken.yaml": `kind: Secret\ndata: {password: "${text}\n`,
    "overlays/index.ts": `import { app, environment } from "slipway";
export const dev = environment("dev", { kubernetes: "1.34", cluster: { name: "dev" }, registry: "registry.example", domain: "dev.example",
  argocd: { repository: "https://git.example/x.git" }, secrets: { literals: true }, apps: [
  app("web", { namespace: "web", workload: { kind: "Deployment" }, container: { image: "other.example/web:1" }, secrets: { env: { PASSWORD: "${text}" }, files: { "a.key": "${text}" } } })
    .with({ secrets: { env: { PASSWORD: "${text}-2" } } }).patch({ kind: "Secret", name: "web-literals" }, "patch.json")] });\n`,
    "overlays/dev/patch.json": `[{ "op": "add", "path": "/data/MORE", "value": "${Buffer.from(text).toString("base64")}" }]`,
  });
  const project = new Project(files(value));
  const outputs: string[] = [];
  const run = (...args: string[]) => {
    const { stdout, stderr } = project.slipway(...args);
    outputs.push(stdout, stderr);
    return stdout + stderr;
  };
  for (const format of ["text", "json", "codequality", "sarif", "github"]) run("check", "new", "--debug", "--format", format);
  run("review", "old", "new", "--debug");
  project.write({ "new/broken.yaml": "{}" });
  for (const format of ["text", "markdown", "json", "html", "codequality"]) run("review", "old", "new", "--debug", "--format", format);
  for (const format of ["text", "json"]) expect(run("explain", "dev", "web", "--format", format)).toContain("PASSWORD");
  expect(run("explain", "dev", "web", "secrets.env.PASSWORD")).toContain("(hidden)");
  run("explain", "dev", "web", "Secret:/data");
  run("synth");
  const path = "dist/dev/web/Secret.web-literals.k8s.yaml";
  project.write({ [path]: project.read(path).replace(/PASSWORD: .*/, `PASSWORD: ${value}\n  stray: ${value}`) });
  expect(run("synth", "--check")).toMatch(/-\s+stray: "\(hidden\)"/);
  run("board");
  outputs.push(project.read("board.html"));
  project.write({ "overlays/dev/patch.json": `[{ "op": "test", "path": "/data/PASSWORD", "value": "${value}" }]` });
  expect(run("synth", "--debug")).toContain("the test failed");
  project.write({ "overlays/dev/patch.json": `[{ "op": "test", ${value}` });
  run("synth", "--debug");
  project.write(files(`${value}" as never, X: ["${value}"], Y: {a: "${value}"}, Z: "`));
  run("synth", "--debug");
  for (const output of outputs) expect(planted.in(output)).toEqual([]);
});
