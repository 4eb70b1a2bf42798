import { type AppOf, app, InputError, type Problem, render } from "slipway";
import { filesOf, testEnvironment } from "../fixture.ts";

const pods = { workload: { kind: "Deployment" }, container: { image: "demo:1", ports: { http: 80 } } };

/** The problems of an app `demo`. */
function problemsOf(spec: object, more: object = {}, files: Record<string, string> = {}): readonly Problem[] {
  const demo = app("demo", { namespace: "demo", ...spec } as AppOf<never>);
  try {
    render(testEnvironment([demo], more), { read: filesOf(files) });
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.problems;
  }
}

type Case = readonly [what: string, spec: object, path: string, message: string | RegExp, fix?: string | RegExp, more?: object];
const cases: readonly Case[] = [
  ["a key misspelt at the top", { ...pods, sevice: {} }, "sevice", 'unknown key "sevice"', 'Did you mean "service"?'],
  [
    "a key misspelt in a container",
    { ...pods, container: { image: "a:1", prots: {} } },
    "container.prots",
    'unknown key "prots"',
    'Did you mean "ports"?',
  ],
  [
    "a key misspelt in a probe",
    { ...pods, container: { image: "a:1", ports: { http: 1 }, probes: { readiness: { http: "/", periodSecond: 1 } } } },
    "container.probes.readiness.periodSecond",
    /unknown key/,
    'Did you mean "periodSeconds"?',
  ],
  [
    "a key misspelt in a map's member",
    { ...pods, jobs: { migrate: { backofLimit: 1 } } },
    "jobs.migrate.backofLimit",
    /unknown key/,
    'Did you mean "backoffLimit"?',
  ],
  [
    "a key of another workload kind",
    { ...pods, workload: { kind: "DaemonSet", replicas: 2 } },
    "workload.replicas",
    'unknown key "replicas"',
    /^Allowed: (?!.*replicas)/,
  ],
  ["a key nothing is like", { ...pods, zzz: 1 }, "zzz", 'unknown key "zzz"', /^Allowed: accepts, analysis, annotations, /],
  [
    "an unknown workload kind",
    { ...pods, workload: { kind: "ReplicaSet" } },
    "workload.kind",
    /expected kind to be one of "Deployment", "StatefulSet".*found "ReplicaSet"/,
  ],
  [
    "the wrong branch of a union",
    { ...pods, workload: { kind: "Deployment", strategy: { type: "Recreate", maxSurge: 1 } } },
    "workload.strategy.maxSurge",
    'unknown key "maxSurge"',
    "Allowed: type.",
  ],
  [
    "an unknown strategy",
    { ...pods, workload: { kind: "Deployment", strategy: { type: "Rolling" } } },
    "workload.strategy.type",
    /"RollingUpdate", "Recreate".*found "Rolling"/,
  ],
  [
    "two handlers of a probe",
    { ...pods, container: { image: "a:1", probes: { liveness: { http: "/", tcp: 80 } } } },
    "container.probes.liveness",
    "expected exactly one of http, tcp, exec, grpc to be set, found http and tcp",
  ],
  [
    "no handler of a volume",
    { ...pods, volumes: { a: {} } },
    "volumes.a",
    /expected exactly one of config, secret, .* to be set, found none/,
  ],
  ["a wrong type", { ...pods, workload: { kind: "Deployment", replicas: "two" } }, "workload.replicas", 'expected a number, found "two"'],
  ["a list for a map", { ...pods, routes: [] }, "routes", /expected an object, found \[\]/],
  [
    "a fraction of a pod",
    { ...pods, workload: { kind: "Deployment", replicas: 1.5 } },
    "workload.replicas",
    /expected an integer, found 1.5/,
  ],
  ["a missing namespace", { ...pods, namespace: undefined }, "namespace", "is required but missing"],
  [
    "a bad quantity",
    { ...pods, container: { image: "a:1", resources: { limits: { memory: "256MB" } } } },
    "container.resources.limits.memory",
    /a quantity, as 100m, 0.5, 256Mi or 2Gi, found "256MB"/,
  ],
  ["a bad namespace", { ...pods, namespace: "Shop" }, "namespace", /lower-case letters, digits and '-'.*found "Shop"/],
  [
    "a bad Service name",
    { ...pods, service: { name: "1st", ports: { http: 80 } } },
    "service.name",
    /beginning with a letter, found "1st"/,
  ],
  [
    "a port out of range",
    { ...pods, container: { image: "a:1", ports: { http: 99999 } } },
    "container.ports.http",
    /expected at most 65535, found 99999/,
  ],
  [
    "a port name too long",
    { ...pods, container: { image: "a:1", ports: { "a-very-long-port-name": 1 } } },
    "container.ports.a-very-long-port-name",
    /expected a key of at most 15 lower-case letters/,
  ],
  ["a bad variable name", { ...pods, container: { image: "a:1", env: { "1A": "x" } } }, "container.env.1A", /expected a key of letters/],
  [
    "a bad cron schedule",
    { workload: { kind: "CronJob", schedule: "every day" }, container: { image: "a:1" } },
    "workload.schedule",
    /five cron fields.*found "every day"/,
  ],
  ["a bad label", { ...pods, labels: { app: "a b" } }, "labels.app", /found "a b"/],
  ["a bad path", { ...pods, container: { image: "a:1", mounts: { tmp: "x" } } }, "container.mounts.tmp", /an absolute path/],
  ["a workload without container", { workload: { kind: "Deployment" } }, "container", "is required by the workload but missing"],
  ["a container nothing runs", { container: { image: "a:1" } }, "container", "no workload and no job runs it"],
  [
    "a mount of no volume",
    { ...pods, container: { image: "a:1", mounts: { "/a": "dta" } }, volumes: { data: { emptyDir: {} } } },
    'container.mounts["/a"]',
    'the app has no volume "dta"',
    'Did you mean "data"?',
  ],
  [
    "two containers of one name",
    { ...pods, sidecars: { demo: { image: "a:1" } } },
    "sidecars.demo",
    'another container of the pod is named "demo"',
  ],
  [
    "a host path that isn't allowed",
    { ...pods, volumes: { a: { hostPath: "/etc/x" } } },
    "volumes.a.hostPath",
    /doesn't allow the app to mount "\/etc\/x"/,
    /Allowed: \/var\/log/,
    { hostPaths: { demo: ["/var/log"] } },
  ],
  [
    "a host path that climbs out",
    { ...pods, volumes: { a: { hostPath: "/var/log/../lib" } } },
    "volumes.a.hostPath",
    /an absolute path without '..', found/,
    undefined,
    { hostPaths: { demo: ["/var/log"] } },
  ],
  [
    "a Service port no container opens",
    { ...pods, service: { ports: { htp: 80 } } },
    "service.ports.htp",
    'no container of the app opens a port "htp"',
    'Did you mean "http"?',
  ],
  ["routes without Service", { ...pods, routes: { a: { path: "/" } } }, "service", /is required by the app's routes but missing/],
  [
    "routes without domain",
    { ...pods, service: { ports: { http: 80 } }, routes: { a: { path: "/" } } },
    "routes",
    /the environment has no `domain`/,
    undefined,
    { domain: undefined },
  ],
  [
    "a route to no port",
    { ...pods, service: { ports: { http: 80 } }, routes: { a: { path: "/", port: "grpc" } } },
    "routes.a.port",
    'the Service has no port "grpc"',
  ],
  [
    "a probe of no port",
    { ...pods, container: { image: "a:1", ports: { http: 80 }, probes: { readiness: { tcp: "htp" } } } },
    "container.probes.readiness",
    'the container has no port "htp"',
    'Did you mean "http"?',
  ],
  [
    "an HTTP probe without a port",
    { ...pods, container: { image: "a:1", probes: { readiness: { http: "/" } } } },
    "container.probes.readiness",
    /names no port/,
  ],
  [
    "a literal secret where none is allowed",
    { secrets: { env: { A: "x" } } },
    "secrets.env.A",
    /a literal secret/,
    undefined,
    { secrets: { store: { name: "s" } } },
  ],
  [
    "a secret without a store",
    { secrets: { env: { A: { key: "x" } } } },
    "secrets.env.A",
    /the environment has none/,
    undefined,
    { secrets: {} },
  ],
  [
    "a scaled DaemonSet",
    { ...pods, workload: { kind: "DaemonSet" }, autoscaling: { minReplicas: 1, maxReplicas: 2, cpu: 50 } },
    "autoscaling",
    "a DaemonSet can't be scaled",
  ],
  [
    "an autoscaler upside down",
    { ...pods, autoscaling: { minReplicas: 3, maxReplicas: 2, cpu: 50 } },
    "autoscaling.maxReplicas",
    /expected at least minReplicas \(3\), found 2/,
  ],
  ["an autoscaler without metric", { ...pods, autoscaling: { minReplicas: 1, maxReplicas: 2 } }, "autoscaling", /no metric to scale by/],
  [
    "a budget with both bounds",
    { ...pods, disruptionBudget: { minAvailable: 1, maxUnavailable: 1 } },
    "disruptionBudget",
    /expected exactly one of minAvailable and maxUnavailable/,
  ],
  ["a use of no app", { ...pods, uses: { redsi: {} } }, "uses.redsi", 'the environment has no app "redsi"'],
  ["a StatefulSet without Service", { ...pods, workload: { kind: "StatefulSet" } }, "service", /needs a Service/],
  [
    "a Job that restarts forever",
    { ...pods, workload: { kind: "Job" }, pod: { restartPolicy: "Always" } },
    "pod.restartPolicy",
    /expected OnFailure or Never in a Job/,
  ],
  [
    "a job whose name and the app's are too long together",
    { ...pods, jobs: { ["m".repeat(59)]: {} } },
    `jobs.${"m".repeat(59)}`,
    /longer than 63 characters/,
    "Shorten the job's name.",
  ],
  ["an empty selector", { ...pods, selector: {} }, "selector", /selects every pod/],
  [
    "pod labels that contradict the selector",
    { ...pods, pod: { labels: { app: "other" } } },
    "pod.labels.app",
    /expected "demo", which the selector asks for, found "other"/,
  ],
  [
    "job labels that the selector fits",
    { ...pods, selector: { role: "x" }, pod: { labels: { role: "x" } }, jobs: { a: { pod: { labels: { role: "x" } } } } },
    "jobs.a.pod.labels",
    /its Service would send requests to the job/,
  ],
  ["an image that is none", { ...pods, container: { image: "a b" } }, "container.image", /an image reference, as .*found "a b"/],
  ["extend that is no function", { extend: "x" }, "extend", /a function/],
];

test.each(cases.map((entry) => [entry[0], entry] as const))("%s", (_name, [, spec, path, message, fix, more]) => {
  const problems = problemsOf(spec, more);
  const found = problems.find((problem) => problem.path === path);
  expect(found ?? problems).toMatchObject({ environment: "test", app: "demo", path });
  expect(found?.message).toMatch(message);
  if (fix !== undefined) expect(found?.fix).toMatch(fix);
  // What the schema refuses says what is allowed; everything else says what to do.
  if (!/^expected .* found|^is required but missing$/.test(found?.message ?? "")) expect(found?.fix).toBeTruthy();
});

test("a whole app that is right has no problems", () => {
  expect(problemsOf({ ...pods, service: { ports: { http: 80 } }, routes: { a: { path: "/" } } })).toEqual([]);
});

const environments: readonly (readonly [what: string, more: object, path: string, message: RegExp])[] = [
  ["a setting misspelt", { registery: "x" }, "registery", /unknown key "registery"/],
  ["a bad version", { kubernetes: "v1.34" }, "kubernetes", /a minor version, as 1.34, found "v1.34"/],
  ["a registry with a scheme", { registry: "https://x" }, "registry", /a registry host/],
  ["an API server without TLS", { cluster: { name: "x", server: "http://x" } }, "cluster.server", /an https URL/],
  ["a bad account", { aws: { account: "1", region: "eu-west-1" } }, "aws.account", /twelve digits/],
];

test.each(environments)("environment: %s", (_name, more, path, message) => {
  expect(problemsOf({}, more)).toContainEqual(
    expect.objectContaining({ environment: "test", path, message: expect.stringMatching(message) }),
  );
});

const pinFile = "overlays/test/kustomization.yaml";
const pin = (name: string) => `images:\n- name: ${name}\n  newTag: v1\n`;
const pins: readonly (readonly [what: string, image: string, text: string | undefined, message: RegExp, fix: RegExp])[] = [
  [
    "an image without tag, digest and pin",
    "shop/a",
    undefined,
    /"registry.example\/shop\/a" has neither tag nor digest/,
    /slipway image set test registry.example\/shop\/a:TAG/,
  ],
  [
    "a pin nobody uses",
    "shop/a:1",
    pin("registry.example/shop/b"),
    /pins "registry.example\/shop\/b", which no app/,
    /Did you mean "registry.example\/shop\/a"/,
  ],
  ["a pin without its registry", "shop/a:1", pin("shop/a"), /pins "shop\/a", which no app/, /Did you mean "registry.example\/shop\/a"/],
];

test.each(pins)("%s", (_name, image, text, message, fix) => {
  const [problem] = problemsOf({ workload: { kind: "Deployment" }, container: { image } }, {}, text ? { [pinFile]: text } : {});
  expect(problem).toMatchObject({
    environment: "test",
    file: pinFile,
    message: expect.stringMatching(message),
    fix: expect.stringMatching(fix),
  });
});

test("a pin that, as kustomize's pattern, hits another image too", () => {
  const spec = { ...pods, container: { image: "r.example/x/a.b" }, sidecars: { other: { image: "r.example/x/a-b:1" } } };
  expect(problemsOf(spec, {}, { [pinFile]: pin("r.example/x/a.b") })).toEqual([
    expect.objectContaining({ message: expect.stringMatching(/would also change the image "r.example\/x\/a-b"/) }),
  ]);
});

const patchFile = "overlays/test/p.json";
const patches: readonly (readonly [what: string, target: unknown, text: string | undefined, path: RegExp | undefined, message: RegExp])[] =
  [
    ["isn't there", "Deployment", undefined, undefined, /there is no such file/],
    ["isn't JSON", "Deployment", "[{", undefined, /is not valid JSON/],
    ["isn't a list", "Deployment", "{}", undefined, /expected array/],
    ["has an unknown operation", "Deployment", '[{"op":"put","path":"/a","value":1}]', /^0/, /./],
    ["lacks a value", "Deployment", '[{"op":"add","path":"/a"}]', /^0/, /./],
    ["has a path that is no pointer", "Deployment", '[{"op":"remove","path":"spec.replicas"}]', /^0.path/, /a JSON pointer/],
    [
      "removes what isn't there",
      "Deployment",
      '[{"op":"remove","path":"/spec/nothing"}]',
      /operation 0 \(remove \/spec\/nothing\)/,
      /the path doesn't exist/,
    ],
    [
      "replaces what isn't there",
      "Deployment",
      '[{"op":"replace","path":"/spec/nothing","value":1}]',
      /operation 0/,
      /the path doesn't exist/,
    ],
    ["tests what isn't so", "Deployment", '[{"op":"test","path":"/kind","value":"Pod"}]', /operation 0/, /the test failed/],
    ["leads through a number", "Deployment", '[{"op":"add","path":"/spec/replicas/x","value":1}]', /operation 0/, /no members/],
    ["fits no object", "StatefulSet", "[]", /^StatefulSet$/, /has no StatefulSet to patch/],
    ["fits no name", { kind: "Deployment", name: "x" }, "[]", /^Deployment x$/, /has no Deployment x to patch/],
    ["fits several", "ConfigMap", "[]", /^ConfigMap$/, /matches 2 objects: ConfigMap demo-config, ConfigMap demo-files/],
  ];

test.each(patches)("a patch file that %s", (_name, target, text, path, message) => {
  const demo = app("demo", { namespace: "demo", ...pods, config: { env: { A: "1" }, files: { b: "2" } } } as never).patch(
    target as string,
    "p.json",
  );
  try {
    render(testEnvironment([demo as never]), { read: filesOf(text === undefined ? {} : { [patchFile]: text }) });
    throw new Error("rendered");
  } catch (error) {
    const [problem] = (error as InputError).problems;
    expect(problem).toMatchObject({ environment: "test", app: "demo", file: patchFile, message: expect.stringMatching(message) });
    if (path) expect(problem?.path).toMatch(path);
  }
});

test("hostile keys in a patch file reach nothing", () => {
  const demo = app("demo", { namespace: "demo", ...pods } as never).patch("Deployment", "p.json");
  const text =
    '[{"op":"add","path":"/__proto__/polluted","value":true},{"op":"add","path":"/constructor/prototype/polluted","value":true}]';
  expect(() => render(testEnvironment([demo as never]), { read: filesOf({ [patchFile]: text }) })).toThrow(InputError);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});
