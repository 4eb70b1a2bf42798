import { readFileSync } from "node:fs";
import { Project, program } from "../project.ts";

const overlay = `import { app, environment } from "slipway";
const web = app("web", { namespace: "shop", workload: { kind: "Deployment" }, container: { image: "web:1" } });
export const dev = environment("dev", {
  kubernetes: "1.34", cluster: { name: "dev" }, registry: "registry.example", argocd: { repository: "https://git.example/x.git" }, apps: [web],
});
`;
const files = {
  "overlays/index.ts": overlay,
  "old/web.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web, namespace: shop }\ndata: { a: one }\n",
  "new/web.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web, namespace: shop }\ndata: { a: two }\n",
};

test("--version prints the package's version, when the file is run by its own first line too", () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  const project = new Project();
  expect(project.slipwayProcess({}, "--version")).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
  expect(project.run(program, ["--version"])).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
});

test("a reader that stops before the end ends the command without a word", () => {
  // Its answer is longer than a pipe holds, so that the command still writes when nobody reads.
  const script = 'set -o pipefail; "$1" "$2" rules --format json | head -c 1';
  expect(new Project().run("bash", ["-c", script, "bash", process.execPath, program])).toEqual({ status: 141, stdout: "[", stderr: "" });
});

/** Most tests run commands in a warm process: what they see has to be what people see. */
test.each([
  ["synth"],
  ["synth", "--check"],
  ["synth", "--env", "nowhere"],
  ["synth", "--nonsense"],
  ["check", "new", "--format", "json"],
  ["review", "old", "new", "--fail-on", "in-place"],
  ["explain", "dev", "web", "container.image"],
  ["rules", "no-such-rule", "--debug"],
  ["image", "set", "--help"],
  ["status"],
])("a process of its own ends, and says on each stream, what a warm one does: %s", (...args) => {
  const [warm, own] = [new Project(files), new Project(files)];
  const { status, stdout, stderr } = own.slipwayProcess({}, ...args);
  const place = (text: string) => text.replaceAll(own.folder, warm.folder).replace(/^\s+at .*\n/gm, "");
  const answer = warm.slipway(...args);
  expect({ ...answer, stderr: place(answer.stderr) }).toEqual({ status, stdout: place(stdout), stderr: place(stderr) });
  expect(warm.files()).toEqual(own.files());
});
