import type { FoldedApp } from "../../lib/import/fold.ts";
import { sharedDefaults } from "../../lib/import/shared-defaults.ts";

const security = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  privileged: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
};

interface Own {
  readonly container?: object;
  readonly pod?: object;
  readonly workload?: object;
  readonly environments?: readonly string[];
  readonly layers?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** An app as it was lifted. */
function lifted(
  name: string,
  { container = { security }, pod, workload, environments = ["dev", "prod"], layers = {} }: Own = {},
): FoldedApp {
  return {
    name,
    namespaces: new Map(environments.map((environment) => [environment, "shop"])),
    files: [],
    patches: [],
    typed: {
      base: {
        namespace: "shop",
        defaults: "none",
        workload: { kind: "Deployment", ...workload },
        container: { image: name, ...container },
        ...(pod ? { pod } : {}),
      },
      layers: new Map(Object.entries(layers)),
      patches: [],
      hostPaths: new Map(),
    },
  };
}

const several = (count: number, own?: Own, prefix = "app") =>
  Array.from({ length: count }, (_item, index) => lifted(`${prefix}-${index}`, own));
const shared = (apps: readonly FoldedApp[], before?: ReadonlyMap<string, Readonly<Record<string, unknown>>>) => {
  const found = sharedDefaults(apps, before);
  const modes = Object.fromEntries(found.apps.map(({ name, typed }) => [name, typed?.base.defaults]));
  return { ...found, modes, defaults: Object.fromEntries(found.defaults) };
};

test("what all apps say goes to their environments", () => {
  const { apps, defaults } = shared(several(5));
  expect(defaults).toEqual({ dev: { container: { security } }, prod: { container: { security } } });
  expect(apps[0]?.typed?.base).toEqual({
    namespace: "shop",
    defaults: "environment",
    workload: { kind: "Deployment" },
    container: { image: "app-0" },
  });
});

test("a part of which nothing is left goes", () => {
  const { apps, defaults } = shared(several(5, { pod: { security: { runAsUser: 1000 } } }));
  expect(defaults).toMatchObject({ dev: { pod: { security: { runAsUser: 1000 } } } });
  expect(apps[0]?.typed?.base).not.toHaveProperty("pod");
});

test.each<[string, readonly FoldedApp[]]>([
  ["two apps", several(2)],
  ["fewer than half of the apps", [...several(3), ...several(4, { container: { security: { privileged: true } } }, "other")]],
  ["apps whose environments would need as many lines as are saved", several(3, { environments: ["a", "b", "c"] })],
  ["apps that agree in what is each app's own", several(5, { container: { resources: security } })],
])("%s keep what they say", (_what, apps) => {
  const found = sharedDefaults(apps);
  expect([found.apps, found.defaults.size]).toEqual([apps, 0]);
});

test.each<[string, Own]>([
  ["lacks one of the values", { container: {} }],
  ["says another", { container: { security: { ...security, runAsNonRoot: false } } }],
  ["changes it in an environment", { layers: { dev: { container: { security: { privileged: true } } } } }],
  ["takes it away in an environment", { layers: { dev: { container: { security: null } } } }],
  ["replaces what it lies in", { layers: { dev: { container: null } } }],
  ["is of another kind in an environment", { layers: { dev: { workload: { kind: "StatefulSet" } } } }],
])("an app that %s keeps all that it says", (_what, own) => {
  const odd = lifted("odd", own);
  const { apps, modes } = shared([...several(5), odd]);
  expect(modes).toMatchObject({ "app-0": "environment", odd: "none" });
  expect(apps.at(-1)).toBe(odd);
});

test("an app without pods counts for nothing", () => {
  const { typed, ...plain } = lifted("plain");
  const config = { ...plain, name: "config", ...(typed ? { typed: { ...typed, base: { namespace: "shop", defaults: "none" } } } : {}) };
  expect(shared([...several(5), plain, config]).modes).toMatchObject({ "app-0": "environment", plain: undefined, config: "none" });
});

test("of several sets of values the one is taken that saves most lines", () => {
  const pod = { security: { fsGroup: 1000, runAsGroup: 1000, runAsNonRoot: true, runAsUser: 1000 }, terminationGracePeriodSeconds: 5 };
  const few = several(5, { container: { security }, pod });
  const more = several(4, { container: { security } }, "other");
  // Five apps would save the pod's lines too, but nine save more of the container's.
  expect(shared([...few, ...more]).defaults.dev).toEqual({ container: { security } });
  expect(shared([...few, ...several(1, { container: { security } }, "other")]).defaults.dev).toEqual({ container: { security }, pod });
});

test("environments that share no app have defaults of their own", () => {
  const other = { ...security, readOnlyRootFilesystem: false };
  const apps = [
    ...several(4, { environments: ["eu"] }, "eu"),
    ...several(4, { environments: ["us"], container: { security: other } }, "us"),
  ];
  expect(shared(apps).defaults).toEqual({ eu: { container: { security } }, us: { container: { security: other } } });
});

test("an environment that lists none of the apps says nothing", () => {
  const apps = [...several(5, { environments: ["dev"] }), lifted("odd", { container: {}, environments: ["dev", "prod"] })];
  expect(Object.keys(shared(apps).defaults)).toEqual(["dev"]);
});

test("apps keep what they say where one of their environments can't say anything", () => {
  expect(shared(several(5), new Map([["dev", {}]])).defaults).toEqual({});
  const both = new Map([
    ["dev", {}],
    ["prod", {}],
  ]);
  expect(Object.keys(shared(several(5), both).defaults)).toEqual(["dev", "prod"]);
});

describe("where environments say something already", () => {
  const said = (dev: object, prod: object = dev) =>
    new Map(Object.entries({ dev, prod } as Record<string, Readonly<Record<string, unknown>>>));

  test("an app that says all of it takes it, and they say nothing more", () => {
    const apps = [lifted("web"), lifted("odd", { container: {} })];
    const { defaults, modes } = shared(apps, said({ container: { security } }));
    expect(defaults).toEqual({});
    expect(modes).toEqual({ web: "environment", odd: "none" });
  });

  test.each<[string, ReadonlyMap<string, Readonly<Record<string, unknown>>>]>([
    ["it is more than they say", said({ container: { security }, pod: { priorityClass: "x" } })],
    ["it is more than apps are compared by", said({ container: { security }, labels: { team: "shop" } })],
    ["their environments say different things", said({ container: { security } }, {})],
  ])("apps keep what they say where %s", (_what, before) => {
    const apps = several(5);
    expect(shared(apps, before).apps).toEqual(apps);
  });
});
