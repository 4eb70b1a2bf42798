import { Project } from "../project.ts";

const settings = `kubernetes: "1.34", cluster: { name: "c" }, registry: "registry.example", argocd: { repository: "https://git.example/d.git" }`;
const index = `import { environment } from "slipway";
import { web } from "./base/web.ts";
export const dev = environment("dev", { ${settings}, apps: [web] });
export const staging = environment("staging", { ${settings.replace('"c"', '"s"')}, apps: [web] });
export const prod = environment("prod", { ${settings.replace('"c"', '"p"')}, apps: [
  web.with({ workload: { replicas: -1 } }),
] });
`;
/** Overlays of three environments with one app, which begins at line 2. */
const projectOf = (...spec: string[]) =>
  new Project({
    "overlays/index.ts": index,
    "overlays/base/web.ts": [
      'import { app } from "slipway";',
      'export const web = app("web", {',
      '  namespace: "shop",',
      ...spec,
      "});",
      "",
    ].join("\n"),
  });
const workload = '  workload: { kind: "Deployment" }, container: { image: "web:1" },';

test("a problem of an app names the file and line that say it, once for all environments it concerns", () => {
  const { status, stderr } = projectOf(workload.replace("web:1", "web 1")).slipway("synth");
  expect(status).toBe(2);
  expect(stderr.split("\n").slice(0, 5)).toEqual([
    expect.stringMatching(
      /^overlays\/base\/web.ts:2: dev, prod, staging: web: container.image: expected an image reference, .*, found "web 1"$/,
    ),
    "  Change the value there. See docs/reference/container.md#image",
    expect.stringMatching(/^overlays\/index.ts:6: prod\/web: workload.replicas: expected at least 0, found -1$/),
    "  Change the value there. See docs/reference/deployment-workload.md#replicas",
    "",
  ]);
  expect(stderr).toContain("2 problems; nothing was written.");
});

test("what is missing is looked for where the app begins", () => {
  const { stderr } = projectOf('  workload: { kind: "Deployment" },').slipway("synth", "--env", "dev");
  expect(stderr).toMatch(/^overlays\/base\/web.ts:2: dev\/web: container: is required/);
});

test("what extend throws is reported with its file, line and the line's text, and with --debug its stack", () => {
  const project = projectOf(workload, "  extend: () => {", '    throw new Error("no such queue");', "  },");
  const place = "overlays/base/web.ts:6: dev/web: extend: rendering failed: no such queue\n";
  expect(project.slipway("synth", "--env", "dev")).toMatchObject({
    status: 2,
    stderr: `${place}  6 | throw new Error("no such queue");\n  Correct extend; --debug shows the stack.\n\n1 problem; nothing was written.\n`,
  });
  const { stderr } = project.slipway("synth", "--env", "dev", "--debug");
  expect(stderr).toMatch(/^Error: no such queue\n {4}at .*overlays\/base\/web\.ts:6:\d+/m);
});

test("what a construct throws is reported where extend uses it", () => {
  const project = projectOf(
    workload,
    "  extend: (chart) => {",
    '    new ApiObject(chart, "a", { apiVersion: "v1", kind: "ConfigMap" });',
    '    new ApiObject(chart, "a", { apiVersion: "v1", kind: "ConfigMap" });',
    "  },",
  );
  project.write({ "overlays/base/web.ts": `import { ApiObject } from "cdk8s"; ${project.read("overlays/base/web.ts")}` });
  const { stderr } = project.slipway("synth", "--env", "dev");
  expect(stderr).toMatch(/^overlays\/base\/web.ts:7: dev\/web: extend: rendering failed: There is already a Construct with name 'a'/);
  expect(stderr).toContain('  7 | new ApiObject(chart, "a", { apiVersion: "v1", kind: "ConfigMap" });\n');
});

test("an overlay that throws while it is imported shows the line, and with --debug its stack", () => {
  const project = projectOf(workload);
  project.write({ "overlays/base/web.ts": 'const size = () => {\n  throw new TypeError("no size");\n};\nexport const web = size();\n' });
  expect(project.slipway("synth")).toMatchObject({
    status: 2,
    stderr:
      'overlays/base/web.ts:2: importing it failed: no size\n  2 | throw new TypeError("no size");\n  Correct the module; --debug shows the stack.\n\n1 problem; nothing was written.\n',
  });
  expect(project.slipway("synth", "--debug").stderr).toMatch(/^TypeError: no size\n {4}at .*overlays\/base\/web\.ts:2:\d+/m);
});

test("a chart's failure names the layer that asks for the chart", () => {
  const { stderr } = projectOf('  helm: { chart: "charts/none" },').slipway("synth", "--env", "dev");
  expect(stderr).toMatch(/^overlays\/base\/web.ts:2: dev\/web: helm.chart: there is no chart in charts\/none\n/);
});

test("a setting's problem names the environment's line", () => {
  const project = projectOf(workload);
  project.write({ "overlays/index.ts": index.replace('kubernetes: "1.34"', 'kubernetes: "latest"') });
  expect(project.slipway("synth", "--env", "dev").stderr).toMatch(
    /^overlays\/index.ts:3: dev: kubernetes: expected a minor version, as 1.34, found "latest"/,
  );
});
