import { ApiObject } from "cdk8s";
import { app } from "slipway";
import { container, deployment, manifestsOf } from "../fixture.ts";

const demo = app("demo", { namespace: "demo", ...deployment });
type Loose = Readonly<Record<string, unknown>>;
const argocd = (apps: Parameters<typeof manifestsOf>[0], more: object = {}) =>
  new Map(
    manifestsOf(apps, more)
      .filter(({ folder }) => folder === "argocd")
      .map(({ object }) => [`${object.kind} ${object.metadata.name}`, object as unknown as { metadata: Loose; spec: Loose }]),
  );

test("an Application for each app, one for what is shared, and the root that applies them all", () => {
  expect([...argocd([demo]).keys()].sort()).toEqual([
    "AppProject test",
    "AppProject test-shared",
    "Application test",
    "Application test-demo",
    "Application test-shared",
  ]);
});

test("an app called root has an Application beside the root", () => {
  const root = app("root", { namespace: "demo", ...deployment });
  expect([...argocd([root]).keys()]).toEqual(expect.arrayContaining(["Application test", "Application test-root"]));
});

test("an app's Application", () => {
  expect(argocd([demo]).get("Application test-demo")).toEqual({
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: {
      name: "test-demo",
      namespace: "argocd",
      labels: { app: "demo", environment: "test" },
      annotations: { "argocd.argoproj.io/compare-options": "ServerSideDiff=true", "argocd.argoproj.io/manifest-generate-paths": "." },
      finalizers: ["resources-finalizer.argocd.argoproj.io"],
    },
    spec: {
      project: "test",
      source: {
        repoURL: "https://git.example/deployments.git",
        targetRevision: "main",
        path: "dist/test/demo",
        directory: { include: "*.k8s.yaml" },
      },
      destination: { server: "https://kubernetes.default.svc", namespace: "demo" },
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        syncOptions: ["ServerSideApply=true"],
        retry: { limit: 5, refresh: true, backoff: { duration: "5s", factor: 2, maxDuration: "3m" } },
      },
    },
  });
});

test("the root lives where Argo CD does, in a project that is there already, and applies its own folder", () => {
  const root = argocd([demo], { cluster: { name: "far", server: "https://far.example" } }).get("Application test");
  expect(root?.spec).toMatchObject({
    project: "default",
    source: { path: "dist/test/argocd" },
    destination: { server: "https://kubernetes.default.svc", namespace: "argocd" },
  });
});

test("every Application says what its folder is and what of it counts, so that no other file of the folder can", () => {
  const applications = [...argocd([demo])].filter(([name]) => name.startsWith("Application "));
  expect(applications).toHaveLength(3);
  for (const [, { spec }] of applications) expect(spec).toMatchObject({ source: { directory: { include: "*.k8s.yaml" } } });
});

test("replicas an autoscaler owns are left alone", () => {
  const scaled = app("demo", { namespace: "demo", ...deployment, autoscaling: { minReplicas: 1, maxReplicas: 2, cpu: 50 } });
  expect(argocd([scaled]).get("Application test-demo")?.spec).toMatchObject({
    ignoreDifferences: [{ group: "apps", kind: "Deployment", name: "demo", jsonPointers: ["/spec/replicas"] }],
    syncPolicy: { syncOptions: ["ServerSideApply=true", "RespectIgnoreDifferences=true"] },
  });
});

test("Jobs that are replaced run again only when they changed, not at every sync", () => {
  const options = (jobs: Record<string, { hook?: "Sync" }>) =>
    argocd([app("demo", { namespace: "demo", ...deployment, jobs })]).get("Application test-demo")?.spec.syncPolicy;
  expect(options({ seed: {} })).toMatchObject({ syncOptions: ["ServerSideApply=true", "ApplyOutOfSyncOnly=true"] });
  expect(options({ seed: { hook: "Sync" } })).toMatchObject({ syncOptions: ["ServerSideApply=true"] });
});

