import { container, deployment, objectsOf, the } from "../fixture.ts";

const main = (spec: object, defaults = "none") =>
  the("Deployment", objectsOf({ ...deployment, defaults, container: { ...container, ...spec } })).spec.template.spec.containers[0];

test("the registry goes before repositories of our own only", () => {
  const images = ["demo:1", "team/demo:1", "localhost/demo:1", "quay.example/demo:1", "registry:5000/demo:1"].map(
    (image) => main({ image }).image,
  );
  expect(images).toEqual([
    "registry.example/demo:1",
    "registry.example/team/demo:1",
    "localhost/demo:1",
    "quay.example/demo:1",
    "registry:5000/demo:1",
  ]);
});

test("ports go by name, with their protocols", () => {
  const ports = { http: 8080, dns: { port: 53, protocol: "UDP" }, debug: { port: 5005, hostPort: 15005, hostIP: "127.0.0.1" } };
  expect(main({ ports }, "production").ports).toEqual([
    { name: "debug", containerPort: 5005, hostPort: 15005, hostIP: "127.0.0.1" },
    { name: "dns", containerPort: 53, protocol: "UDP" },
    { name: "http", containerPort: 8080 },
  ]);
});

test("a variable stands after those its value names, else by name", () => {
  const env = { A: "$(Z)/$(M)", M: "m", Z: "$(M)", ESCAPED: "$$(Z)", B: "$(UNKNOWN)" };
  const names = (defaults?: "production") => main({ env }, defaults).env.map(({ name }: { name: string }) => name);
  expect(names("production")).toEqual(["M", "Z", "A", "B", "ESCAPED"]);
  expect(names()).toEqual(Object.keys(env));
});

test("lists are in the order written for an app that adopts what runs, but for what is to come first", () => {
  const lists = {
    env: { C: "1", B: "2", A: "3" },
    envOrder: ["B"],
    ports: { web: 2, admin: 1, debug: 3 },
    portOrder: ["debug", "missing"],
    mounts: { "/b": "x", "/a": "y" },
  };
  const volumes = { y: { emptyDir: {} }, x: { emptyDir: {} }, a: { emptyDir: {} } };
  const pod = the(
    "Deployment",
    objectsOf({ ...deployment, defaults: "none", container: { ...container, ...lists }, volumes, volumeOrder: ["a"] }),
  );
  const { containers, volumes: rendered } = pod.spec.template.spec;
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
  expect([containers[0].env, containers[0].ports, containers[0].volumeMounts, rendered].map(names)).toEqual([
    ["B", "C", "A"],
    ["debug", "web", "admin"],
    ["x", "y"],
    ["a", "y", "x"],
  ]);
});

test.each(["production", "none"])("containers come in the order that the app says, with the defaults of %s", (defaults) => {
  const sidecars = { proxy: { image: "proxy:1" }, agent: { image: "agent:1" }, early: { image: "early:1", native: true } };
  const order = (more: object) => {
    const { containers } = the("Deployment", objectsOf({ ...deployment, defaults, container, sidecars, ...more })).spec.template.spec;
    return containers.map(({ name }: { readonly name: string }) => name);
  };
  expect(order({ containerName: "server" })[0]).toBe("server");
  expect(order({ containerName: "server", containerOrder: ["proxy", "missing", "server"] })).toEqual(["proxy", "server", "agent"]);
});

test("a port without a name is referred to by its number", () => {
  const ports = { http: { port: 8080, named: false } };
  const probes = { readiness: { http: "/" }, liveness: { tcp: "http" } };
  const { ports: rendered, readinessProbe, livenessProbe } = main({ ports, probes });
  expect(rendered).toEqual([{ containerPort: 8080 }]);
  expect([readinessProbe, livenessProbe]).toEqual([{ httpGet: { path: "/", port: 8080 } }, { tcpSocket: { port: 8080 } }]);
});

test("images are taken as they are where the app or the environment says so", () => {
  const image = (spec: object, more: object = {}) =>
    the("Deployment", objectsOf({ ...deployment, container: { image: "redis" }, ...spec }, more)).spec.template.spec.containers[0].image;
  expect(image({ imagesAsIs: ["redis"] })).toBe("redis");
  expect(image({ container: { image: "redis:7" } }, { registry: "none" })).toBe("redis:7");
  expect(() => image({})).toThrow(/has neither tag nor digest/);
});

test("variables that name each other in a circle keep the order of their names from the first on", () => {
  expect(main({ env: { B: "$(A)", A: "$(B)" } }, "production").env.map(({ name }: { name: string }) => name)).toEqual(["B", "A"]);
});

