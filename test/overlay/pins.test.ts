import { parsePins, setPins } from "../../lib/overlay/index.ts";
import { Project } from "../project.ts";
import { sized } from "../sizes.ts";
import { describeWithTools, kustomize } from "../tools.ts";

const digest = `sha256:${"ab".repeat(32)}`;
const file = "overlays/test/kustomization.yaml";
const entry = (more: string) => `images:\n- name: registry.example/a\n  ${more}\n`;

/** A place of the tables below: a line, or a path. */
const placeOf = (place: string | undefined) => {
  if (place === undefined) return {};
  return place.startsWith("line ") ? { line: Number(place.slice("line ".length)) } : { path: place };
};

describe("parsePins", () => {
  test("reads kustomize's own format; a missing file and an empty list pin nothing", () => {
    expect(
      parsePins(
        `resources: [../x]\nimages:\n- name: r.example/a\n  newTag: "1"\n  digest: ${digest}\n- {name: r.example/b, newName: o.example/b}\n`,
        file,
      ),
    ).toEqual({
      file,
      pins: [
        { name: "r.example/a", newTag: "1", digest },
        { name: "r.example/b", newName: "o.example/b" },
      ],
      problems: [],
    });
    for (const text of [undefined, "", "images: []\n", "images:\n", "# nothing\n"])
      expect(parsePins(text, file)).toEqual({ file, pins: [], problems: [] });
  });

  const wrong: readonly (readonly [what: string, text: string, path: string | undefined, message: RegExp])[] = [
    ["not YAML", "images: [\n", "line 1", /./],
    ["no mapping", "- a\n", "", /expected object/],
    ["images of another type", "images: x\n", "images", /expected array/],
    ["a key misspelt", entry("newtag: a"), "images.0", /newtag/],
    ["a tag that YAML reads as a number", entry("newTag: 1.10"), "images.0.newTag", /expected string/],
    ["a transformer synth would not apply", "namePrefix: x-\nimages: []\n", "", /namePrefix/],
    ["a bad tag", entry('newTag: "a b"'), "images.0", /"a b" is not a valid tag/],
    ["a bad digest", entry("digest: sha256:12"), "images.0", /is not a valid digest/],
    ["a name that is a pattern", "images:\n- name: r.example/.*\n  newTag: a\n", "images.0.name", /is not a valid image name/],
    ["a name with a tag", "images:\n- name: r.example/web:1.0\n  newTag: a\n", "images.0.name", /is not a valid image name/],
    [
      "a new name with a tag",
      "images:\n- name: r.example/web\n  newName: r.example/web:1.0\n  newTag: '2.0'\n",
      "images.0",
      /is not a valid image name/,
    ],
    [
      "a new name with a digest",
      `images:\n- name: r.example/web\n  newName: r.example/web@sha256:${"a".repeat(64)}\n`,
      "images.0",
      /is not a valid image name/,
    ],
    ["a pin to nothing", "images:\n- name: r.example/a\n", "images.0", /pins "r.example\/a" to neither a tag nor a digest/],
    ["an image twice", `${entry("newTag: a")}- name: registry.example/a\n  newTag: b\n`, "images.1", /a second entry/],
    ["a duplicate key", entry("newTag: a\n  newTag: b"), "line 4", /twice/],
    ["an alias", "images: &a\n- name: r.example/a\n  newTag: x\nmetadata: {annotations: *a}\n", "line 4", /an alias/],
    ["a key __proto__", "metadata:\n  __proto__: {x: 1}\n", undefined, /__proto__/],
    ["a file too large", `# ${"x".repeat(1 << 20)}`, undefined, /larger than/],
  ];

  test.each(wrong)("refuses %s", (_name, text, path, message) => {
    const { pins, problems } = parsePins(text, file);
    expect(pins).toEqual([]);
    expect(problems[0]).toMatchObject({ file, message: expect.stringMatching(message), ...placeOf(path) });
  });
});

