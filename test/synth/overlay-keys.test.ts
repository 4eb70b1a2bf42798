import { check } from "../../lib/check/index.ts";
import { stepsOf } from "../../lib/kubernetes/index.ts";
import { type AppPatch, app, environment } from "../../lib/overlay/index.ts";
import { hintsOf } from "../../lib/synth/finding-hints.ts";
import { checkable, render } from "../../lib/synth/index.ts";
import { keyRows } from "../../lib/synth/overlay-keys.ts";

const spec = {
  namespace: "shop",
  container: {
    image: "web:1",
    ports: { http: 8080 },
    probes: { readiness: { http: "/" } },
    resources: { requests: { cpu: "10m", memory: "10Mi" }, limits: { memory: "10Mi" } },
  },
  service: { ports: { http: 80 } },
};
const { service: _service, ...withoutService } = spec;
const kinds = {
  Deployment: app("web", { ...spec, workload: { kind: "Deployment", replicas: 2 } }),
  StatefulSet: app("web", { ...spec, workload: { kind: "StatefulSet", replicas: 2 } }),
  DaemonSet: app("web", { ...spec, workload: { kind: "DaemonSet" } }),
  CronJob: app("web", { ...withoutService, workload: { kind: "CronJob", schedule: "0 1 * * *" } }),
};

type OwnApp = NonNullable<Parameters<typeof environment>[1]["apps"]>[number];
const nowhere = { root: "/nowhere", read: () => undefined };
const rendered = (own: OwnApp, podSecurity: "restricted" | "baseline" | "privileged" = "restricted") =>
  render(
    environment("dev", {
      kubernetes: "1.34",
      cluster: { name: "dev" },
      domain: "shop.example",
      registry: "registry.example",
      argocd: { repository: "https://git.example/deploy.git" },
      ingress: { class: "nginx" },
      hostPaths: { web: ["/var"] },
      namespaces: { shop: { podSecurity } },
      apps: [own],
    }),
    nowhere,
  );

/** The findings of a rule, each by its message and the key that is named for it. */
function foundIn(rendering: ReturnType<typeof rendered>, rule: string): { readonly message: string; readonly key: string | undefined }[] {
  const hintOf = hintsOf([rendering], "dist");
  return check([checkable(rendering)], "2030-01-01")
    .findings.filter((finding) => finding.rule === rule)
    .map((finding) => ({ message: finding.message, key: hintOf(finding).key }));
}

/** A layer that sets one key, as a person would write it. */
const setting = (key: string, value: unknown): AppPatch =>
  // The compiler can't know what a path leads to; the schema does, when the app is rendered.
  stepsOf(key).reduceRight<unknown>((below, step) => ({ [step]: below }), value) as AppPatch;

const loose = { security: { allowPrivilegeEscalation: true } };
const standard = "security/pod-standard";
const orLevel = (level: string) => `, or namespaces.shop.podSecurity: ${level}`;
const [orBaseline, orPrivileged] = [orLevel("baseline"), orLevel("privileged")];
const noPods = { matchLabels: { app: "nothere" } };

interface Case {
  readonly rule: string;
  /** Default: Deployment. */
  readonly kind?: keyof typeof kinds;
  /** What breaks the rule. */
  readonly broken: AppPatch;
  readonly key: string;
  /** What is named beside the key. */
  readonly or?: string;
  /** What the key is set to. Default: what is named with it. */
  readonly fixed?: unknown;
}

