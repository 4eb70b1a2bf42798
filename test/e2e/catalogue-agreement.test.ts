import { readFileSync } from "node:fs";
import type { KubernetesObject } from "slipway";
import { parseAllDocuments } from "yaml";
import { check } from "../../lib/check/index.ts";
import { groupOf } from "../../lib/manifest/index.ts";
import { ApiServer, describeWithServers, kubernetes } from "./api-server.ts";
import { catalogueCrds } from "./catalogue-crds.ts";
import { mutations } from "./mutations.ts";

const seeds = parseAllDocuments(readFileSync("test/e2e/catalogue-seeds.yaml", "utf8")).map(
  (document) => document.toJS() as KubernetesObject,
);
const kindOf = (object: KubernetesObject) => `${groupOf(object)}/${object.kind}`;

/** What check says of an object's form. A field that the catalogue lacks is a warning by design: the cluster's version may have it. */
const issuesOf = (object: KubernetesObject) =>
  check([{ name: "test", kubernetes, isPart: true, manifests: [{ object, app: "", file: "a.yaml" }] }], "2030-01-01").findings.filter(
    ({ rule, severity }) => severity !== "info" && rule.startsWith("schema/") && !repeated.has(rule),
  );
/** Rules that repeat warnings: of what the server takes. */
const repeated = new Set(["schema/server-warning", "schema/deprecated"]);

/** Where the two differ, and why that stays. */
const differences: readonly (readonly [what: RegExp, why: string])[] = [
  [/2147483648 for /, "the server holds no custom resource to 32 bits; the operator, whose field has no more, can't read the object"],
  [/^Rollout .*\bspec\.template\b/, "the CRD leaves open what its controller holds pods to, or leaves out: see rollouts.test.ts"],
  [
    /^(Gateway .*\btls\b|HTTPRoute .*\bspec\.(parentRefs|rules\.0\.(filters|matches)))/,
    "check knows rules in CEL of the Gateway API by heart, which the catalogue's schemas are without",
  ],
];

describeWithServers("check's catalogue and an API server with the catalogue's CRDs", () => {
  const server = new ApiServer();
  const crds = catalogueCrds();
  beforeAll(async () => {
    await server.start();
    for (const name of ["shop", "velero", "metallb-system"])
      await server.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    const asked = new Set(seeds.map(kindOf));
    await server.install(crds.filter(({ spec }) => asked.has(`${spec.group}/${spec.names.kind}`)));
  }, 90_000);
  afterAll(() => server.stop());

  test("the server takes every schema of the catalogue", async () => {
    expect(crds.length).toBeGreaterThan(200);
    const refused: string[] = [];
    for (const crd of crds) {
      const { status, message } = await server.tryToCreate(crd);
      // Those that are installed exist.
      if (status >= 300 && status !== 409) refused.push(message);
    }
    expect(refused).toEqual([]);
  }, 60_000);

  test("both take one object of each kind", async () => {
    expect(seeds.length).toBeGreaterThan(25);
    for (const object of seeds)
      expect([kindOf(object), await server.refusal(object), issuesOf(object)]).toEqual([kindOf(object), undefined, []]);
  });

  test("agree on which of thousands of mutated objects are sound", async () => {
    const jobs = seeds.flatMap((seed) => [...mutations(seed)].map(({ what, object }) => ({ what: `${seed.kind} ${what}`, object })));
    expect(jobs.length).toBeGreaterThan(5000);
    const [passed, refused]: [string[], string[]] = [[], []];
    let next = 0;
    const work = async () => {
      for (let job = jobs[next++]; job; job = jobs[next++]) {
        const { what, object } = job;
        const reason = await server.refusal(object);
        const issues = issuesOf(object);
        if (reason !== undefined && issues.length === 0) passed.push(`${what}: ${reason}`);
        if (reason === undefined && issues.length > 0 && !differences.some(([pattern]) => pattern.test(what)))
          refused.push(`${what}: ${issues.map(({ rule, path, message }) => `${rule} ${path} ${message}`).join("; ")}`);
      }
    };
    await Promise.all(Array.from({ length: 8 }, work));
    expect({ "refused by the server, passed by check": passed, "taken by the server, refused by check": refused }).toEqual({
      "refused by the server, passed by check": [],
      "taken by the server, refused by check": [],
    });
  }, 120_000);
});
