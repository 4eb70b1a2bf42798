import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Project, program } from "../project.ts";

const deployment = (image = "web:1", more = "", claims = "") => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: "${image}", resources: { requests: { memory: 64Mi }${claims} }${more} }] }
`;
interface Found {
  rule: string;
  severity: string;
  environment: string;
  app: string;
  resource: object;
  file: string;
  line?: number;
  path: string;
  message: string;
  fix: string;
}

/** What `check` says of a folder of files, as JSON. */
function checked(project: Project, ...args: string[]) {
  const { status, stdout, stderr } = project.slipway("check", "manifests", "--format", "json", ...args);
  return { status, stderr, ...(JSON.parse(stdout) as { findings: Found[]; summary: Record<string, number> }) };
}

describe("slipway check DIR", () => {
  test("is content with good manifests, whatever they are written in", () => {
    const project = new Project({
      "manifests/web/deployment.yaml": deployment(),
      "manifests/web/service.json": JSON.stringify({
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "web", namespace: "shop" },
        spec: { selector: { app: "web" }, ports: [{ port: 80 }] },
      }),
      "manifests/list.yml": `\uFEFFapiVersion: v1\r\nkind: List\r\nitems:\r\n- apiVersion: v1\r\n  kind: ConfigMap\r\n  metadata: { name: a, namespace: shop }\r\n- &base\r\n  apiVersion: v1\r\n  kind: ConfigMap\r\n  metadata: { name: b, namespace: shop }\r\n`,
      "manifests/merged.yaml":
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c, namespace: shop }\ndata:\n  <<: { a: text }\n  b: text\n---\n# nothing\n---\n",
      "manifests/notes.txt": "no manifest",
    });
    const { status, findings, summary } = checked(project);
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(summary).toEqual({ errors: 0, warnings: 0, waived: 0, manifests: 5 });
    expect(findings).toMatchObject([
      {
        severity: "info",
        rule: "rollout/readiness-probe",
        environment: "manifests",
        app: "web",
        file: "manifests/web/deployment.yaml",
        line: 8,
      },
    ]);
    expect(status).toBe(0);
  });

  test("says rule, place, line and fix, and ends with status 1 where something can't work", () => {
    const project = new Project({
      "manifests/all.yaml": `${deployment()}---\n${deployment("web:1", ", port: 80").replace("name: web, namespace", "name: other, namespace")}`,
    });
    const { status, findings } = checked(project);
    expect(status).toBe(1);
    expect(findings.find(({ rule }) => rule === "schema/fields")).toEqual({
      rule: "schema/fields",
      severity: "error",
      environment: "manifests",
      app: "",
      resource: { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "other" },
      file: "manifests/all.yaml",
      line: 17,
      path: "spec.template.spec.containers[0].port",
      message: 'unknown field "port"',
      fix: 'Did you mean "ports"?',
    });
  });

  test("takes the version and level it is given", () => {
    const project = new Project({ "manifests/web.yaml": deployment() });
    expect(checked(project, "--pod-security", "restricted").findings.map(({ rule }) => rule)).toContain("security/pod-standard");
    expect(checked(project).findings).toEqual([]);
    project.write({ "manifests/web.yaml": `${deployment("web:1", "", ", claims: []")}` });
    expect(checked(project, "--kubernetes", "1.34").status).toBe(0);
    expect(project.slipway("check", "manifests", "--kubernetes", "v1.34")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("expected a minor version"),
    });
    expect(project.slipway("check", "nowhere")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("nowhere: there is no such file or folder"),
    });
  });

  test("a field that came later is reported for an older cluster", () => {
    const project = new Project({
      "manifests/service.yaml":
        "apiVersion: v1\nkind: Service\nmetadata: { name: db, namespace: shop }\nspec: { clusterIP: None, trafficDistribution: PreferClose, ports: [{ port: 80 }] }\n",
    });
    expect(checked(project, "--kubernetes", "1.27").findings).toMatchObject([
      { rule: "schema/fields", message: 'unknown field "trafficDistribution"' },
    ]);
    expect(checked(project, "--kubernetes", "1.34").findings).toEqual([]);
  });

  test("waivers of the folder cover what they name", () => {
    const project = new Project({
      "manifests/web.yaml": deployment("web:latest"),
      "manifests/slipway.waivers.yaml":
        "waivers:\n  vendor: { rule: security/image-tag, resource: Deployment web, reason: the vendor pushes latest only, until: '2999-01-31' }\n",
    });
    expect(checked(project)).toMatchObject({
      status: 0,
      summary: { warnings: 0, waived: 1 },
      findings: [{ waived: { until: "2999-01-31" } }],
    });
    project.write({ "manifests/slipway.waivers.yaml": "waivers:\n  vendor: { rule: security/image-tag, resource: Deployment web }\n" });
    expect(project.slipway("check", "manifests")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("manifests/slipway.waivers.yaml:2: waivers.vendor.reason"),
    });
  });

  test("prints GitLab's code quality, with fingerprints that a moved line doesn't change", () => {
    const project = new Project({ "manifests/web.yaml": deployment("web:latest") });
    const report = () =>
      JSON.parse(project.slipway("check", "manifests", "--format", "codequality").stdout) as {
        fingerprint: string;
        location: { path: string; lines: { begin: number } };
      }[];
    const [before] = report();
    expect(before).toMatchObject({
      check_name: "security/image-tag",
      severity: "minor",
      location: { path: "manifests/web.yaml", lines: { begin: 8 } },
    });
    project.write({ "manifests/web.yaml": `# a comment\n---\n${deployment("web:latest")}` });
    const [after] = report();
    expect(after?.fingerprint).toBe(before?.fingerprint);
    expect(after?.location.lines.begin).toBe(10);
  });

  test("text groups by app and says the fix; colours are for terminals", () => {
    const project = new Project({ "manifests/web/deployment.yaml": deployment("web:latest") });
    const { stdout } = project.slipway("check", "manifests");
    expect(stdout).toBe(
      'manifests/web\n  warning Deployment web spec.template.spec.containers[0].image: the image "web:latest" has the tag latest\n    Pin a tag that doesn\'t move, or a digest, with `kustomize edit set image`, or in the manifest.\n    security/image-tag  manifests/web/deployment.yaml:8\n\n0 errors, 1 warning in 1 manifest\n',
    );
  });
});

