import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { parse } from "yaml";
import { Project, program } from "../project.ts";
import { describeWithTools } from "../tools.ts";
import { tools } from "../tools-folder.ts";

interface Report {
  readonly findings: readonly {
    rule: string;
    severity: string;
    environment: string;
    file: string;
    line?: number;
    path: string;
    message: string;
    waived?: object;
  }[];
  readonly coverage: {
    readonly sources: readonly { kind: string; source: string; manifests: number }[];
    readonly notRendered: readonly { source: string; reason: string }[];
    readonly referencesOutside: readonly object[];
  };
  readonly summary: { readonly errors: number; readonly manifests: number };
  readonly skipped?: readonly string[];
}

/** What `check` says, as JSON. */
function checked(project: Project, ...args: string[]): Report & { readonly status: number } {
  const { status, stdout, stderr } = project.slipwayWith({ PATH: `${tools}:${process.env.PATH}` }, "check", ...args, "--format", "json");
  if (stdout === "") throw new Error(stderr);
  return { status, ...(JSON.parse(stdout) as Report) };
}

const pod = (name: string, secret = "vault-web", image = "web:1") => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop }
spec: { containers: [{ name: a, image: "${image}", resources: { requests: { memory: 1Mi } }, envFrom: [{ secretRef: { name: ${secret} } }] }] }
`;
const reason = "the vendor pushes nothing else";

describe("slipway check of one source", () => {
  test("takes a file, whatever else lies beside it", () => {
    const project = Project.bare({ "build/prod.yaml": pod("web"), "build/broken.yaml": "a: [" });
    const { status, findings, coverage } = checked(project, "build/prod.yaml", "--complete");
    expect(status).toBe(1);
    expect(findings).toMatchObject([{ rule: "references/configuration", environment: "prod.yaml", file: "build/prod.yaml" }]);
    expect(coverage.sources).toEqual([{ kind: "files", source: "build/prod.yaml", manifests: 1 }]);
  });

  test("takes standard input", () => {
    const run = (input: string | Buffer) =>
      spawnSync(process.execPath, [program, "check", "-", "--complete"], {
        input,
        encoding: "utf8",
        env: { ...process.env, NODE_OPTIONS: "" },
      });
    expect(run(pod("web"))).toMatchObject({ status: 1, stdout: expect.stringMatching(/references\/configuration {2}standard input:4/) });
    expect(run("")).toMatchObject({ status: 2, stderr: expect.stringMatching(/^standard input: is empty\n/) });
    expect(run(Buffer.from([0x61, 0xff, 0xfe]))).toMatchObject({ status: 2, stderr: expect.stringMatching(/standard input: .*UTF-8/) });
    expect(run(Buffer.alloc(9 * 1024 * 1024, "a"))).toMatchObject({ status: 2, stderr: expect.stringMatching(/too large/) });
  });

  test("writes out the first remarks of a rule, and counts the others", () => {
    const pods = ["a", "b", "c", "d", "e"].map(
      (name) => `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec: { containers: [{ name: a, image: a:1 }] }\n`,
    );
    const project = Project.bare({ "pods.yaml": pods.join("---\n") });
    const { stdout } = project.slipway("check", "pods.yaml");
    expect(stdout.match(/requests no memory/g)).toHaveLength(3);
    expect(stdout).toContain("\n2 further remarks of rollout/requests in pods.yaml: --format json lists them\n");
    expect(checked(project, "pods.yaml").findings).toHaveLength(5);
    expect(project.slipway("check", "pods.yaml", "--complete").stdout.match(/warning Pod/g)).toHaveLength(5);
  });

  test("names everything that isn't there, at once", () => {
    const project = Project.bare({ "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n", "plain/a.yaml": pod("a") });
    const { status, stderr } = project.slipway("check", "nowhere", "charts/web:a.yaml:b.yaml", "plain:a.yaml", "--namespace", "Shop");
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining('--namespace: "Shop" is not the name of a namespace'),
    });
    expect(project.slipway("check", "nowhere", "charts/web:a.yaml:b.yaml", "plain:a.yaml").stderr).toBe(
      'nowhere: there is no such file or folder\n  Check the path; it is relative to where you run slipway.\ncharts/web:a.yaml:b.yaml: no such file of values: "a.yaml", "b.yaml", neither in the chart nor beside it\n  Check the paths after the colon; they count from the chart, or from where you run slipway.\nplain: is not a chart: it has no Chart.yaml\n  Name a chart before the colon, and its values after it.\n\n3 problems; nothing was written.\n',
    );
  });

  test("refuses a version of Kubernetes that nothing is known of", () => {
    const project = Project.bare({ "a.yaml": pod("a") });
    for (const version of ["1.99", "1.5", "1.034"])
      expect(project.slipway("check", "--kubernetes", version)).toMatchObject({
        status: 2,
        stderr: expect.stringMatching(/--kubernetes: expected a (minor )?version/),
      });
  });
});

describe("slipway check without arguments, in a repository without overlays", () => {
  test("looks at what is there, and says what it took it for", () => {
    const project = Project.bare({
      "manifests/web.yaml": pod("web"),
      "other/kustomization.yaml": "resources: ['https://git.example/base']\n",
    });
    const { coverage, summary } = checked(project);
    expect(summary).toMatchObject({ errors: 0, manifests: 1 });
    expect(coverage.sources).toEqual([
      { kind: "files", source: ".", manifests: 1 },
      { kind: "kustomization", source: "other/kustomization.yaml", manifests: 0 },
    ]);
    expect(project.slipway("check").stdout).toMatch(
      /^looked at 1 kustomization \(other\/kustomization\.yaml\), 1 manifest in plain files$/m,
    );
  });

  test("what it can't judge is in every format", () => {
    const project = Project.bare({ "kustomization.yaml": "resources: ['https://git.example/base']\n" });
    const gap = "not rendered: kustomization.yaml: it includes https://git.example/base, and nothing is fetched";
    const run = (format: string) => project.slipway("check", "--format", format);
    expect(run("text").stdout).toContain(gap);
    expect(run("github").stdout).toBe(`::notice title=coverage::${gap}\n`);
    expect(run("codequality")).toMatchObject({ stdout: "[]\n", stderr: `${gap}\n` });
    const { runs } = JSON.parse(run("sarif").stdout) as { runs: { invocations: object[] }[] };
    expect(runs[0]?.invocations).toEqual([
      {
        executionSuccessful: true,
        toolExecutionNotifications: [{ level: "note", message: { text: gap }, descriptor: { id: "coverage" } }],
      },
    ]);
  });
});

describe("slipway.yaml", () => {
  const files = {
    "apps/web.yaml": pod("web", "vault-web", "web:latest"),
    "apps/other.yaml": pod("other", "nowhere"),
    "shared/all.yaml": pod("third", "elsewhere"),
  };

  test("names environments of several sources, what is complete, and what is provided", () => {
    const project = Project.bare({
      ...files,
      "slipway.yaml": `