test("settings of the environment and the app", () => {
  const settings = {
    repository: "ssh://git.example/x",
    revision: "stable",
    path: "out",
    namespace: "cd",
    rootProject: "roots",
    automated: false,
    finalizer: "background",
    retry: { limit: -1 },
  } as const;
  const own = app("demo", {
    namespace: "demo",
    ...deployment,
    argocd: { syncOptions: { ApplyOutOfSyncOnly: true }, annotations: { note: "x" }, info: { docs: "https://docs.example" } },
  });
  const objects = argocd([own], { argocd: settings });
  expect(objects.get("Application test-demo")).toMatchObject({
    metadata: { namespace: "cd", finalizers: ["resources-finalizer.argocd.argoproj.io/background"], annotations: { note: "x" } },
    spec: {
      source: { targetRevision: "stable", path: "out/test/demo" },
      syncPolicy: { syncOptions: ["ServerSideApply=true", "ApplyOutOfSyncOnly=true"], retry: { limit: -1 } },
      info: [{ name: "docs", value: "https://docs.example" }],
    },
  });
  expect(objects.get("Application test-demo")?.spec.syncPolicy).not.toHaveProperty("automated");
  expect(objects.get("Application test")?.spec.project).toBe("roots");
  expect(argocd([demo], { argocd: { ...settings, finalizer: "none" } }).get("Application test-demo")?.metadata).not.toHaveProperty(
    "finalizers",
  );
});

test("a team's project allows its repository, its namespaces and the kinds the model makes, and nothing without a namespace", () => {
  const team = app("team-app", {
    namespace: "theirs",
    project: "team",
    ...deployment,
    extend: (chart) => {
      new ApiObject(chart, "monitor", {
        apiVersion: "monitoring.coreos.com/v1",
        kind: "ServiceMonitor",
        metadata: { name: "m", namespace: "monitoring" },
      });
      new ApiObject(chart, "role", { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "r" }, rules: [] });
    },
  });
  const objects = argocd([demo, team]);
  const { destinations, sourceRepos, clusterResourceWhitelist, namespaceResourceWhitelist } =
    objects.get("AppProject test-team")?.spec ?? {};
  const server = "https://kubernetes.default.svc";
  expect({ destinations, sourceRepos, clusterResourceWhitelist }).toEqual({
    destinations: [
      { server, namespace: "monitoring" },
      { server, namespace: "theirs" },
    ],
    sourceRepos: ["https://git.example/deployments.git"],
    clusterResourceWhitelist: [],
  });
  expect(namespaceResourceWhitelist).toEqual(
    expect.arrayContaining([
      { group: "apps", kind: "Deployment" },
      { group: "batch", kind: "Job" },
      { group: "monitoring.coreos.com", kind: "ServiceMonitor" },
    ]),
  );
  expect(objects.get("AppProject test")?.spec.destinations).toEqual([{ server, namespace: "demo" }]);
  expect(objects.get("AppProject test-shared")?.spec.clusterResourceWhitelist).toEqual([
    { group: "", kind: "Namespace" },
    { group: "external-secrets.io", kind: "ClusterSecretStore" },
    { group: "rbac.authorization.k8s.io", kind: "ClusterRole" },
  ]);
  expect(objects.get("Application test-team-app")?.spec.project).toBe("test-team");
});

test("an app that has nothing in its own folder has no Application", () => {
  const role = app("role", {
    namespace: "demo",
    extend: (chart) => {
      new ApiObject(chart, "role", { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "r" }, rules: [] });
    },
  });
  expect([...argocd([demo, role]).keys()]).not.toContain("Application test-role");
});

test("projects come before Applications, and what is shared before apps", () => {
  const wave = (name: string) =>
    (argocd([demo]).get(name)?.metadata.annotations as Record<string, string> | undefined)?.["argocd.argoproj.io/sync-wave"];
  expect([wave("AppProject test"), wave("Application test-shared"), wave("Application test-demo")]).toEqual(["-2", "-1", undefined]);
});

test("inside an Application configuration comes first, hooks next and pods last", () => {
  const whole = app("demo", {
    namespace: "demo",
    ...deployment,
    container: { ...container, ports: { http: 80 } },
    service: { ports: { http: 80 } },
    config: { env: { A: "1" } },
    secrets: { env: { B: "2" } },
    storage: { data: { size: 1 } },
    jobs: { migrate: { hook: "Sync" } },
  });
  const waves = manifestsOf([whole])
    .filter(({ folder }) => folder === "demo")
    .map(({ object }) => [object.kind, object.metadata.annotations?.["argocd.argoproj.io/sync-wave"] ?? "0"]);
  expect(Object.fromEntries(waves)).toEqual({
    ConfigMap: "-2",
    Secret: "-2",
    ServiceAccount: "-2",
    PersistentVolumeClaim: "-2",
    Job: "-1",
    Deployment: "0",
    Service: "0",
  });
});
