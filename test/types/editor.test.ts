import { readFileSync } from "node:fs";
import { LanguageServer } from "../language-server.ts";

const server = new LanguageServer();
afterAll(() => server.close());

const path = "overlays/base/backend-app.ts";
const text = readFileSync(path, "utf8");
const misspelt = text.replace("periodSeconds: 5", "periodSecond: 5");
let uri: string;
beforeAll(async () => {
  uri = await server.open(path, misspelt);
});

const hovers: readonly (readonly [word: string, documentation: string])[] = [
  ["namespace:", "Namespace of everything the app has."],
  ["replicas:", "Number of pods. Default: 1. Left out of the manifest when the app has `autoscaling`."],
  ["readiness:", "While it fails the pod gets no traffic."],
  ["sizeLimit:", "The pod is evicted past it."],
  ["hook:", "When Argo CD runs it."],
  ["methods:", "Methods the API Gateway lets through"],
];

test.each(hovers)("an editor shows the documentation of `%s`", async (word, documentation) => {
  const hover = await server.hover(uri, misspelt, word);
  expect(JSON.stringify(hover)).toContain(documentation);
});

const patches: readonly (readonly [file: string, word: string, documentation: string])[] = [
  ["overlays/prod/index.ts", "kubernetes:", "Minor version of the cluster."],
  ["overlays/prod/index.ts", "maxDuration:", "Longest wait."],
  ["overlays/prod/index.ts", "enableServiceLinks:", "Whether every Service of the namespace becomes environment variables."],
  ["overlays/prod/backend-app.ts", "roleArn:", "IAM role the pods act as"],
  ["overlays/prod-us/index.ts", "domain:", "Domain under which routes are served."],
  ["overlays/prod-us/index.ts", "store:", "Store that ExternalSecrets read."],
  ["overlays/prod-us/index.ts", "minReplicas:", "Least number of pods."],
];

test.each(patches)("in %s an editor shows the documentation of `%s`", async (file, word, documentation) => {
  const patch = readFileSync(file, "utf8");
  expect(JSON.stringify(await server.hover(await server.show(file, patch), patch, word))).toContain(documentation);
});

test("an editor marks a misspelt key, and names the right one", async () => {
  const report = JSON.stringify(await server.request("textDocument/diagnostic", { textDocument: { uri } }));
  expect(report).toContain("periodSecond");
  expect(report).toMatch(/Did you mean to write 'periodSeconds'|does not exist in type/);
});

const mapped = `import type { Autoscaling } from "slipway";
type Patch<T> = T extends object ? { readonly [Key in keyof T]?: Patch<T[Key]> | null } : T;
export const patch: Patch<Autoscaling> = { minReplicas: 2 };
`;

test("a mapped type of patches loses the documentation: when this fails, lib/overlay/model-patch.ts and its writer can go (decision 2)", async () => {
  const documentation = "Least number of pods.";
  expect(JSON.stringify(await server.hover(server.show("overlays/patch.ts", mapped), mapped, "minReplicas:"))).not.toContain(documentation);
  // The same question of the interface itself is answered.
  const whole = mapped.replace("Patch<Autoscaling>", "Autoscaling");
  expect(JSON.stringify(await server.hover(server.show("overlays/whole.ts", whole), whole, "minReplicas:"))).toContain(documentation);
});