provided: [{ kind: Secret, name: "vault-*" }]
environments:
  dev: { sources: [apps] }
  prod:
    sources: [apps, shared/all.yaml]
    complete: true
    provided: [{ kind: S*, namespace: shop, name: elsewhere }, { kind: Secret, namespace: other, name: nowhere }]
`,
    });
    const found = ({ findings }: Report) =>
      findings
        .filter(({ rule }) => rule === "references/configuration")
        .map(({ environment, severity, file }) => [environment, severity, file]);
    expect(found(checked(project))).toEqual([
      ["dev", "info", "apps/other.yaml"],
      ["prod", "error", "apps/other.yaml"],
    ]);
    expect(checked(project, "--env", "dev").summary).toMatchObject({ errors: 0, manifests: 2 });
    expect(project.slipway("check", "--env", "prodd")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Did you mean "prod"?'),
    });
    // From a folder below too, and for a folder that is named.
    mkdirSync(join(project.folder, "apps/deep"));
    expect(found(JSON.parse(project.run(process.execPath, [program, "check", "--format", "json"]).stdout) as Report)).toHaveLength(2);
    expect(found(checked(project, "apps"))).toEqual([["apps", "info", "apps/other.yaml"]]);
    expect(found(checked(project, "."))).toHaveLength(2);
  });

  test("sets rules off or milder, and waives findings, each with its reason", () => {
    const project = Project.bare({
      ...files,
      "slipway.yaml": `