const cases: readonly Case[] = [
  { rule: standard, broken: { container: loose }, key: "container.security.allowPrivilegeEscalation", or: orBaseline, fixed: false },
  {
    rule: standard,
    broken: { container: { security: { capabilities: { add: ["SYS_TIME"] } } } },
    key: "container.security.capabilities.add",
    or: orPrivileged,
    fixed: null,
  },
  {
    rule: standard,
    broken: { sidecars: { proxy: { image: "proxy:1", ...loose } } },
    key: "sidecars.proxy.security.allowPrivilegeEscalation",
    or: orBaseline,
    fixed: false,
  },
  {
    rule: standard,
    broken: { sidecars: { proxy: { image: "proxy:1", native: true, ...loose } } },
    key: "sidecars.proxy.security.allowPrivilegeEscalation",
    or: orBaseline,
    fixed: false,
  },
  {
    rule: standard,
    broken: { initContainers: { setup: { image: "setup:1", ...loose } } },
    key: "initContainers.setup.security.allowPrivilegeEscalation",
    or: orBaseline,
    fixed: false,
  },
  {
    rule: standard,
    broken: { jobs: { migrate: { hook: "Sync", container: loose } } },
    key: "jobs.migrate.container.security.allowPrivilegeEscalation",
    or: orBaseline,
    fixed: false,
  },
  {
    rule: standard,
    broken: { jobs: { migrate: { hook: "Sync", initContainers: { setup: { image: "setup:1", ...loose } } } } },
    key: "jobs.migrate.initContainers.setup.security.allowPrivilegeEscalation",
    or: orBaseline,
    fixed: false,
  },
  {
    rule: standard,
    kind: "CronJob",
    broken: { container: loose },
    key: "container.security.allowPrivilegeEscalation",
    or: orBaseline,
    fixed: false,
  },
  {
    rule: standard,
    broken: { container: { security: { seccompProfile: { unconfined: true } } } },
    key: "container.security.seccompProfile",
    or: orPrivileged,
    fixed: { runtimeDefault: true, unconfined: null },
  },
  { rule: standard, broken: { pod: { security: { runAsUser: 0 } } }, key: "pod.security.runAsUser", or: orBaseline, fixed: 1000 },
  {
    rule: standard,
    broken: { pod: { security: { sysctls: { "kernel.msgmax": "1" } } } },
    key: "pod.security.sysctls",
    or: orPrivileged,
    fixed: null,
  },
  {
    rule: standard,
    broken: {
      pod: { security: { seccompProfile: { runtimeDefault: null, unconfined: true } } },
      container: { security: { seccompProfile: { runtimeDefault: true } } },
    },
    key: "pod.security.seccompProfile",
    or: orPrivileged,
    fixed: { runtimeDefault: true, unconfined: null },
  },
  { rule: standard, broken: { pod: { hostNetwork: true } }, key: "pod.hostNetwork", or: orPrivileged, fixed: false },
  { rule: standard, broken: { pod: { hostPID: true } }, key: "pod.hostPID", or: orPrivileged, fixed: false },
  { rule: standard, broken: { pod: { hostIPC: true } }, key: "pod.hostIPC", or: orPrivileged, fixed: false },
  {
    rule: standard,
    broken: { volumes: { host: { hostPath: "/var" } }, container: { mounts: { "/var": "host" } } },
    key: "volumes.host",
    or: orPrivileged,
    fixed: { hostPath: null, emptyDir: {} },
  },
  {
    rule: standard,
    broken: { container: { ports: { http: { port: 8080, hostPort: 8080 } } } },
    key: "container.ports.http",
    or: orPrivileged,
    fixed: 8080,
  },
  {
    rule: "rollout/host-port-surge",
    broken: { container: { ports: { http: { port: 8080, hostPort: 8080 } } } },
    key: "container.ports",
    fixed: { http: 8080 },
  },
  { rule: "rollout/root-user", broken: { pod: { security: { runAsUser: 0 } } }, key: "pod.security.runAsUser", fixed: 1000 },
  { rule: "rollout/readiness-probe", broken: { container: { probes: null } }, key: "container.probes.readiness", fixed: { http: "/" } },
  {
    rule: "rollout/requests",
    broken: { container: { resources: null } },
    key: "container.resources.requests",
    fixed: { memory: "10Mi" },
  },
  {
    rule: "rollout/requests",
    broken: { sidecars: { proxy: { image: "proxy:1" } } },
    key: "sidecars.proxy.resources.requests",
    fixed: { memory: "10Mi" },
  },
  {
    rule: "rollout/autoscaler-requests",
    broken: { container: { resources: { requests: { cpu: null } } }, autoscaling: { minReplicas: 2, maxReplicas: 4, cpu: 80 } },
    key: "container.resources.requests",
    fixed: { cpu: "10m" },
  },
  {
    rule: "schema/container",
    broken: { container: { resources: { requests: { memory: "20Mi" } } } },
    key: "container.resources.requests.memory",
    fixed: "10Mi",
  },
  {
    rule: "schema/container",
    broken: { container: { probes: { liveness: { http: "/", successThreshold: 2 } } } },
    key: "container.probes.liveness",
    fixed: { successThreshold: 1 },
  },
  {
    rule: "schema/container",
    broken: { container: { probes: { startup: { http: "/", successThreshold: 2 } } } },
    key: "container.probes.startup",
    fixed: { successThreshold: 1 },
  },
  {
    rule: "schema/container",
    broken: { pod: { terminationGracePeriodSeconds: 5 }, container: { lifecycle: { preStop: { sleep: 10 } } } },
    key: "container.lifecycle",
    fixed: { preStop: { sleep: 1 } },
  },
  { rule: "security/image-tag", broken: { container: { image: "web:latest" } }, key: "container.image", fixed: "web:1" },
  { rule: "rollout/command", broken: { container: { command: ["web --port"] } }, key: "container.command", fixed: ["web", "--port"] },
  {
    rule: "references/configuration",
    broken: { container: { envFrom: { settings: { config: "missing" } } } },
    key: "container.envFrom",
    fixed: { settings: null },
  },
  { rule: "rollout/variable", broken: { container: { env: { URL: "$(NOTHERE)" } } }, key: "container.env.URL", fixed: "here" },
  {
    rule: "rollout/mount-twice",
    broken: { volumes: { a: { emptyDir: {} }, b: { emptyDir: {} } }, container: { mounts: { "/x": "a", "/x/": "b" } } },
    key: "container.mounts",
    fixed: { "/x/": null },
  },
  { rule: "references/class", broken: { pod: { priorityClass: "nothere" } }, key: "pod.priorityClass", fixed: "system-node-critical" },
  { rule: "references/class", broken: { pod: { runtimeClass: "nothere" } }, key: "pod.runtimeClass", fixed: null },
  {
    rule: "references/class",
    broken: { jobs: { migrate: { pod: { priorityClass: "nothere" } } } },
    key: "jobs.migrate.pod.priorityClass",
    fixed: "system-node-critical",
  },
  {
    rule: "rollout/amount",
    broken: {
      storage: { data: { size: "100m", accessModes: ["ReadWriteMany"] } },
      container: { mounts: { "/data": "data" } },
    },
    key: "storage.data.size",
    fixed: "1Gi",
  },
  {
    rule: "schema/container",
    broken: { container: { devices: { "/dev/data": "nothere" } } },
    key: "container.devices",
    fixed: null,
  },
  { rule: "schema/workload", broken: { pod: { activeDeadlineSeconds: 5 } }, key: "pod.activeDeadlineSeconds", fixed: null },
  { rule: "schema/pod", broken: { pod: { restartPolicy: "Never" } }, key: "pod.restartPolicy", fixed: null },
  {
    rule: "schema/pod",
    broken: { pod: { tolerations: { gpu: { key: "gpu", operator: "Exists", value: "yes" } } } },
    key: "pod.tolerations",
    fixed: { gpu: { value: null } },
  },
  {
    rule: "rollout/schedule",
    kind: "CronJob",
    broken: { workload: { startingDeadlineSeconds: 5 } },
    key: "workload.startingDeadlineSeconds",
    fixed: 60,
  },
  {
    rule: "schema/workload",
    broken: { jobs: { migrate: { backoffLimitPerIndex: 1 } } },
    key: "jobs.migrate.backoffLimitPerIndex",
    fixed: null,
  },
  {
    rule: "rollout/unmounted-claim",
    kind: "StatefulSet",
    broken: { workload: { claims: { data: { size: "1Gi" } } } },
    key: "workload.claims.data",
    fixed: null,
  },
  {
    rule: "schema/scaling",
    broken: {
      autoscaling: { minReplicas: 2, maxReplicas: 4, cpu: 80, behavior: { scaleDown: { stabilizationWindowSeconds: 99999 } } },
    },
    key: "autoscaling.behavior.scaleDown.stabilizationWindowSeconds",
    fixed: 60,
  },
  {
    rule: "references/ingress-annotation",
    broken: {
      routes: { all: { path: "/", host: "web.shop.example" } },
      ingress: { annotations: { "nginx.ingress.kubernetes.io/proxy-read-timeoutt": "1" } },
    },
    key: 'ingress.annotations["nginx.ingress.kubernetes.io/proxy-read-timeoutt"]',
    fixed: null,
  },
  {
    rule: "schema/deprecated",
    broken: { service: { annotations: { "service.kubernetes.io/topology-aware-hints": "auto" } } },
    key: 'service.annotations["service.kubernetes.io/topology-aware-hints"]',
    fixed: null,
  },
  {
    rule: "fleet/annotation",
    broken: { annotations: { "argocd.argoproj.io/sync-wav": "1" } },
    key: 'annotations["argocd.argoproj.io/sync-wav"]',
    fixed: null,
  },
  { rule: "references/pull-secret", broken: { pod: { imagePullSecrets: ["nothere"] } }, key: "pod.imagePullSecrets", fixed: [] },
  {
    rule: "references/affinity",
    broken: {
      pod: {
        affinity: {
          podAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "kubernetes.io/hostname", labelSelector: noPods }],
          },
        },
      },
    },
    key: "pod.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution",
    fixed: [],
  },
  {
    rule: "rollout/spread",
    broken: { pod: { topologySpread: { "topology.kubernetes.io/zone": { selector: noPods } } } },
    key: "pod.topologySpread",
    fixed: { "topology.kubernetes.io/zone": { selector: null } },
  },
  {
    rule: "rollout/node-label",
    broken: { pod: { nodeSelector: { "beta.kubernetes.io/os": "linux" } } },
    key: 'pod.nodeSelector["beta.kubernetes.io/os"]',
    fixed: null,
  },
  { rule: "rollout/host-network", broken: { pod: { hostNetwork: true } }, key: "pod.dns.policy", fixed: "ClusterFirstWithHostNet" },
  { rule: "schema/pod", broken: { pod: { dns: { policy: "None" } } }, key: "pod.dns.nameservers", fixed: ["10.0.0.10"] },
  {
    rule: "references/claim",
    broken: { volumes: { data: { claim: "nothere" } }, container: { mounts: { "/data": "data" } } },
    key: "volumes.data",
    fixed: { claim: null, emptyDir: {} },
  },
  {
    rule: "references/claim",
    broken: { jobs: { migrate: { volumes: { data: { claim: "nothere" } }, container: { mounts: { "/data": "data" } } } } },
    key: "jobs.migrate.volumes.data",
    fixed: { claim: null, emptyDir: {} },
  },
  {
    rule: "rollout/shared-volume",
    broken: { storage: { data: { size: "1Gi", accessModes: ["ReadWriteOnce"] } }, container: { mounts: { "/data": "data" } } },
    key: "storage.data",
    fixed: { accessModes: ["ReadWriteMany"] },
  },
  {
    rule: "rollout/all-at-once",
    broken: { workload: { strategy: { type: "RollingUpdate", maxSurge: 0, maxUnavailable: "100%" } } },
    key: "workload.strategy.maxUnavailable",
    fixed: 1,
  },
  {
    rule: "schema/workload",
    kind: "DaemonSet",
    broken: { workload: { updateStrategy: { type: "RollingUpdate", maxSurge: 0, maxUnavailable: 0 } } },
    key: "workload.updateStrategy.maxUnavailable",
    fixed: 1,
  },
  {
    rule: "schema/workload",
    broken: { workload: { progressDeadlineSeconds: 5, minReadySeconds: 10 } },
    key: "workload.progressDeadlineSeconds",
    fixed: 60,
  },
  {
    rule: "rollout/schedule",
    kind: "CronJob",
    broken: { workload: { schedule: "0 0 30 2 *" } },
    key: "workload.schedule",
    fixed: "0 0 1 2 *",
  },
  { rule: "references/headless-service", kind: "StatefulSet", broken: {}, key: "service.type: Headless" },
  {
    rule: "references/service-account",
    broken: { serviceAccount: { create: false, name: "nobody" } },
    key: "serviceAccount.create: true",
  },
  {
    rule: "references/service-target-port",
    broken: { service: { ports: { http: { port: 80, targetPort: 9090 } } } },
    key: "service.ports.http",
    fixed: { targetPort: "http" },
  },
  {
    rule: "references/service-target-port",
    broken: { services: { inner: { ports: { http: { port: 80, targetPort: 9090 } } } } },
    key: "services.inner.ports.http",
    fixed: { targetPort: "http" },
  },
  { rule: "references/service-selector", broken: { service: { selector: { app: "nothere" } } }, key: "service.selector", fixed: null },
  { rule: "schema/service", broken: { service: { externalTrafficPolicy: "Local" } }, key: "service.externalTrafficPolicy", fixed: null },
  {
    rule: "rollout/service-address",
    broken: { service: { sessionAffinityTimeoutSeconds: 3 } },
    key: "service.sessionAffinity",
    fixed: "ClientIP",
  },
  {
    rule: "rollout/blocking-budget",
    broken: { disruptionBudget: { maxUnavailable: 0 } },
    key: "disruptionBudget.maxUnavailable",
    fixed: 1,
  },
  {
    rule: "rollout/blocking-budget",
    broken: { disruptionBudget: { maxUnavailable: null, minAvailable: 2 } },
    key: "disruptionBudget.minAvailable",
    fixed: 1,
  },
  { rule: "references/pod-selector", broken: { disruptionBudget: { selector: noPods } }, key: "disruptionBudget.selector", fixed: null },
  {
    rule: "security/ingress-host",
    broken: { routes: { all: { path: "/", host: "*.shop.example" } } },
    key: "routes",
    fixed: { all: { host: "web.shop.example" } },
  },
  {
    rule: "references/ingress-tls",
    broken: { routes: { all: { path: "/", host: "web.shop.example" } }, ingress: { tls: { secret: "nothere" } } },
    key: "ingress.tls",
    fixed: false,
  },
  {
    rule: "security/ingress-host",
    broken: { ingresses: { wild: { hosts: { "*.shop.example": { "/": "http" } } } } },
    key: "ingresses.wild.hosts",
    fixed: { "*.shop.example": null, "web.shop.example": { "/": "http" } },
  },
  {
    rule: "references/ingress-tls",
    broken: { ingresses: { wild: { hosts: { "web.shop.example": { "/": "http" } }, tls: { nothere: ["web.shop.example"] } } } },
    key: "ingresses.wild.tls",
    fixed: null,
  },
];

