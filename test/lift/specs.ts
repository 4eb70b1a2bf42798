import fc from "fast-check";

const options = { noNullPrototype: true } as const;
const optional: { requiredKeys: []; noNullPrototype: true } = { requiredKeys: [], ...options };
const some = <T>(key: fc.Arbitrary<string>, value: fc.Arbitrary<T>) => fc.dictionary(key, value, { maxKeys: 3, ...options });
const record = <T extends Record<string, fc.Arbitrary<unknown>>>(model: T) => fc.record(model, optional);
const text = fc.constantFrom("x", "true", "1", "a b", "$(A)", "");
const port = fc.integer({ min: 1, max: 65535 });
const labels = some(fc.constantFrom("tier", "team", "app.kubernetes.io/name"), fc.constantFrom("a", "b"));
const annotations = some(fc.constantFrom("note", "example.com/note"), text);
const own = { labels, annotations };

const probe = fc.oneof(
  fc.record({ http: fc.constantFrom("/", "/healthz"), periodSeconds: fc.constantFrom(10, 5) }, options),
  fc.record({ tcp: port }, options),
  fc.record({ exec: fc.constant(["true"]) }, options),
  fc.record({ http: fc.record({ path: fc.constant("/up"), port, headers: some(fc.constantFrom("B", "A"), text) }, options) }, options),
);
const env = some(
  fc.constantFrom("C", "A", "B", "LONG_NAME"),
  fc.oneof(
    text,
    fc.constant({ field: "status.podIP" }),
    fc.constant({ config: { name: "c", key: "k", optional: true } }),
    fc.constant({ secret: { name: "s", key: "k" } }),
    fc.constant({ resource: { resource: "limits.cpu", divisor: "1m" } }),
  ),
);
const security = record({
  runAsUser: fc.constantFrom(0, 1000),
  runAsNonRoot: fc.boolean(),
  seccompProfile: fc.constantFrom({ runtimeDefault: true }, { localhost: "a.json" }),
});
const shared = {
  imagePullPolicy: fc.constantFrom("Always", "Never"),
  command: fc.constant(["run"]),
  args: fc.constant(["-v", "2"]),
  env,
  envFromOrder: fc.constant(["b"]),
  envFrom: some(fc.constantFrom("a", "b"), fc.constantFrom({ config: "c" }, { secret: "s", prefix: "P_" })),
  resources: record({
    requests: some(fc.constantFrom("cpu", "memory"), fc.constantFrom("1", "100m", 2)),
    limits: some(fc.constantFrom("memory"), fc.constant("1Gi")),
  }),
  mounts: some(
    fc.constantFrom("/z", "/a", "/m"),
    fc.constantFrom("scratch", { volume: "files", subPath: "a" }, { volume: "scratch", readOnly: true }),
  ),
  security: fc.oneof(security, fc.constant({ allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } })),
  lifecycle: fc.constantFrom({ preStop: { sleep: 5 } }, { preStop: { exec: ["sleep", "5"] } }),
};
const containerPort = fc.oneof(
  port,
  fc.record({ port, protocol: fc.constantFrom("UDP", "TCP") }, options),
  fc.record({ port, named: fc.constant(false as const) }, options),
);
const main = fc
  .tuple(
    record({ ...shared, ports: some(fc.constantFrom("metrics", "admin"), containerPort) }),
    containerPort,
    record({ readiness: probe, liveness: probe }),
  )
  .map(([rest, http, probes]) => ({ image: "team/web:1", ...rest, ports: { ...(rest as { ports?: object }).ports, http }, probes }));
const other = record(shared).map((rest) => ({ image: "quay.example/side:1", ...(rest as object) }));

const service = fc.record(
  {
    type: fc.constantFrom("ClusterIP", "NodePort", "Headless", "LoadBalancer"),
    ...own,
    selector: fc.constantFrom({ app: "demo", tier: "a" }, {}),
    ports: fc.constantFrom<object>(
      { http: 80 },
      { http: { port: 80, named: false } },
      { web: { port: 80, targetPort: "http" } },
      { web: { port: 80, targetPort: 9999 }, http: 81 },
    ),
    sessionAffinity: fc.constantFrom("ClientIP"),
    publishNotReadyAddresses: fc.constant(true),
  },
  { requiredKeys: ["ports"], ...options },
);
const ingress = record({
  ...own,
  class: fc.constant("nginx"),
  hosts: some(
    fc.constantFrom("b.example.com", "a.example.com", "*"),
    fc.constantFrom({ "/": "http" }, { "/": 80, "/a": { pathType: "Exact", service: "demo-api", port: "http" } }),
  ),
  tls: some(fc.constantFrom("demo-tls", "other"), fc.constantFrom([], ["a.example.com"])),
}).filter((model) => Object.keys((model as { hosts?: object }).hosts ?? {}).length > 0);

