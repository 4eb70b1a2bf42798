import { stripVTControlCharacters } from "node:util";
import { hasColours } from "../../lib/cli/output.ts";
import { Project } from "../project.ts";

const terminal = { isTTY: true };
const pipe = {};

test.each([
  ["a terminal", terminal, {}, true],
  ["a pipe", pipe, {}, false],
  ["a terminal with NO_COLOR", terminal, { NO_COLOR: "1" }, false],
  ["a terminal with an empty NO_COLOR", terminal, { NO_COLOR: "" }, true],
  ["a dumb terminal", terminal, { TERM: "dumb" }, false],
  ["a pipe with FORCE_COLOR", pipe, { FORCE_COLOR: "1" }, true],
  ["a terminal with FORCE_COLOR=0", terminal, { FORCE_COLOR: "0" }, false],
  ["a terminal with FORCE_COLOR=false", terminal, { FORCE_COLOR: "false" }, false],
  ["FORCE_COLOR before NO_COLOR", pipe, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
])("%s", (_what, stream, environment, expected) => {
  expect(hasColours(stream, environment)).toBe(expected);
});

describe("a command", () => {
  const project = new Project({ "web.yaml": "apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [] }\n" });

  test("paints severities where colours are forced, and never what a program reads", () => {
    const coloured = project.slipwayWith({ FORCE_COLOR: "1" }, "check", "web.yaml");
    expect(coloured.stdout).toContain("\u001b[31merror\u001b[0m");
    expect(project.slipway("check", "web.yaml").stdout).not.toContain("\u001b");
    expect(project.slipwayWith({ FORCE_COLOR: "1" }, "check", "web.yaml", "--format", "json").stdout).not.toContain("\u001b");
  });

  test("paints what is wrong, and leaves what to do about it", () => {
    const { stderr } = project.slipwayWith({ FORCE_COLOR: "1" }, "check", "wep.yaml");
    expect(stderr.startsWith("\u001b[1;31mwep.yaml: ")).toBe(true);
    expect(stderr).toContain("\u001b[0m\n  ");
    expect(project.slipway("check", "wep.yaml").stderr).not.toContain("\u001b");
  });
});

const overlays = (cluster: string) => `import { app, environment } from "slipway";
const web = (name) => app(name, { namespace: "shop", container: { image: "web:1" }, workload: { kind: "Deployment", strategy: { type: "Canary" } } });
export default [
  environment("prod", {
    kubernetes: "1.34",
    cluster: { name: "prod"${cluster} },
    registry: "r.example",
    argocd: { repository: "https://git.example/d.git" },
    apps: [web("cart"), web("mail"), web("web")],
  }),
];
`;
const snapshot = `apiVersion: slipway/v1
kind: ClusterSnapshot
kubernetes: "1.34"
apiResources: {}
namespaces:
  shop:
    rollouts:
      cart: { phase: Degraded }
      mail: { phase: Progressing, step: 1, steps: 2 }
      web: { phase: Paused, step: 1, steps: 3 }
`;

describe("an answer for people", () => {
  const project = new Project({ "overlays/index.ts": overlays("") });
  const released = new Project({ "overlays/index.ts": overlays(', snapshot: "cluster.yaml"'), "cluster.yaml": snapshot });
  project.slipway("synth");
  const [path = ""] = Object.keys(project.files()).filter((file) => file.includes("web/Rollout.web"));
  project.write({ [`dist/${path}`]: project.files()[path]?.replace("kind: Rollout", "kind: Deployment") ?? "" });

  test.each([
    [
      "status: what isn't as it should be",
      ["status", "--offline"],
      ["\u001b[31mrollout degraded\u001b[0m", "\u001b[36mrollout goes on", "\u001b[33mrollout waits"],
    ],
    [
      "explain: paths, and where values come from",
      ["explain", "prod", "web", "namespace"],
      ["\u001b[1mnamespace\u001b[0m: shop", "\u001b[2mbase  overlays/index.ts:2\u001b[0m"],
    ],
    ["explain of all values", ["explain", "prod", "web"], ["\u001b[1mcontainer\u001b[0m\n", "  \u001b[1mimage\u001b[0m: "]],
    ["rules: severities", ["rules"], ["\u001b[31merror  \u001b[0m", "\u001b[33mwarning\u001b[0m", "\u001b[36minfo   \u001b[0m"]],
    ["rules of one: headings", ["rules", "rollout/readiness-probe"], ["(\u001b[33mwarning\u001b[0m)", "\u001b[1mFix:\u001b[0m "]],
    [
      "synth --check: lines that differ",
      ["synth", "--check"],
      ["\u001b[31m  -kind: Deployment\u001b[0m", "\u001b[32m  +kind: Rollout\u001b[0m", "\u001b[36m  @@ "],
    ],
    ["help: headings", ["status", "--help"], ["\u001b[1mUsage:\u001b[0m "]],
  ])("%s", (_what, args, expected) => {
    const at = args[0] === "status" ? released : project;
    const { stdout } = at.slipwayWith({ FORCE_COLOR: "1" }, ...args);
    for (const part of expected) expect(stdout).toContain(part);
    const plain = at.slipway(...args).stdout;
    expect(plain).not.toContain("\u001b");
    expect(stripVTControlCharacters(stdout)).toBe(plain);
  });

  test("problems that repeat what was typed have no colours of their own", () => {
    expect(project.slipwayWith({ FORCE_COLOR: "1" }, "\u001b[31mx").stderr).toMatch(/^error: unknown command '\\u001b\[31mx'/);
  });
});
