import { ApiObject } from "cdk8s";
import { app } from "slipway";
import { container, deployment, manifestsOf, objectsOf, settings, the } from "../fixture.ts";

const first = { "argocd.argoproj.io/sync-wave": "-2" };
const meta = (name: string, annotations: object = first) => ({ name, namespace: "demo", labels: { app: "demo" }, annotations });

test("ConfigMaps hold variables and files apart", () => {
  const objects = objectsOf({ config: { env: { B: true, A: 1 }, files: { "a.txt": "x\n" } } });
  expect(objects).toEqual([
    { apiVersion: "v1", kind: "ConfigMap", metadata: meta("demo-config"), data: { A: "1", B: "true" } },
    { apiVersion: "v1", kind: "ConfigMap", metadata: meta("demo-files"), data: { "a.txt": "x\n" } },
  ]);
});

test("secrets of the store become ExternalSecrets, literal ones Secrets", () => {
  const objects = objectsOf({
    secrets: {
      env: { A: { key: "k", property: "p", version: "3" }, B: "literal" },
      files: { "c.pem": { key: "c" } },
      refreshInterval: "5m",
    },
  });
  const external = (name: string, data: object[]) => ({
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: meta(name),
    spec: {
      refreshInterval: "5m",
      secretStoreRef: { name: "vault", kind: "SecretStore" },
      target: { name, creationPolicy: "Owner" },
      data,
    },
  });
  expect(objects).toEqual([
    external("demo-secrets", [{ secretKey: "A", remoteRef: { key: "k", property: "p", version: "3" } }]),
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: meta("demo-literals"),
      type: "Opaque",
      data: { B: Buffer.from("literal").toString("base64") },
    },
    external("demo-secret-files", [{ secretKey: "c.pem", remoteRef: { key: "c" } }]),
  ]);
});

test("ServiceAccount with an IAM role", () => {
  const serviceAccount = {
    roleArn: "arn:aws:iam::111111111111:role/demo",
    annotations: { a: "b" },
    token: true,
    imagePullSecrets: ["pull"],
  };
  const account = the("ServiceAccount", objectsOf({ ...deployment, serviceAccount }));
  expect(account).toEqual({
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: meta("demo", { ...first, "eks.amazonaws.com/role-arn": "arn:aws:iam::111111111111:role/demo", a: "b" }),
    automountServiceAccountToken: true,
    imagePullSecrets: [{ name: "pull" }],
  });
});

test("an account made elsewhere is used and not made", () => {
  const objects = objectsOf({ ...deployment, serviceAccount: { create: false, name: "theirs" } });
  expect(objects.map(({ kind }) => kind)).toEqual(["Deployment"]);
  expect(the("Deployment", objects).spec.template.spec.serviceAccountName).toBe("theirs");
});

test("PersistentVolumeClaim is neither pruned nor deleted", () => {
  const storage = {
    data: {
      size: 1024,
      storageClass: "",
      accessModes: ["ReadWriteMany"],
      volumeName: "pv",
      volumeAttributesClass: "gold",
      dataSource: { kind: "VolumeSnapshot", name: "s", apiGroup: "snapshot.storage.k8s.io" },
      labels: { a: "b" },
    },
  } as const;
  expect(objectsOf({ storage })).toEqual([
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: {
        ...meta("demo-data", {
          ...first,
          "argocd.argoproj.io/compare-options": "IgnoreExtraneous",
          "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
        }),
        labels: { app: "demo", a: "b" },
      },
      spec: {
        accessModes: ["ReadWriteMany"],
        resources: { requests: { storage: "1024" } },
        storageClassName: "",
        volumeName: "pv",
        volumeAttributesClassName: "gold",
        dataSourceRef: storage.data.dataSource,
      },
    },
  ]);
});

test("HorizontalPodAutoscaler", () => {
  const metric = { type: "External", external: { metric: { name: "queue" }, target: { type: "Value", value: "3" } } };
  const autoscaling = {
    minReplicas: 2,
    maxReplicas: 5,
    cpu: 60,
    memory: 70,
    metrics: [metric],
    behavior: { scaleDown: { stabilizationWindowSeconds: 9 } },
  };
  expect(the("HorizontalPodAutoscaler", objectsOf({ ...deployment, autoscaling }))).toEqual({
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "demo", namespace: "demo", labels: { app: "demo" } },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "demo" },
      minReplicas: 2,
      maxReplicas: 5,
      metrics: [
        { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } } },
        { type: "Resource", resource: { name: "memory", target: { type: "Utilization", averageUtilization: 70 } } },
        metric,
      ],
      behavior: { scaleDown: { stabilizationWindowSeconds: 9 } },
    },
  });
});

