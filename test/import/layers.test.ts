import fc from "fast-check";
import { layered } from "../../lib/import/layers.ts";
import { appShape, merge } from "../../lib/overlay/index.ts";
import { specs } from "../lift/specs.ts";
import { sized } from "../sizes.ts";

const runs = sized(200, 2000);
const spec = specs as fc.Arbitrary<Record<string, unknown>>;

test(`merging what environments share with the layer of each gives its app again (${runs} estates)`, () => {
  fc.assert(
    fc.property(fc.array(spec, { minLength: 1, maxLength: 4 }), (apps) => {
      const named = new Map(apps.map((app, index) => [`env-${index}`, app]));
      const { base, layers } = layered(named, "free");
      for (const [environment, app] of named) expect(merge(base, layers.get(environment) ?? {}, appShape())).toEqual(app);
    }),
    { numRuns: runs, seed: 20 },
  );
});

const three = (dev: object, staging: object, prod: object) =>
  layered(new Map(Object.entries({ dev, staging, prod }) as [string, Record<string, unknown>][]));

test("what most have goes to base, and what few have to their layers", () => {
  const { base, layers } = three(
    { workload: { kind: "Deployment", replicas: 1 }, container: { env: { DEBUG: "1", LEVEL: "info" } } },
    { workload: { kind: "Deployment", replicas: 2 }, container: { env: { LEVEL: "info" } } },
    { workload: { kind: "Deployment", replicas: 2 }, container: { env: { LEVEL: "info" } } },
  );
  expect(base).toEqual({ workload: { kind: "Deployment", replicas: 2 }, container: { env: { LEVEL: "info" } } });
  expect(layers).toEqual(new Map([["dev", { workload: { replicas: 1 }, container: { env: { DEBUG: "1" }, envOrder: ["DEBUG"] } }]]));
});

test("what is another one in each environment is said by each, unless variables would lose their order", () => {
  const app = (level: string, env: object) => ({
    configMaps: { settings: { data: { LEVEL: level, FORMAT: "text" } }, own: { data: { LEVEL: level } } },
    container: { env },
  });
  const last = three(app("a", { A: "1", URL: "dev" }), app("b", { A: "1", URL: "staging" }), app("c", { A: "1", URL: "prod" }));
  expect(last.base).toEqual({ configMaps: { settings: { data: { FORMAT: "text" } }, own: {} }, container: { env: { A: "1" } } });
  expect(last.layers.get("prod")).toEqual({
    configMaps: { settings: { data: { LEVEL: "c" } }, own: { data: { LEVEL: "c" } } },
    container: { env: { URL: "prod" } },
  });
  const first = three(app("a", { URL: "dev", A: "1" }), app("b", { URL: "staging", A: "1" }), app("c", { URL: "prod", A: "1" }));
  expect(first.base).toMatchObject({ container: { env: { URL: "dev", A: "1" } } });
  expect(first.layers.get("prod")).toMatchObject({ container: { env: { URL: "prod" } } });
});

test("objects of two kinds aren't mixed", () => {
  const volume = (source: object) => ({ volumes: { data: source } });
  const { base, layers } = three(volume({ emptyDir: {} }), volume({ claim: "data" }), volume({ claim: "data" }));
  expect(base).toEqual(volume({ claim: "data" }));
  expect(layers).toEqual(new Map([["dev", volume({ emptyDir: {} })]]));
});

test("a layer says the order where it isn't that of the base", () => {
  const env = (...names: string[]) => ({ container: { env: Object.fromEntries(names.map((name) => [name, "1"])) } });
  const { layers } = three(env("A", "B"), env("A", "B"), env("C", "A", "B"));
  expect(layers.get("prod")).toEqual({ container: { env: { C: "1" }, envOrder: ["C"] } });
});