test("variables come from literals, config, secrets, fields and resources", () => {
  const env = {
    BOOLEAN: true,
    CONFIG: { config: { name: "c", key: "k" } },
    FIELD: { field: "status.podIP" },
    NUMBER: 3,
    RESOURCE: { resource: { resource: "limits.cpu", container: "demo", divisor: "1m" } },
    SECRET: { secret: { name: "s", key: "k", optional: true } },
  };
  expect(main({ env }).env).toEqual([
    { name: "BOOLEAN", value: "true" },
    { name: "CONFIG", valueFrom: { configMapKeyRef: { name: "c", key: "k" } } },
    { name: "FIELD", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
    { name: "NUMBER", value: "3" },
    { name: "RESOURCE", valueFrom: { resourceFieldRef: { resource: "limits.cpu", containerName: "demo", divisor: "1m" } } },
    { name: "SECRET", valueFrom: { secretKeyRef: { name: "s", key: "k", optional: true } } },
  ]);
});

test("whole ConfigMaps and Secrets become variables by their order", () => {
  const envFrom = { b: { config: "first", order: -1 }, a: { secret: "last", prefix: "P_", optional: true } };
  expect(main({ envFrom }).envFrom).toEqual([
    { configMapRef: { name: "first" } },
    { secretRef: { name: "last", optional: true }, prefix: "P_" },
  ]);
});

const probes: readonly (readonly [probe: object, result: object])[] = [
  [{ http: "/up" }, { httpGet: { path: "/up", port: "http" } }],
  [
    { http: { path: "/up", port: 9, scheme: "HTTPS", host: "h.example", headers: { B: "2", A: "1" } } },
    {
      httpGet: {
        path: "/up",
        port: 9,
        scheme: "HTTPS",
        host: "h.example",
        httpHeaders: [
          { name: "B", value: "2" },
          { name: "A", value: "1" },
        ],
      },
    },
  ],
  [
    { tcp: "http", initialDelaySeconds: 3 },
    { tcpSocket: { port: "http" }, initialDelaySeconds: 3 },
  ],
  [{ tcp: { port: 80, host: "h.example" } }, { tcpSocket: { port: 80, host: "h.example" } }],
  [
    { exec: ["true"], timeoutSeconds: 2 },
    { exec: { command: ["true"] }, timeoutSeconds: 2 },
  ],
  [{ grpc: 9000 }, { grpc: { port: 9000 } }],
  [
    { grpc: { port: 9000, service: "s" }, failureThreshold: 5 },
    { grpc: { port: 9000, service: "s" }, failureThreshold: 5 },
  ],
];

test.each(probes)("probe %j", (probe, result) => {
  const container = main({ ports: { http: 8080, other: 1 }, probes: { startup: probe, readiness: probe, liveness: probe } });
  expect([container.startupProbe, container.readinessProbe, container.livenessProbe]).toEqual([result, result, result]);
});

test("an HTTP probe without a port means the container's only one", () => {
  expect(main({ ports: { admin: 9 }, probes: { readiness: { http: "/" } } }).readinessProbe.httpGet.port).toBe("admin");
});

test("lifecycle hooks", () => {
  const lifecycle = { postStart: { exec: ["a"] }, preStop: { sleep: 5 } };
  expect(main({ lifecycle }).lifecycle).toEqual({ postStart: { exec: { command: ["a"] } }, preStop: { sleep: { seconds: 5 } } });
});

test("everything else a container says", () => {
  const model = {
    command: ["c"],
    args: ["a"],
    workingDir: "/w",
    imagePullPolicy: "Always",
    resources: { requests: { cpu: 1, memory: "1Gi" }, limits: { "nvidia.com/gpu": 1 } },
    security: {
      capabilities: { add: ["NET_BIND_SERVICE"] },
      seccompProfile: { localhost: "p.json" },
      appArmorProfile: { unconfined: true },
    },
    resizePolicy: { memory: "RestartContainer" },
    terminationMessagePolicy: "FallbackToLogsOnError",
    stdin: true,
    tty: true,
  };
  expect(main(model)).toEqual({
    name: "demo",
    image: "registry.example/demo:1",
    command: ["c"],
    args: ["a"],
    workingDir: "/w",
    imagePullPolicy: "Always",
    resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { "nvidia.com/gpu": "1" } },
    securityContext: {
      capabilities: { add: ["NET_BIND_SERVICE"] },
      seccompProfile: { type: "Localhost", localhostProfile: "p.json" },
      appArmorProfile: { type: "Unconfined" },
    },
    resizePolicy: [{ resourceName: "memory", restartPolicy: "RestartContainer" }],
    terminationMessagePolicy: "FallbackToLogsOnError",
    stdin: true,
    tty: true,
  });
});
