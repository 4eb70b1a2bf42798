import { Cron } from "cdk8s";
import { ApiResource, ConfigMap, CronJob, Env, EnvValue, NetworkPolicy, Role, RoleBinding, Service } from "cdk8s-plus-27";
import { type AppOf, app, type ExtendContext, render } from "slipway";
import { deployment, objectsOf, testEnvironment, the } from "../fixture.ts";

const configured = {
  ...deployment,
  config: { env: { LOG_LEVEL: "info" }, files: { "app.yaml": "a: 1" } },
  secrets: { env: { PASSWORD: { key: "demo" }, TOKEN: "t" }, files: { "tls.key": { key: "tls" } } },
};
const extended = (spec: object, extend: AppOf<never>["extend"]) => objectsOf({ ...spec, extend });

test("constructs of extend read the app's ConfigMap and Secrets, wherever a secret comes from", () => {
  const objects = extended(configured, (chart, { configMap, secret, image }) => {
    const value = (key: string) => EnvValue.fromSecretValue({ secret: secret(key), key });
    new CronJob(chart, "expiry", {
      metadata: { name: "expiry" },
      schedule: Cron.hourly(),
      containers: [
        {
          name: "expiry",
          image: image("demo:1"),
          envFrom: [Env.fromConfigMap(configMap()), Env.fromConfigMap(configMap("files"))],
          envVariables: { PASSWORD: value("PASSWORD"), TOKEN: value("TOKEN"), KEY: value("tls.key") },
        },
      ],
    });
  });
  const [container] = the("CronJob", objects).spec.jobTemplate.spec.template.spec.containers;
  expect(container.envFrom).toEqual([{ configMapRef: { name: "demo-config" } }, { configMapRef: { name: "demo-files" } }]);
  expect(container.env.map((variable: { valueFrom: { secretKeyRef: object } }) => variable.valueFrom.secretKeyRef)).toEqual([
    { name: "demo-secrets", key: "PASSWORD" },
    { name: "demo-literals", key: "TOKEN" },
    { name: "demo-secret-files", key: "tls.key" },
  ]);
  const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  expect(names.filter((name) => /ConfigMap demo-config|Secret demo-secrets/.test(name))).toHaveLength(2);
});

test.each([
  ["Deployment", { kind: "Deployment" }, "apps", "deployments"],
  ["StatefulSet", { kind: "StatefulSet", serviceName: "demo" }, "apps", "statefulsets"],
  ["DaemonSet", { kind: "DaemonSet" }, "apps", "daemonsets"],
  ["Job", { kind: "Job" }, "batch", "jobs"],
  ["CronJob", { kind: "CronJob", schedule: "@daily" }, "batch", "cronjobs"],
])("the app's account may be given rights to its %s alone", (_kind, workload, group, resources) => {
  const objects = extended({ ...deployment, workload, serviceAccount: { name: "reader" } }, (chart, { serviceAccount, workload }) => {
    const role = new Role(chart, "role", { metadata: { name: "own" } });
    role.allow(["get"], workload());
    role.allowRead(ApiResource.PODS);
    new RoleBinding(chart, "binding", { metadata: { name: "own" }, role }).addSubjects(serviceAccount());
  });
  expect(the("Role", objects).rules[0]).toEqual({ apiGroups: [group], resources: [resources], resourceNames: ["demo"], verbs: ["get"] });
  expect(the("RoleBinding", objects).subjects).toEqual([{ kind: "ServiceAccount", name: "reader", namespace: "demo", apiGroup: "" }]);
});

test("a Service and a policy of extend select the app's pods", () => {
  const objects = extended({ ...deployment, selector: { role: "web" } }, (chart, { pods }) => {
    new Service(chart, "metrics", { metadata: { name: "metrics" }, selector: pods(), ports: [{ port: 9090 }] });
    new NetworkPolicy(chart, "policy", { metadata: { name: "policy" }, selector: pods() });
  });
  expect(the("Service", objects).spec.selector).toEqual({ role: "web" });
  expect(the("NetworkPolicy", objects).spec.podSelector).toEqual({ matchLabels: { role: "web" } });
});

test("the model refers to an object of extend by its name", () => {
  const objects = extended(
    { ...deployment, container: { image: "demo:1", mounts: { "/etc/rates": "rates" } }, volumes: { rates: { config: "rates" } } },
    (chart) => void new ConfigMap(chart, "rates", { metadata: { name: "rates" }, data: { a: "1" } }),
  );
  expect(the("Deployment", objects).spec.template.spec.volumes).toEqual([{ name: "rates", configMap: { name: "rates" } }]);
});

test("bridges alone make no objects", () => {
  const kinds = (spec: object) => objectsOf(spec).map(({ kind }) => kind);
  const all = (_chart: unknown, context: ExtendContext) =>
    void [context.configMap(), context.secret("TOKEN"), context.serviceAccount(), context.workload(), context.pods(), context.pods()];
  expect(kinds({ ...configured, extend: all })).toEqual(kinds(configured));
});

const missing: readonly (readonly [what: string, spec: object, ask: (context: ExtendContext) => unknown, message: RegExp])[] = [
  ["a ConfigMap", deployment, ({ configMap }) => configMap(), /the app has no config.env/],
  ["a ConfigMap of files", deployment, ({ configMap }) => configMap("files"), /the app has no config.files/],
  ["a secret", configured, ({ secret }) => secret("OTHER"), /the app has no secret "OTHER"/],
  ["an account", { ...deployment, defaults: "none" }, ({ serviceAccount }) => serviceAccount(), /the app has no serviceAccount/],
  ["a workload", {}, ({ workload }) => workload(), /the app has no workload/],
];

test.each(missing)("a bridge to %s that the app lacks is reported at the author's line", (_what, spec, ask, message) => {
  const demo = app("demo", { namespace: "demo", ...spec, extend: (_chart, context) => void ask(context) } as AppOf<never>);
  expect(() => render(testEnvironment([demo]))).toThrow(message);
  expect(() => render(testEnvironment([demo]))).toThrow(/^test\/constructs\/bridges.test.ts:\d+: test\/demo: extend: /);
});