describe("PodDisruptionBudget", () => {
  const budgets = (spec: object) =>
    objectsOf({ ...deployment, ...spec })
      .filter(({ kind }) => kind === "PodDisruptionBudget")
      .map((object) => object.spec);
  const selector = { matchLabels: { app: "demo" } };

  test("comes by itself from two replicas on, an autoscaler's least number counting", () => {
    expect(budgets({ workload: { kind: "Deployment", replicas: 1 } })).toEqual([]);
    expect(budgets({ workload: { kind: "Deployment", replicas: 2 } })).toEqual([{ maxUnavailable: 1, selector }]);
    expect(budgets({ autoscaling: { minReplicas: 2, maxReplicas: 3, cpu: 50 } })).toEqual([{ maxUnavailable: 1, selector }]);
  });

  test("says what the app says", () => {
    expect(budgets({ disruptionBudget: { minAvailable: "50%", unhealthyPodEvictionPolicy: "AlwaysAllow" } })).toEqual([
      { minAvailable: "50%", unhealthyPodEvictionPolicy: "AlwaysAllow", selector },
    ]);
  });

  test("goes when a layer takes it back", () => {
    const demo = app("demo", { namespace: "demo", workload: { kind: "Deployment", replicas: 3 }, container }).with({
      disruptionBudget: null,
    });
    expect(manifestsOf([demo]).map(({ object }) => object.kind)).not.toContain("PodDisruptionBudget");
  });
});

describe("what an environment shares", () => {
  const demo = app("demo", { namespace: "demo", ...deployment, secrets: { env: { A: { key: "k" } } } });
  const shared = (more: object) =>
    manifestsOf([demo], more)
      .filter(({ folder }) => folder === "shared")
      .map(({ object }) => object);

  test("namespaces enforce the environment's Pod Security Standard, or their own, and are not deleted unasked", () => {
    const [namespace] = shared({});
    expect(namespace).toEqual({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: "demo",
        labels: {
          "pod-security.kubernetes.io/enforce": "restricted",
          "pod-security.kubernetes.io/enforce-version": "v1.34",
          "pod-security.kubernetes.io/warn": "restricted",
        },
        annotations: { "argocd.argoproj.io/sync-options": "Prune=confirm,Delete=confirm" },
      },
    });
    const levels = shared({ podSecurity: "baseline", namespaces: { demo: { podSecurity: "privileged" }, more: {} } }).map(
      ({ metadata }) => metadata.labels?.["pod-security.kubernetes.io/enforce"],
    );
    expect(levels).toEqual(["privileged", "baseline"]);
  });

  test("a namespace that something else makes is left alone", () => {
    expect(shared({ namespaces: { demo: { create: false } } })).toEqual([]);
  });

  test("a secret store for each namespace that reads one, or one for the cluster", () => {
    const provider = { fake: { data: [] } };
    const stores = (kind?: string) =>
      shared({ secrets: { ...settings.secrets, store: { name: "vault", provider, ...(kind ? { kind } : {}) } } }).filter((object) =>
        object.kind.endsWith("Store"),
      );
    expect(stores()).toEqual([
      { apiVersion: "external-secrets.io/v1", kind: "SecretStore", metadata: { name: "vault", namespace: "demo" }, spec: { provider } },
    ]);
    expect(stores("ClusterSecretStore")).toEqual([
      { apiVersion: "external-secrets.io/v1", kind: "ClusterSecretStore", metadata: { name: "vault" }, spec: { provider } },
    ]);
  });

  test("what has no namespace, whichever app makes it", () => {
    const role = app("role", {
      namespace: "demo",
      extend: (chart, { app: name }) => {
        new ApiObject(chart, "role", { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name }, rules: [] });
      },
    });
    const clusterRole = manifestsOf([role]).find(({ object }) => object.kind === "ClusterRole");
    expect(clusterRole).toMatchObject({ folder: "shared", app: "role" });
    expect(clusterRole?.object.metadata).toEqual({ name: "role" });
  });
});