describe("setPins", () => {
  const text = `# Head.
apiVersion: kustomize.config.k8s.io/v1beta1
resources:
- ../../dist/test # all of it
images:
# The first.
- name: r.example/a # ours
  newTag: "1.0"   # by release
# The second.
- digest: ${digest}
  name: r.example/b
metadata:
  annotations: {k: 'v'}
`;

  test("changes a tag and nothing else", () => {
    expect(setPins(text, [{ name: "r.example/a", tag: "2.0.1" }])).toBe(text.replace('"1.0"', '"2.0.1"'));
  });

  test("adds a digest below what is there, and takes one away with its line", () => {
    const both = setPins(text, [{ name: "r.example/a", tag: "v2", digest }]);
    expect(both).toBe(text.replace('  newTag: "1.0"   # by release\n', `  newTag: v2   # by release\n  digest: ${digest}\n`));
    expect(setPins(both, [{ name: "r.example/a", tag: "v2" }])).toBe(text.replace('"1.0"', "v2"));
  });

  test("takes away the pair an entry begins with", () => {
    expect(setPins(text, [{ name: "r.example/b", tag: "v3" }])).toBe(
      text.replace(`- digest: ${digest}\n  name: r.example/b\n`, "- name: r.example/b\n  newTag: v3\n"),
    );
  });

  test("adds an entry after the others, and the list to a file that has none", () => {
    expect(setPins(text, [{ name: "r.example/c", tag: "v1" }])).toBe(
      text.replace("  name: r.example/b\n", "  name: r.example/b\n- name: r.example/c\n  newTag: v1\n"),
    );
    for (const empty of ["resources: [x]\n", "resources: [x]", "resources: [x]\nimages: []\n", "resources: [x]\nimages:\n"]) {
      expect(parsePins(setPins(empty, [{ name: "r.example/c", tag: "v1", digest }]), file)).toMatchObject({
        problems: [],
        pins: [{ name: "r.example/c", newTag: "v1", digest }],
      });
    }
    expect(setPins("", [{ name: "r.example/c", tag: "v1" }])).toBe("images:\n- name: r.example/c\n  newTag: v1\n");
  });

  test("keeps Windows line ends, indented lists and a missing last line end", () => {
    const windows = "images:\r\n  - name: r.example/a\r\n    newTag: x\r\n";
    expect(setPins(windows, [{ name: "r.example/a", tag: "z", digest }])).toBe(
      `images:\r\n  - name: r.example/a\r\n    newTag: z\r\n    digest: ${digest}\r\n`,
    );
    expect(setPins("images:\n  - name: r.example/a\n    newTag: x", [{ name: "r.example/b", tag: "z" }])).toBe(
      "images:\n  - name: r.example/a\n    newTag: x\n  - name: r.example/b\n    newTag: z\n",
    );
  });

  test("flow style and what YAML takes for numbers are set too", () => {
    for (const tag of ["1", "1e3", "0x10", "true", "null", "2026-01-01", "v1"]) {
      const flow = setPins("images: [{name: r.example/a, newTag: old}] # why\n", [{ name: "r.example/a", tag }]);
      expect(parsePins(flow, file)).toMatchObject({ problems: [], pins: [{ name: "r.example/a", newTag: tag }] });
      expect(flow).toContain("# why");
      expect(parsePins(setPins(text, [{ name: "r.example/a", tag }]), file).pins[0]).toEqual({ name: "r.example/a", newTag: tag });
    }
  });

  test("setting the same twice changes nothing the second time", () => {
    const once = setPins(text, [
      { name: "r.example/a", tag: "z", digest },
      { name: "r.example/c", digest },
    ]);
    expect(
      setPins(once, [
        { name: "r.example/a", tag: "z", digest },
        { name: "r.example/c", digest },
      ]),
    ).toBe(once);
  });
});