const replicas = fc.integer({ min: 0, max: 4 });
const claim = fc.record(
  { size: fc.constantFrom("1Gi", "20Gi"), storageClass: fc.constantFrom("fast", ""), accessModes: fc.constant(["ReadWriteMany"]), labels },
  { requiredKeys: ["size"], ...options },
);
const rolling = fc.constantFrom({ type: "RollingUpdate", maxUnavailable: 1 }, { type: "RollingUpdate" });
const of = <T extends Record<string, fc.Arbitrary<unknown>>>(kind: string, model: T) =>
  record({ ...own, ...model }).map((rest) => ({ kind, ...(rest as object) }));
const workload = fc.oneof(
  of("Deployment", {
    replicas,
    strategy: fc.oneof(rolling, fc.constant({ type: "Recreate" })),
    revisionHistoryLimit: fc.constantFrom(0, 3),
  }),
  of("StatefulSet", {
    replicas,
    updateStrategy: rolling,
    podManagementPolicy: fc.constant("Parallel"),
    claims: some(fc.constantFrom("data"), claim),
  }),
  of("DaemonSet", { updateStrategy: rolling }),
  of("Job", { backoffLimit: fc.constantFrom(0, 6), completions: fc.constant(2) }),
  of("CronJob", {
    suspend: fc.boolean(),
    concurrencyPolicy: fc.constantFrom("Forbid", "Allow"),
    job: record({ ...own, backoffLimit: fc.constant(1) }),
  }).map((rest) => ({ ...rest, schedule: "@daily" })),
);
const pod = record({
  name: fc.constant("demo"),
  labels,
  annotations,
  nodeSelector: some(fc.constantFrom("zone"), fc.constantFrom("a")),
  tolerations: some(
    fc.constantFrom("gpu", "any"),
    fc.constantFrom({ operator: "Exists" }, { key: "gpu", value: "yes", effect: "NoSchedule" }),
  ),
  topologySpread: some(
    fc.constantFrom("zone", "host"),
    fc.constantFrom<{ maxSkew?: number; selector?: object }>({}, { maxSkew: 2, selector: { matchLabels: { a: "b" } } }),
  ),
  hostAliases: some(fc.constantFrom("10.0.0.2", "10.0.0.1"), fc.constant(["a.example"])),
  dns: fc.constantFrom<object>({ policy: "None", nameservers: ["1.1.1.1"] }, { options: { ndots: "2", "use-vc": "" } }),
  imagePullSecrets: fc.constant(["pull"]),
  security,
  terminationGracePeriodSeconds: fc.constantFrom(30, 5),
  automountServiceAccountToken: fc.boolean(),
  hostNetwork: fc.boolean(),
});

/** Apps of every construct that lifting has an inverse for, and of some that it hasn't. */
export const specs = fc
  .record(
    {
      labels,
      annotations,
      workload,
      container: main,
      containerName: fc.constant("server"),
      initContainers: some(fc.constantFrom("fetch", "check"), other),
      sidecars: some(
        fc.constantFrom("proxy", "agent"),
        fc.tuple(other, record({ native: fc.constant(true) })).map(([model, more]) => ({ ...model, ...more })),
      ),
      pod,
      storage: some(fc.constantFrom("media"), claim),
      service,
      services: some(fc.constantFrom("peers", "old"), service),
      ingresses: some(fc.constantFrom("web", "admin"), ingress),
      config: record({ env: some(fc.constantFrom("X", "Y"), text), files: some(fc.constantFrom("a.conf"), text) }),
      configMaps: some(
        fc.constantFrom("rules", "files"),
        fc.record(
          { ...own, data: some(fc.constantFrom("a", "b.txt"), text), binaryData: fc.constant({ c: "AAE=" }), immutable: fc.constant(true) },
          optional,
        ),
      ),
      serviceAccount: record({
        ...own,
        name: fc.constantFrom("runner"),
        create: fc.boolean(),
        token: fc.boolean(),
        imagePullSecrets: fc.constant(["p"]),
      }),
      disruptionBudget: fc.constantFrom<object>({ maxUnavailable: 1 }, { minAvailable: "50%", selector: { matchLabels: { a: "b" } } }),
      autoscaling: fc.constantFrom<object>(
        { minReplicas: 1, maxReplicas: 3, cpu: 80 },
        { minReplicas: 2, maxReplicas: 3, memory: 70, initialReplicas: 2 },
      ),
    },
    { requiredKeys: ["workload", "container", "service"], ...options },
  )
  .map(({ autoscaling, ...spec }) => ({
    namespace: "shop",
    ...spec,
    volumes: { scratch: { emptyDir: {} }, files: { config: { name: "c", items: { b: "b", a: { path: "a", mode: 0o400 } } } } },
    ...(autoscaling && (spec.workload.kind === "Deployment" || spec.workload.kind === "StatefulSet") ? { autoscaling } : {}),
  }));
