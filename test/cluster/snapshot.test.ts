import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv from "ajv/dist/2020.js";
import { z } from "zod";
import { knownCluster, kubectl, snapshotText, takeSnapshot } from "../../lib/cluster/index.ts";
import { SnapshotSchema } from "../../lib/cluster/snapshot.ts";
import { InputError } from "../../lib/problem/index.ts";
import { recorded } from "./answers.ts";

const problemsOf = (text: string) => {
  try {
    knownCluster(text, "prod.yaml");
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  return [];
};
const head = 'apiVersion: slipway/v1\nkind: ClusterSnapshot\nkubernetes: "1.34"\napiResources: {}\n';

test("a snapshot has names, types and keys, and says what wasn't allowed or didn't answer", async () => {
  const snapshot = await takeSnapshot(recorded);
  expect(snapshotText(snapshot)).toBe(`apiVersion: slipway/v1
kind: ClusterSnapshot
apiResources:
  apps/v1:
    namespaced:
    - Deployment
  v1:
    cluster:
    - Namespace
    namespaced:
    - Service
    - ServiceAccount
kubernetes: "1.34"
namespaces:
  shop:
    configMaps:
      settings:
      - a
      - b
    labels:
      team: web
    secrets:
      database: Opaque
    serviceAccounts:
    - web
notAllowed:
- services
notAnswered:
- down.example/v1
`);
  const { listedKinds, served } = knownCluster(snapshotText(snapshot), "prod.yaml");
  expect([listedKinds.has("Secret"), listedKinds.has("Service"), served.unknown.has("down.example/v1")]).toEqual([true, false, true]);
});

test("a snapshot has the Rollouts that aren't done, and nothing of those that are", async () => {
  const rollout = (name: string, status: object, steps: readonly object[] = [{ setWeight: 20 }, { pause: {} }]) => ({
    metadata: { name, namespace: "shop" },
    spec: { strategy: { canary: { steps } } },
    status: { message: "a message nobody may see", ...status },
  });
  const items = [
    rollout("web", { phase: "Paused", currentStepIndex: 1 }),
    rollout("cart", { phase: "Degraded", abort: true, currentStepIndex: 0 }),
    rollout("mail", { phase: "Progressing" }, []),
    rollout("done", { phase: "Healthy", currentStepIndex: 2 }),
    { metadata: { name: "new", namespace: "shop" }, spec: {} },
  ];
  const answers: Readonly<Record<string, object>> = {
    "/apis": {
      groups: [{ preferredVersion: { groupVersion: "argoproj.io/v1alpha1" }, versions: [{ groupVersion: "argoproj.io/v1alpha1" }] }],
    },
    "/apis/argoproj.io/v1alpha1": { resources: [{ name: "rollouts", kind: "Rollout", namespaced: true }] },
    "/apis/argoproj.io/v1alpha1/rollouts": { items },
  };
  const snapshot = await takeSnapshot(async (first, path = "", ...more) => {
    const found = answers[path];
    return found ? { text: JSON.stringify(found) } : recorded(first, path, ...more);
  });
  const states = {
    cart: { phase: "Degraded", aborted: true },
    mail: { phase: "Progressing" },
    web: { phase: "Paused", step: 1, steps: 2 },
  };
  expect(snapshot.namespaces.shop?.rollouts).toEqual(states);
  expect(snapshotText(snapshot)).not.toMatch(/nobody/);
  expect(Object.fromEntries(knownCluster(snapshotText(snapshot), "prod.yaml").rollouts)).toEqual({
    "shop/cart": states.cart,
    "shop/mail": states.mail,
    "shop/web": states.web,
  });
});

describe("a file that isn't a snapshot is refused with all that is wrong", () => {
  test.each<[string, string, object[]]>([
    ["text that isn't YAML", "a: [", [{ file: "prod.yaml", message: expect.stringMatching(/^isn't valid YAML/) }]],
    ["another kind", "apiVersion: v1\nkind: ConfigMap\n", [{ message: expect.stringMatching(/^isn't a snapshot of a cluster/) }]],
    ["a list", "[]", [{ message: expect.stringMatching(/^isn't a snapshot of a cluster/) }]],
    ["several documents", `${head}namespaces: {}\n---\na: 1\n`, [{ message: expect.stringMatching(/^isn't valid YAML/) }]],
    [
      "unknown keys and wrong types",
      `${head}extra: 1\nnamespaces:\n  shop: { secrets: { a: { password: x } }, pods: [a] }\n`,
      [
        { path: "namespaces.shop.secrets.a" },
        { path: "namespaces.shop", message: 'unknown key "pods"' },
        { path: "", message: 'unknown key "extra"' },
      ],
    ],
    ["__proto__", `${head}namespaces: { __proto__: { labels: {} } }\n`, [{ message: 'holds the key "__proto__"' }]],
    ["names that lead elsewhere", `${head}namespaces: { "../shop": {} }\n`, [{ path: "namespaces.../shop" }]],
    [
      "what is nested without end",
      `${head}namespaces: ${"[".repeat(5000)}${"]".repeat(5000)}\n`,
      [{ line: 5, message: expect.stringMatching(/nesting exceeded/) }],
    ],
    ["an alias of itself", `${head}namespaces: &a { a: *a }\n`, [{ message: "is nested too deep" }]],
    [
      "aliases that stand for billions",
      `${head}namespaces:\n  a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 9 }, (_entry, index) => `  a${index + 1}: &a${index + 1} [${Array.from({ length: 10 }, () => `*a${index}`).join(",")}]`).join("\n")}\n`,
      [{ message: expect.stringMatching(/^holds more than/) }],
    ],
    [
      "a schema that isn't one",
      `${head}customResources: [{ group: a.b, kind: A, versions: { v1: "{", v2: "[]", v3: '${'{"items":'.repeat(300)}1${"}".repeat(300)}' } }]\nnamespaces: {}\n`,
      ["v1", "v2", "v3"].map((version) => ({ path: `customResources[0].versions.${version}` })),
    ],
  ])("%s", (_what, text, expected) => {
    const started = Date.now();
    expect(problemsOf(text)).toEqual(expected.map((problem) => expect.objectContaining({ ...problem, fix: expect.stringMatching(/./) })));
    expect(Date.now() - started).toBeLessThan(5000);
  });
});

describe("schemas/cluster-snapshot.schema.json", () => {
  const published = JSON.parse(readFileSync("schemas/cluster-snapshot.schema.json", "utf8")) as object;

  test("says what is read", () => {
    const { $schema, ...schema } = z.toJSONSchema(SnapshotSchema);
    expect(published).toEqual({ $schema, title: "A snapshot of a cluster", ...schema });
  });

  test("holds for a snapshot, and refuses one that has more", async () => {
    const isValid = new Ajv.default({ allErrors: true }).compile(published);
    const snapshot = await takeSnapshot(recorded);
    expect([isValid(snapshot), isValid.errors]).toEqual([true, null]);
    expect(isValid({ ...snapshot, extra: 1 })).toBe(false);
    expect(isValid({ ...snapshot, namespaces: { shop: { pods: [] } } })).toBe(false);
  });
});

describe("kubectl", () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-kubectl-"));
  const { PATH } = process.env;
  afterEach(() => {
    process.env.PATH = PATH;
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const failing = (stderr: string) => {
    writeFileSync(join(folder, "kubectl"), `#!/bin/sh\necho "$@" > ${folder}/arguments\necho '${stderr}' >&2\nexit 1\n`);
    chmodSync(join(folder, "kubectl"), 0o755);
    process.env.PATH = `${folder}:${PATH}`;
  };

  test("that isn't installed is a problem that says how to install it", async () => {
    process.env.PATH = join(folder, "nothing");
    await expect(takeSnapshot(kubectl({}))).rejects.toThrow(/kubectl isn't installed.*\n.*https:\/\/kubernetes\.io\/docs\/tasks\/tools/);
  });

  test("that reaches no cluster is a problem that repeats what it says", async () => {
    failing("E1126 memcache.go\nThe connection to the server 127.0.0.1:1 was refused");
    await expect(takeSnapshot(kubectl({ context: "--prod; rm", kubeconfig: "a b" }))).rejects.toThrow(
      /can't ask the cluster: The connection to the server 127\.0\.0\.1:1 was refused/,
    );
    expect(readFileSync(join(folder, "arguments"), "utf8")).toBe(
      "get --raw /version --kubeconfig=a b --context=--prod; rm --request-timeout=60s\n",
    );
  });

  test.each([
    ["Error from server (Forbidden): secrets is forbidden", "forbidden"],
    ['error: the server doesn"t have a resource type "gateways" (NotFound)', "absent"],
    ["Error from server (ServiceUnavailable): the server is currently unable to handle the request", "down"],
  ])("what it says is understood: %s", async (stderr, refused) => {
    failing(stderr);
    expect(await kubectl({})("secrets")).toEqual({ refused });
  });

  test("an answer that isn't Kubernetes' is a problem", async () => {
    await expect(takeSnapshot(async () => ({ text: "<html>" }))).rejects.toThrow(/isn't JSON/);
    await expect(takeSnapshot(async () => ({ text: "{}" }))).rejects.toThrow(/isn't a Kubernetes API server/);
  });
});