describe("slipway image set", () => {
  const overlays = `
import { app, environment } from "slipway";
const appOf = (name: string, image: string) => app(name, { namespace: "shop", workload: { kind: "Deployment" }, container: { image } });
export const dev = environment("dev", {
  kubernetes: "1.34", cluster: { name: "dev" }, registry: "registry.example/company", argocd: { repository: "https://git.example/x.git" },
  apps: [appOf("web", "shop/web"), appOf("api", "shop/api"), appOf("cache", "docker.io/library/redis:7"), appOf("old", "legacy/api")],
});`;
  const kustomization = "# Pins.\nresources:\n- ../../dist/dev\n";
  const project = new Project({ "overlays/index.ts": overlays, "overlays/dev/kustomization.yaml": kustomization });
  const path = "overlays/dev/kustomization.yaml";

  test("pins images by their repository, whole name or what ends it, even where synth would refuse what lacks a pin", () => {
    expect(project.slipway("synth").stderr).toContain(
      'the image "registry.example/company/shop/api" has neither tag nor digest\n  Pin it: slipway image set dev registry.example/company/shop/api:TAG',
    );
    const { status, stdout } = project.slipway(
      "image",
      "set",
      "dev",
      `shop/web:1.0@${digest}`,
      "registry.example/company/shop/api:v2",
      "legacy/api:v3",
      `docker.io/library/redis@${digest}`,
    );
    expect(status).toBe(0);
    expect(stdout).toContain(`${path}: registry.example/company/shop/web:1.0@${digest}\n`);
    expect(project.read(path)).toBe(
      `${kustomization}images:\n- name: registry.example/company/shop/web\n  newTag: "1.0"\n  digest: ${digest}\n- name: registry.example/company/shop/api\n  newTag: v2\n- name: registry.example/company/legacy/api\n  newTag: v3\n- name: docker.io/library/redis\n  digest: ${digest}\n`,
    );
    expect(project.slipway("synth").status).toBe(0);
    expect(project.read("dist/dev/cache/Deployment.cache.k8s.yaml")).toContain(`image: docker.io/library/redis@${digest}`);
  });

  const refused: readonly (readonly [reference: string, message: string])[] = [
    ["shop/wep:1", 'no app of the environment uses an image "shop/wep"'],
    ["shop/web", '"shop/web" has neither tag nor digest'],
    ["shop/web:a b", '"a b" is not a valid tag'],
    ["shop/web@sha256:1", "is not a valid digest"],
    ["api:1", '"api" matches several images'],
  ];

  test.each(refused)("refuses %s and writes nothing", (reference, message) => {
    const before = project.read(path);
    expect(project.slipway("image", "set", "dev", reference)).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
    expect(project.read(path)).toBe(before);
  });

  test("needs no Helm: what a chart may use is taken by its whole name", () => {
    const charts = new Project({
      "overlays/index.ts": overlays.replace("apps: [", 'apps: [app("charted", { namespace: "shop", helm: { chart: "charts/cache" } }), '),
      "charts/cache/Chart.yaml": "apiVersion: v2\nname: cache\nversion: 1.0.0\n",
    });
    const set = (reference: string) => charts.slipwayWith({ PATH: "/nowhere" }, "image", "set", "dev", reference);
    expect(set("shop/web:1")).toMatchObject({ status: 0, stderr: "" });
    expect(set("docker.io/library/postgres:8")).toMatchObject({
      status: 0,
      stderr: "docker.io/library/postgres: no app is known to use it; charted may, which `slipway synth` finds out when it renders them\n",
    });
    expect(set("docker.io/library/postgres:9")).toMatchObject({ status: 0, stderr: "" });
    expect(charts.read(path)).toContain('- name: docker.io/library/postgres\n  newTag: "9"\n');
    expect(set("shop/wep:1")).toMatchObject({ status: 2, stderr: expect.stringContaining('uses an image "shop/wep"') });
  });

  test("makes the file where there is none", () => {
    const fresh = new Project({ "overlays/index.ts": overlays });
    expect(fresh.slipway("image", "set", "dev", "shop/web:1").status).toBe(0);
    expect(fresh.read(path)).toContain('- ../../dist/dev\nimages:\n- name: registry.example/company/shop/web\n  newTag: "1"\n');
  });
});

describeWithTools(["kustomize", "yaml2json"], "the same file", () => {
  test("takes turns between `slipway image set` and `kustomize edit set image`", () => {
    const project = Project.ofEstate();
    const folder = `${project.folder}/overlays/staging`;
    const name = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/dominos/backend-app";
    kustomize.edit(folder, "set", "image", `${name}=${name}:9.0.0`);
    expect(project.slipway("image", "set", "staging", `dominos/backend-app:9.0.1@${digest}`).status).toBe(0);
    kustomize.edit(folder, "set", "image", `${name}=${name}:9.0.2@${digest}`);
    expect(parsePins(project.read("overlays/staging/kustomization.yaml"), file).pins.find((pin) => pin.name === name)).toMatchObject({
      newTag: "9.0.2",
      digest,
    });
    expect(project.slipway("synth", "--env", "staging").status).toBe(0);
    expect(project.read("dist/staging/backend-app/Deployment.backend-app.k8s.yaml")).toContain(`image: ${name}:9.0.2@${digest}`);
  });
});

const keys = sized(10_000, 60_000);
test(`a kustomization.yaml of ${keys} keys is set in time`, () => {
  const text = `metadata:\n${Array.from({ length: keys }, (_name, index) => `  k${index}: a\n`).join("")}${entry("newTag: v1")}`;
  expect(parsePins(text, file).problems).toEqual([]);
  const begun = performance.now();
  expect(setPins(text, [{ name: "registry.example/a", tag: "v2" }])).toBe(text.replace("v1", "v2"));
  expect(performance.now() - begun).toBeLessThan(15_000);
}, 60_000);