complete: true
rules:
  references/*: { severity: info, reason: ${reason} }
  rollout/recreate: { severity: "off", reason: ${reason} }
waivers:
  vendor: { rule: security/image-tag, resource: Pod web, reason: ${reason}, until: '2999-01-31' }
  old: { rule: security/image-tag, resource: Pod gone, reason: ${reason}, until: '2999-01-31' }
`,
    });
    const { status, findings, skipped } = checked(project);
    expect(status).toBe(0);
    expect(findings.filter(({ rule }) => rule.startsWith("references/")).map(({ severity }) => severity)).toEqual(["info", "info", "info"]);
    expect(findings.find(({ rule }) => rule === "security/image-tag")).toMatchObject({ waived: { reason } });
    expect(findings.find(({ rule }) => rule === "fleet/waiver")).toMatchObject({
      file: "slipway.yaml",
      message: expect.stringContaining("covers nothing"),
    });
    expect(skipped).toEqual(["rollout/recreate"]);
  });

  test("says everything that is wrong, with lines", () => {
    const wrong = (text: string) => Project.bare({ ...files, "slipway.yaml": text }).slipway("check");
    expect(
      wrong(`kubernetes: 1.34
provided: [{ kind: Secret, nam: a }]
rules: { rollout/readiness-probe: { severity: error, reason: x } }
environments:
  prod: { source: [apps] }
`),
    ).toEqual({
      status: 2,
      stdout: "",
      stderr: `slipway.yaml:1: kubernetes: expected a string, found 1.34
  Write it in quotes.
slipway.yaml:2: provided.0.name: is required but missing
  Add it.
slipway.yaml:2: provided.0.nam: unknown key "nam"
  Did you mean "name"?
slipway.yaml:3: rules["rollout/readiness-probe"].severity: expected one of "off", "info", "warning", found "error"
  Change the value there.
slipway.yaml:3: rules["rollout/readiness-probe"].reason: expected at least 10 characters, found "x"
  Change the value there.
slipway.yaml:5: environments.prod.sources: is required but missing
  Add it.
slipway.yaml:5: environments.prod.source: unknown key "source"
  Did you mean "sources"?

7 problems; nothing was written.
`,
    });
    expect(wrong("environments:\n  prod: { sources: [nowhere, ../outside, /etc, '-'] }\n").stderr).toMatch(
      /sources\[0\]: nowhere: there is no such[\s\S]*found "\.\.\/outside"[\s\S]*found "\/etc"[\s\S]*found "-"[\s\S]*4 problems/,
    );
    expect(wrong(`rules: { rollout/readness-probe: { severity: info, reason: ${reason} } }\n`).stderr).toMatch(
      /slipway\.yaml: rules\["rollout\/readness-probe"\]: there is no rule[^\n]*\n {2}Did you mean "rollout\/readiness-probe"\?/,
    );
    expect(wrong("a: [").stderr).toMatch(/^slipway\.yaml:1: /);
    expect(wrong("__proto__: { complete: true }\n").stderr).toMatch(/^slipway\.yaml:1: expected another key/);
    expect(wrong(`a: &a [x, x]\nb: [${Array(20).fill("*a").join(", ")}]\n`).stderr).toMatch(/aliases/);
  });

  test("names the snapshot of a cluster, for all or for an environment", () => {
    const snapshot = `apiVersion: slipway/v1
kind: ClusterSnapshot
kubernetes: "1.33"
apiResources: { v1: { namespaced: [Pod, Secret] } }
namespaces: { shop: { secrets: { vault-web: Opaque } } }
`;
    const project = Project.bare({
      "apps/web.yaml": pod("web"),
      "clusters/prod.yaml": snapshot,
      "slipway.yaml":
        "environments:\n  prod: { sources: [apps], snapshot: clusters/prod.yaml, complete: true }\n  dev: { sources: [apps], complete: true }\n",
    });
    const { findings } = checked(project);
    expect(findings.filter(({ rule }) => rule === "references/configuration")).toMatchObject([{ environment: "dev", severity: "error" }]);
    // A folder that holds a snapshot isn't taken for manifests.
    project.write({ "slipway.yaml": "snapshot: clusters/prod.yaml\n" });
    expect(checked(project)).toMatchObject({ status: 0, summary: { manifests: 1 }, findings: [] });
    project.write({ "slipway.yaml": "snapshot: ../prod.yaml\nschemas: nowhere\n" });
    expect(project.slipway("check").stderr).toMatch(
      /snapshot: expected a path in this repository[\s\S]*schemas: nowhere: there is no such[\s\S]*2 problems/,
    );
  });

  test("a waiver is in vain where no environment that has it needs it, and only a check of all says so", () => {
    const waiver = (resource: string, until = "2999-01-31") =>
      `{ rule: security/image-tag, resource: ${resource}, reason: ${reason}, until: '${until}' }`;
    const project = Project.bare({
      ...files,
      "slipway.yaml": `
waivers: { web: ${waiver("Pod web")}, gone: ${waiver("Pod gone")} }
rules: { security/plain-secret: { severity: "off", reason: ${reason} } }
environments:
  dev: { sources: [apps], waivers: { late: ${waiver("Pod web", "2020-01-31")} } }
  prod: { sources: [shared], waivers: { other: ${waiver("Pod web").replace("image-tag", "plain-secret")} } }
`,
    });
    const complaints = (...args: string[]) =>
      checked(project, ...args).findings.flatMap(({ rule, message }) => (rule === "fleet/waiver" ? message : []));
    expect(complaints().sort()).toEqual([
      "the waiver of security/image-tag for Pod gone covers nothing",
      "the waiver of security/image-tag for Pod web ran out on 2020-01-31",
    ]);
    expect([complaints("--env", "prod"), complaints("shared")]).toEqual([[], []]);
    project.write({
      "slipway.yaml": `${project.read("slipway.yaml")}`.replace(
        "rules: {",
        `rules: { fleet/waiver: { severity: "off", reason: ${reason} },`,
      ),
    });
    expect(complaints()).toEqual([]);
  });

  test("a source isn't a link that leads out of the repository", () => {
    const project = Project.bare({ ...files, "slipway.yaml": "environments:\n  prod: { sources: [apps/out] }\n" });
    symlinkSync("/etc", join(project.folder, "apps/out"));
    expect(project.slipway("check")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("apps/out is a link that leads out of this repository"),
    });
  });

  test("has a published schema that says the same", () => {
    const isValid = new Ajv.default({ strict: false }).compile(JSON.parse(readFileSync("schemas/slipway.schema.json", "utf8")) as object);
    const good = `kubernetes: "1.34"\nenvironments: { prod: { sources: [a], complete: true, rules: { a/b: { severity: info, reason: ${reason} } } } }\n`;
    expect(isValid(parse(good))).toBe(true);
    for (const bad of ["kubernetes: 1.34", "environments: { prod: {} }", "invented: 1"])
      expect([bad, isValid(parse(bad))]).toEqual([bad, false]);
  });
});

describeWithTools(["kustomize", "helm", "helm4/helm"], "sources that tools render", () => {
  const chart = {
    "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
    "charts/web/values.yaml": "key: a\n",
    "charts/web/values-prod.yaml": "key: 'not valid!'\n",
    "values/more.yaml": "key: b\n",
    "charts/web/templates/a.yaml":
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web }\ndata: { {{ required "set the key" .Values.key | quote }}: a }\n',
  };

  test("a chart with files of values, the later the stronger", () => {
    const project = Project.bare(chart);
    expect(checked(project, "charts/web:values.yaml").status).toBe(0);
    expect(checked(project, "charts/web:values-prod.yaml").findings).toMatchObject([
      { environment: "web:values-prod.yaml", severity: "error" },
    ]);
    expect(checked(project, "charts/web:values-prod.yaml:values/more.yaml").status).toBe(0);
  });

  test("Helm 3 and Helm 4 render the same", () => {
    const broken = { "charts/web/templates/b.yaml": "apiVersion: v1\nkind: Secret\nmetadata: { name: {{ .Release.Name }}-b }\ndat: {}\n" };
    const project = Project.bare({ ...chart, ...broken });
    const report = (folder: string) =>
      project.slipwayWith({ PATH: `${folder}:${process.env.PATH}` }, "check", "charts/web", "--format", "json").stdout;
    expect(JSON.parse(report(tools))).toMatchObject({
      findings: [{ file: "charts/web/templates/b.yaml", path: "dat" }],
      coverage: { notRendered: [] },
    });
    expect(report(join(tools, "helm4"))).toBe(report(tools));
  });

  test("where nothing can be rendered a refusal is an error, whoever named the source", () => {
    const project = Project.bare({ "prod/kustomization.yaml": "resources: [web.yaml]\n" });
    expect(checked(project)).toMatchObject({ status: 1, findings: [{ rule: "schema/source", severity: "error" }] });
    project.write({ "web/web.yaml": pod("web") });
    const { status, findings } = checked(project);
    expect({ status, found: findings.filter(({ rule }) => rule === "schema/source") }).toMatchObject({
      status: 0,
      found: [{ severity: "warning" }],
    });
  });

  test("what a tool refuses is a finding, and a gap", () => {
    const project = Project.bare({ ...chart, "values/none.yaml": "key: null\n", "prod/kustomization.yaml": "resources: [web.yaml]\n" });
    const reason = "kustomize fails: there is no web.yaml";
    const { status, findings, coverage } = checked(project, "prod");
    expect({ status, findings }).toMatchObject({ status: 1, findings: [{ rule: "schema/source", severity: "error", message: reason }] });
    expect(checked(project).findings).toMatchObject([{ rule: "schema/source", severity: "warning", message: reason }]);
    expect(coverage.notRendered).toEqual([{ source: "prod/kustomization.yaml", reason }]);
    expect(checked(project, "charts/web:values/none.yaml").findings).toMatchObject([
      { rule: "schema/source", file: "charts/web/Chart.yaml" },
    ]);
  });

  test("what a kustomization that can't be rendered includes is rendered by itself, unless another one includes it", () => {
    const project = Project.bare({
      "all/kustomization.yaml": "resources: [../overlays/prod, ../overlays/staging, '../base', 'https://git.example/base']\n",
      "broken/kustomization.yaml": "resources: [../alone, nowhere.yaml]\n",
      "alone/kustomization.yaml": "resources: [web.yaml]\n",
      "alone/web.yaml": pod("alone"),
      "base/kustomization.yaml": "resources: [web.yaml]\n",
      "base/web.yaml": pod("web"),
      "overlays/prod/kustomization.yaml": "resources: [../../base]\n",
      "overlays/staging/kustomization.yaml": "resources: [../../base]\n",
    });
    const { coverage, summary } = checked(project);
    expect(summary.manifests).toBe(3);
    expect(coverage.notRendered.map(({ source }) => source)).toEqual(["all/kustomization.yaml", "broken/kustomization.yaml"]);
    expect(coverage.sources.map(({ source }) => source)).toEqual([
      "all/kustomization.yaml",
      "broken/kustomization.yaml",
      "overlays/prod/kustomization.yaml",
      "overlays/staging/kustomization.yaml",
      "alone/kustomization.yaml",
    ]);
    expect(checked(project, "all").coverage.sources).toHaveLength(3);
  });

  test("a kustomization is rendered whatever the texts in it, as the delimiter of a replacement", () => {
    const project = Project.bare({
      "app/kustomization.yaml": `resources: [web.yaml]
replacements:
  - source: { kind: ConfigMap, name: web, fieldPath: metadata.name }
    targets: [{ select: { kind: ConfigMap }, fieldPaths: [data.a], options: { delimiter: "/", index: 1, create: true } }]
commonLabels: { dot: "." }
`,
      "app/web.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web }\ndata: { a: x/y }\n",
    });
    const { stdout } = project.slipwayWith({ PATH: `${tools}:${process.env.PATH}` }, "check", "app", "--format", "json");
    expect(JSON.parse(stdout).coverage.sources).toEqual([expect.objectContaining({ kind: "kustomization", manifests: 1 })]);
  });

  test("a component is rendered with others alone: it is neither a source nor a gap, unless it is named", () => {
    const project = Project.bare({
      "web.yaml": pod("web"),
      "components/a/kustomization.yaml": "kind: Component\nresources: [a.yaml]\n",
      "components/a/a.yaml": pod("a"),
    });
    const { coverage, summary } = checked(project);
    expect(coverage).toMatchObject({ sources: [{ kind: "files" }], notRendered: [] });
    expect(summary.manifests).toBe(1);
    expect(checked(project, "components/a").coverage.notRendered).toEqual([
      { source: "components/a/kustomization.yaml", reason: "it is a component, which other kustomizations include" },
    ]);
  });

  describe("what overlays take over from a base", () => {
    const base = `apiVersion: v1
kind: ConfigMap
metadata: { name: web }
dat: {}
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { ports: [{ port: 80 }], typo: 1 }
`;
    const overlay = (environment: string, patch: string) => `resources: [../../base]
namePrefix: ${environment}-
patches: [{ target: { kind: Service }, patch: '${patch}' }]
`;
    const port = JSON.stringify([{ op: "replace", path: "/spec/ports/0/port", value: 0 }]);
    const files = {
      "base/kustomization.yaml":
        "resources: [web.yaml]\nsecretGenerator: [{ name: key, literals: [tls.crt=b], type: kubernetes.io/tls }]\n",
      "base/web.yaml": base,
    };
    const placesIn = (project: Project) =>
      checked(project, ".").findings.map(
        ({ environment, file, line, path }) => `${environment.replace(/^.*\/overlays/, "overlays")} ${file}:${line} ${path}`,
      );

    test("is found in the base's file; what an overlay or a generator writes, in the kustomization", () => {
      const project = Project.bare({ ...files, "overlays/prod/kustomization.yaml": overlay("prod", port) });
      expect(placesIn(project)).toEqual([
        "overlays/prod base/web.yaml:4 dat",
        "overlays/prod base/web.yaml:9 spec.typo",
        "overlays/prod overlays/prod/kustomization.yaml:undefined data",
        'overlays/prod overlays/prod/kustomization.yaml:undefined data["tls.crt"]',
        'overlays/prod overlays/prod/kustomization.yaml:undefined data["tls.key"]',
        "overlays/prod overlays/prod/kustomization.yaml:undefined spec.ports[0].port",
      ]);
    });

    test("is shown once, with the names of the others; JSON has each", () => {
      const project = Project.bare({
        ...files,
        ...Object.fromEntries(["a", "b", "c", "d", "e"].map((name) => [`overlays/${name}/kustomization.yaml`, overlay(name, "[]")])),
      });
      expect(placesIn(project).filter((place) => place.endsWith("web.yaml:4 dat"))).toHaveLength(5);
      const shown = (format: string) =>
        project
          .slipwayWith({ PATH: `${tools}:${process.env.PATH}` }, "check", ".", "--format", format)
          .stdout.split("\n")
          .filter((line) => line.includes("also in"));
      const others = /also in \S+overlays\/b, \S+overlays\/c, 2 more/;
      expect(shown("text")).toEqual([
        expect.stringMatching(/schema\/fields {2}base\/web\.yaml:4 {2}also in/),
        expect.stringMatching(others),
      ]);
      for (const format of ["github", "codequality", "sarif"])
        expect(shown(format)).toEqual([expect.stringMatching(others), expect.stringMatching(others)]);
    });

    test("is rendered as it stands: with annotations for the origin a wrong patch would apply", () => {
      const annotate = JSON.stringify([{ op: "remove", path: "/metadata/annotations/config.kubernetes.io~1origin" }]);
      const project = Project.bare({ ...files, "overlays/prod/kustomization.yaml": overlay("prod", annotate) });
      const refused = checked(project, ".").findings.filter(({ rule }) => rule === "schema/source");
      expect(refused).toMatchObject([{ file: "overlays/prod/kustomization.yaml" }]);
    });
  });

  test("an environment that couldn't be rendered whole isn't complete", () => {
    const project = Project.bare({
      "web.yaml": pod("web", "nowhere"),
      "remote/kustomization.yaml": "resources: ['https://git.example/base']\n",
      "slipway.yaml": "complete: true\nenvironments:\n  prod: { sources: [web.yaml, remote] }\n",
    });
    const { status, coverage } = checked(project);
    expect({ status, coverage }).toMatchObject({ status: 0, coverage: { notRendered: [{}], referencesOutside: [{ kind: "Secret" }] } });
  });
});
