import { readFileSync } from "node:fs";
import type { KubernetesObject } from "slipway";
import { parseAllDocuments } from "yaml";
import { check } from "../../lib/check/index.ts";
import { ApiServer, describeWithServers, hasCrds, kubernetes } from "./api-server.ts";
import { compareWarnings } from "./compare-warnings.ts";
import { mutations } from "./mutations.ts";
import { type WarnedObject, warnedObjects } from "./warned-objects.ts";

const seeds = parseAllDocuments(readFileSync("test/e2e/seeds.yaml", "utf8")).map((document) => document.toJS() as KubernetesObject);
const known = warnedObjects().filter(({ object }) => hasCrds || !object.apiVersion.startsWith("argoproj.io"));
/** Every second mutation, for time: agreement.test.ts sends all. */
const mutated = seeds
  .flatMap((seed) => [...mutations(seed)].map(({ what, object }) => ({ what: `${seed.kind} ${what}`, object })))
  .filter((_mutation, index) => index % 2 === 0);

/** What the server refuses and check doesn't, and why that stays. */
const differences: readonly (readonly [what: RegExp, why: string])[] = [
  [/^Pod .*overhead: /, "a pod may have the overhead of its RuntimeClass alone, which check doesn't add to it"],
  [/kind: (EndpointSlice|Endpoints)/, "controllers write these; check holds them against their schema, and the form of their addresses"],
  [
    /^(Deployment|CronJob) container\.apparmor\.[^ ]+ unconfined/,
    "check doesn't compare the old annotation with the field: it reports the annotation as it is",
  ],
];

describeWithServers("check and the API server's warnings", () => {
  const server = new ApiServer();
  beforeAll(async () => {
    await server.start();
    await server.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
    await server.create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: "shop" } });
    if (hasCrds) await server.installCrds();
  }, 90_000);
  afterAll(() => server.stop());

  /** Calls a function for each object, eight at a time. */
  async function each(objects: readonly WarnedObject[], judge: (entry: WarnedObject) => Promise<void>): Promise<void> {
    let next = 0;
    const work = async () => {
      for (let entry = objects[next++]; entry; entry = objects[next++]) await judge(entry);
    };
    await Promise.all(Array.from({ length: 8 }, work));
  }

  async function disagreements(objects: readonly WarnedObject[]) {
    const [silent, unfounded]: [string[], string[]] = [[], []];
    let warnings = 0;
    await each(objects, async ({ what, object }) => {
      const comparison = await compareWarnings(server, what, object);
      warnings += comparison.warnings;
      silent.push(...comparison.silent);
      unfounded.push(...comparison.unfounded);
    });
    return { warnings, differ: { "warned of by the server, passed by check": silent, "warned of by check alone": unfounded } };
  }
  const none = { "warned of by the server, passed by check": [], "warned of by check alone": [] };

  /** Certificates and keys of the server's own, and what is nearly a pair. */
  function keyPairs(): readonly WarnedObject[] {
    const [crt, key, other] = ["server.crt", "server.key", "client.key"].map((name) => readFileSync(server.file(name), "utf8"));
    const pairs = { "a pair": [crt, key], "another's key": [crt, other], "no certificate": [key, key], "no key": [crt, crt] };
    const cut = { "a certificate that is cut": [crt?.replace(/[A-Za-z0-9+/=]+\n-----END/, "-----END"), key] };
    return Object.entries({ ...pairs, ...cut }).map(([what, [certificate, secret]]) => ({
      what,
      object: {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "a", namespace: "shop" },
        type: "kubernetes.io/tls",
        stringData: { "tls.crt": certificate, "tls.key": secret },
      } as KubernetesObject,
    }));
  }

  test("agree on which certificates and keys are pairs", async () => {
    const { warnings, differ } = await disagreements(keyPairs());
    expect(differ).toEqual(none);
    expect(warnings).toBe(4);
  });

  test("agree on every warning that the server's sources have, and on what is nearly one", async () => {
    const { warnings, differ } = await disagreements(known);
    expect(differ).toEqual(none);
    expect(warnings).toBeGreaterThan(400);
  }, 60_000);

  test("agree on what to warn of in thousands of mutated objects", async () => {
    const { warnings, differ } = await disagreements(mutated);
    expect(differ).toEqual(none);
    expect(warnings).toBeGreaterThan(20);
  }, 120_000);

  test("agree on which of the objects that get warnings are refused", async () => {
    const differ: string[] = [];
    await each(known, async ({ what, object }) => {
      const reason = await server.refusal(object);
      const errors = check(
        [{ name: "test", kubernetes, manifests: [{ object, app: "demo", file: "a.yaml" }] }],
        "2030-01-01",
      ).findings.filter(({ rule, severity }) => severity === "error" && rule.startsWith("schema/"));
      if ((reason !== undefined) === errors.length > 0 || differences.some(([pattern]) => pattern.test(what))) return;
      differ.push(
        `${what}: the server ${reason ?? "takes it"}; check ${errors.map(({ path, message }) => `${path} ${message}`).join("; ") || "takes it"}`,
      );
    });
    expect(differ).toEqual([]);
  }, 60_000);
});