const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${["b", "c", "d", "e", "f", "g", "h"].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[index]}`).join(", ")}]`).join("\n")}\n`;
const hostile: readonly (readonly [what: string, content: string | Buffer, message: RegExp])[] = [
  ["an alias bomb", bomb, /alias/i],
  ["a deep file", `a: ${"[".repeat(50_000)}${"]".repeat(50_000)}`, /deep|Maximum|nested/i],
  ["a huge file", Buffer.alloc(9 * 1024 * 1024, "a"), /too large/],
  ["invalid UTF-8", Buffer.from([0x61, 0x3a, 0x20, 0xff, 0xfe]), /UTF-8/],
  ["a NUL", "a: b\0", /NUL/],
  ["a syntax error", "a: [b\nc: d", /./],
];
describe("hostile input to slipway check", () => {
  test.each(hostile)("%s is a finding that names the file, and the rest is still checked", (_name, content, message) => {
    const project = new Project({ "manifests/good.yaml": deployment("web:latest") });
    writeFileSync(join(project.folder, "manifests/bad.yaml"), content);
    const { status, findings } = checked(project);
    const found = findings.filter(({ rule }) => rule === "schema/yaml");
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ severity: "error", file: "manifests/bad.yaml", message: expect.stringMatching(message) });
    expect(findings.map(({ rule }) => rule)).toContain("security/image-tag");
    expect(status).toBe(1);
  });

  test("keys of prototypes are fields nobody knows", () => {
    const project = new Project({
      "manifests/a.yaml":
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: shop }\n__proto__: { polluted: true }\nconstructor: { prototype: { polluted: true } }\n",
    });
    expect(
      checked(project)
        .findings.map(({ message }) => message)
        .sort(),
    ).toEqual(['unknown field "__proto__"', 'unknown field "constructor"']);
  });

  test("links out, links in circles and pipes are findings; nothing waits for them", () => {
    const project = new Project({ "manifests/good.yaml": deployment(), "outside/secret.yaml": "a: b\n" });
    const at = (name: string) => join(project.folder, "manifests", name);
    symlinkSync("../outside/secret.yaml", at("out.yaml"));
    symlinkSync("loop.yaml", at("loop.yaml"));
    symlinkSync("good.yaml", at("inside.yaml"));
    execFileSync("mkfifo", [at("pipe.yaml")]);
    mkdirSync(at("folder.yaml"));
    const { findings } = checked(project);
    expect(findings.map(({ file, message }) => `${file} ${message}`)).toEqual([
      "manifests/loop.yaml is a link that leads nowhere, or in a circle",
      "manifests/out.yaml is a link that leads out of the folder",
      "manifests/pipe.yaml is not a file",
    ]);
  });

  test("files that can't be read are findings", () => {
    const project = new Project({ "manifests/good.yaml": deployment(), "manifests/locked.yaml": deployment() });
    chmodSync(join(project.folder, "manifests/locked.yaml"), 0);
    const args = [program, "check", "manifests"];
    const { stdout } =
      process.getuid?.() === 0
        ? project.run("setpriv", ["--bounding-set=-dac_override,-dac_read_search,-fowner", "--inh-caps=-all", process.execPath, ...args])
        : project.run(process.execPath, args);
    expect(stdout).toMatch(/manifests\/locked.yaml: .*EACCES/);
  });
});

describe("slipway check of overlays", () => {
  const overlay = (more: string, waivers = "") => `