/** A key with the value that is named with it, and that of the case where none is. */
function parsed({ key, fixed }: Case): readonly [key: string, value: unknown] {
  const [, name = key, value] = /^(.*): (\w+)$/.exec(key) ?? [];
  return [name, value === "true" ? true : (value ?? fixed)];
}

describe("the key that is named for a finding clears it once it is set", () => {
  test.each(cases)("$rule: $key", (own) => {
    const { rule, kind = "Deployment", broken, key, or = "" } = own;
    const before: OwnApp = kinds[kind].with(broken as AppPatch<never>);
    const found = foundIn(rendered(before), rule);
    expect(found.map((finding) => finding.key)).toContain(`${key}${or}`);
    const messages = found.filter((finding) => finding.key === `${key}${or}`).map(({ message }) => message);
    const after = foundIn(rendered(before.with(setting(...parsed(own)))), rule).map(({ message }) => message);
    expect(after.filter((message) => messages.includes(message))).toEqual([]);
  });

  test.each([
    ["baseline", { container: loose }],
    ["privileged", { pod: { hostPID: true } }],
  ] as const)("and so does the level %s of the namespace", (level, broken) => {
    const own = kinds.Deployment.with(broken);
    expect(foundIn(rendered(own), standard).map(({ key }) => key)).toEqual([expect.stringContaining(orLevel(level))]);
    expect(foundIn(rendered(own, level), standard)).toEqual([]);
  });

  test("each key of the tables is held by a case", () => {
    const named = cases.map((own) => `.${own.key.replace(/\["/g, ".").replace(/: .*/, "")}.`);
    expect(keyRows.map(([, key]) => key).filter((key) => !named.some((own) => own.includes(`.${key}.`)))).toEqual([]);
  });
});

test("what a job has from the main container is named there", () => {
  const own = kinds.Deployment.with({
    container: { env: { PASSWORD: { secret: { name: "missing", key: "a" } } } },
    jobs: { migrate: { hook: "Sync", container: { command: ["true"] } } },
  });
  const keys = foundIn(rendered(own), "references/configuration").map(({ key }) => key);
  expect(keys).toEqual(keys.map(() => "container.env.PASSWORD"));
  expect(keys).not.toEqual([]);
});

describe("no key is named", () => {
  test("but the patch, where one wrote what the finding is about", () => {
    const patched = kinds.Deployment.patch("Deployment", [{ op: "add", path: "/spec/template/spec/hostPID", value: true }]);
    expect(foundIn(rendered(patched), standard).map(({ key }) => key)).toEqual([
      `the patch of Deployment web:/spec/template/spec/hostPID${orPrivileged}`,
    ]);
    expect(foundIn(rendered(kinds.Deployment), standard)).toEqual([]);
  });

  test("where none of the app's would help", () => {
    const governed = kinds.StatefulSet.with({ workload: { serviceName: "web-inner" }, services: { inner: { ports: { http: 80 } } } });
    expect(foundIn(rendered(governed), "references/headless-service").map(({ key }) => key)).toEqual([undefined]);
  });

  test("of an object that the model didn't make", () => {
    const pod = { containers: [{ name: "web", image: "registry.example/other:1", securityContext: { privileged: true } }] };
    const other = app("web", {
      namespace: "shop",
      service: { ports: { http: 80 } },
      include: { other: "other.yaml" },
      defaults: "none",
    });
    const object = { apiVersion: "v1", kind: "Pod", metadata: { name: "web" }, spec: pod };
    const rendering = render(
      environment("dev", {
        kubernetes: "1.34",
        cluster: { name: "dev" },
        registry: "registry.example",
        argocd: { repository: "https://git.example/deploy.git" },
        apps: [other],
      }),
      { root: "/nowhere", read: (path) => (path === "other.yaml" ? JSON.stringify(object) : undefined) },
    );
    for (const { key } of foundIn(rendering, standard)) expect(key).toMatch(/^namespaces\.shop\.podSecurity: /);
    expect(foundIn(rendering, standard)).not.toEqual([]);
  });
});