import { app, environment } from "slipway";
const web = app("web", { namespace: "shop", workload: { kind: "Deployment", replicas: 2 }, container: { image: "web:1", ports: { http: 80 }, resources: { requests: { memory: "64Mi" } } }, service: { ports: { http: 80 } } });
export const dev = environment("dev", {
  kubernetes: "1.34", cluster: { name: "dev" }, registry: "registry.example", argocd: { repository: "https://git.example/x.git" }, ${waivers}
  apps: [web${more}],
});
`;
  const project = new Project({ "overlays/index.ts": overlay("") });
  const broken = '.patch("Deployment", [{ op: "add", path: "/spec/template/spec/serviceAccountName", value: "nobody" }])';

  test("synth prints warnings and writes", () => {
    const { status, stdout, stderr } = project.slipway("synth");
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("new") });
    expect(stderr).toContain("rollout/readiness-probe  dist/dev/web/Deployment.web.k8s.yaml:");
  });

  test("an error keeps synth from writing, and ends it with status 1", () => {
    const before = project.files();
    project.write({ "overlays/index.ts": overlay(broken) });
    const { status, stderr } = project.slipway("synth");
    expect(stderr).toContain(
      'error Deployment web spec.template.spec.serviceAccountName: there is no ServiceAccount "nobody" in shop\n    There are: web.',
    );
    expect(stderr).toContain("nothing was written; dist stays as it was");
    expect(status).toBe(1);
    expect(project.files()).toEqual(before);
  });

  test("what stops a write quotes the YAML that wasn't written, and names the overlay's key", () => {
    const privileged = ".with({ container: { security: { allowPrivilegeEscalation: true } } })";
    project.write({ "overlays/index.ts": overlay("").replace("apps: [web", `apps: [web${privileged}`) });
    const { stderr } = project.slipway("synth");
    expect(stderr).toMatch(/ {4}> +\d+ \| +allowPrivilegeEscalation: true\n/);
    expect(stderr).toContain("    In the overlay: container.security.allowPrivilegeEscalation, or namespaces.shop.podSecurity: baseline\n");
    expect(stderr).not.toContain("dist/dev/web/Deployment.web.k8s.yaml");
    const limits =
      '.patch("Deployment", [{ op: "add", path: "/spec/template/spec/containers/0/resources/limits", value: { memory: "1Mi" } }])';
    project.write({ "overlays/index.ts": overlay("").replace("apps: [web", `apps: [web${limits}`) });
    expect(project.slipway("synth").stderr).toContain("    In the overlay: container.resources.requests.memory\n");
  });

  test("a namespace that something else creates enforces the level that is stated, and none where nobody states one", () => {
    const rules = (settings: string) => {
      const privileged = ".with({ container: { security: { allowPrivilegeEscalation: true } } })";
      project.write({ "overlays/index.ts": overlay("", settings).replace("apps: [web", `apps: [web${privileged}`) });
      const { findings } = JSON.parse(project.slipway("check", "--format", "json").stdout) as { findings: { rule: string }[] };
      return findings.map(({ rule }) => rule).includes("security/pod-standard");
    };
    expect(rules("")).toBe(true);
    expect(rules("namespaces: { shop: { create: false } },")).toBe(false);
    expect(rules('namespaces: { shop: { create: false, podSecurity: "restricted" } },')).toBe(true);
    expect(rules('namespaces: { shop: { create: false } }, podSecurity: "restricted",')).toBe(true);
    expect(rules('namespaces: { shop: { create: false, podSecurity: "baseline" } }, podSecurity: "restricted",')).toBe(false);
  });

  test("a waiver in the overlay covers it, with its reason in the report", () => {
    const waiver =
      'waivers: { probe: { rule: "rollout/readiness-probe", resource: "Deployment web", reason: "answers as soon as it starts", until: "2999-01-31" } },';
    project.write({ "overlays/index.ts": overlay("", waiver) });
    expect(project.slipway("synth")).toMatchObject({ status: 0, stderr: "" });
    const { findings } = JSON.parse(project.slipway("check", "--format", "json").stdout) as { findings: { waived?: object }[] };
    expect(findings).toMatchObject([
      { rule: "rollout/readiness-probe", waived: { reason: "answers as soon as it starts", until: "2999-01-31" } },
    ]);
  });
});

test("slipway rules lists all, explains one, and names the nearest", () => {
  const project = new Project();
  expect(project.slipway("rules").stdout).toMatch(/^references\/service-selector +error +A Service that selects no pod/m);
  expect(project.slipway("rules", "rollout/blocking-budget").stdout).toMatch(
    /^rollout\/blocking-budget \(error\)\n\n.*\n\nBreaks it:\n\n {2}apiVersion: policy\/v1\n[\s\S]*\n\nFixed:\n\n {2}apiVersion: policy\/v1\n[\s\S]*\n\nFix: .*\nSource: https:/,
  );
  expect(project.slipway("rules", "rollout/blocking-budgt")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('Did you mean "rollout/blocking-budget"?'),
  });
});
