import { podTemplatePaths } from "../../lib/kubernetes/index.ts";
import { workloadKinds } from "../../lib/overlay/index.ts";
import { impactOf } from "../../lib/review/impact/index.ts";
import { container, objectsOf, the } from "../fixture.ts";

const adopted = { container, defaults: "none" } as const;
const demo = { metadata: { name: "demo", namespace: "demo" } };
const template = { metadata: { labels: { app: "demo" } }, spec: { containers: [{ name: "demo", image: "registry.example/demo:1" }] } };
const selector = { matchLabels: { app: "demo" } };

describe("Deployment", () => {
  const make = (workload: object, more: object = {}) =>
    the("Deployment", objectsOf({ ...adopted, ...more, workload: { kind: "Deployment", ...workload } }));

  test("in full", () => {
    const workload = {
      replicas: 3,
      strategy: { type: "RollingUpdate", maxSurge: "50%", maxUnavailable: 1 },
      minReadySeconds: 5,
      progressDeadlineSeconds: 60,
      revisionHistoryLimit: 2,
      paused: true,
    };
    expect(make(workload)).toEqual({
      apiVersion: "apps/v1",
      kind: "Deployment",
      ...demo,
      spec: {
        replicas: 3,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "50%", maxUnavailable: 1 } },
        minReadySeconds: 5,
        progressDeadlineSeconds: 60,
        revisionHistoryLimit: 2,
        paused: true,
        selector,
        template,
      },
    });
  });

  test("Recreate carries no rolling update", () => {
    expect(make({ strategy: { type: "Recreate" } }, { defaults: "production" }).spec.strategy).toEqual({ type: "Recreate" });
  });

  test("rolls without a gap by default", () => {
    expect(make({}, { defaults: "production" }).spec).toMatchObject({
      replicas: 1,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    });
  });

  test("an adopted selector selects, and the pods carry it", () => {
    const workload = make({}, { selector: { "app.kubernetes.io/name": "old" } });
    expect([workload.spec.selector.matchLabels, workload.spec.template.metadata.labels]).toEqual([
      { "app.kubernetes.io/name": "old" },
      { "app.kubernetes.io/name": "old" },
    ]);
  });

  test("leaves replicas to an autoscaler", () => {
    const workload = make({ replicas: 3 }, { autoscaling: { minReplicas: 2, maxReplicas: 4, cpu: 50 } });
    expect(workload.spec).not.toHaveProperty("replicas");
  });

  test("spreads over zones from two replicas on, counting one revision", () => {
    const spread = (replicas: number) => make({ replicas }, { defaults: "production" }).spec.template.spec.topologySpreadConstraints;
    expect(spread(1)).toBeUndefined();
    expect(spread(2)).toEqual([
      {
        topologyKey: "topology.kubernetes.io/zone",
        maxSkew: 1,
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: selector,
        matchLabelKeys: ["pod-template-hash"],
      },
    ]);
  });
});

test("StatefulSet in full", () => {
  const workload = {
    kind: "StatefulSet",
    replicas: 2,
    updateStrategy: { type: "RollingUpdate", partition: 1 },
    podManagementPolicy: "Parallel",
    claims: { data: { size: "1Gi", accessModes: ["ReadWriteOncePod"], storageClass: "fast", volumeMode: "Block" } },
    claimRetention: { whenDeleted: "Delete", whenScaled: "Retain" },
    ordinalStart: 1,
  } as const;
  const objects = objectsOf({
    ...adopted,
    workload,
    container: { ...container, devices: { "/dev/x": "data" } },
    service: { type: "Headless", ports: {} },
  });
  expect(the("StatefulSet", objects).spec).toEqual({
    replicas: 2,
    serviceName: "demo",
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 1 } },
    podManagementPolicy: "Parallel",
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete", whenScaled: "Retain" },
    ordinals: { start: 1 },
    selector,
    template: {
      ...template,
      spec: { containers: [{ name: "demo", image: "registry.example/demo:1", volumeDevices: [{ name: "data", devicePath: "/dev/x" }] }] },
    },
    volumeClaimTemplates: [
      {
        metadata: { name: "data" },
        spec: {
          accessModes: ["ReadWriteOncePod"],
          resources: { requests: { storage: "1Gi" } },
          storageClassName: "fast",
          volumeMode: "Block",
        },
      },
    ],
  });
});

test("StatefulSet whose pods are replaced by hand", () => {
  const objects = objectsOf({ ...adopted, workload: { kind: "StatefulSet", serviceName: "peers", updateStrategy: { type: "OnDelete" } } });
  expect(the("StatefulSet", objects).spec).toEqual({ serviceName: "peers", updateStrategy: { type: "OnDelete" }, selector, template });
});

test("StatefulSet that no Service names, which servers take since 1.33", () => {
  expect(the("StatefulSet", objectsOf({ ...adopted, workload: { kind: "StatefulSet", serviceName: "" } })).spec).toEqual({
    selector,
    template,
  });
});

test("DaemonSet in full", () => {
  const workload = { kind: "DaemonSet", updateStrategy: { type: "RollingUpdate", maxUnavailable: "10%" }, minReadySeconds: 3 } as const;
  expect(the("DaemonSet", objectsOf({ ...adopted, workload }))).toEqual({
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    ...demo,
    spec: { updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "10%" } }, minReadySeconds: 3, selector, template },
  });
});

const job = {
  completions: 4,
  parallelism: 2,
  completionMode: "Indexed",
  backoffLimitPerIndex: 1,
  activeDeadlineSeconds: 60,
  ttlSecondsAfterFinished: 30,
  podReplacementPolicy: "Failed",
} as const;
const ending = { spec: { ...template.spec, restartPolicy: "Never" } };

test("Job in full", () => {
  const workload = the("Job", objectsOf({ ...adopted, workload: { kind: "Job", ...job, podFailurePolicy: { rules: [] } } }));
  expect(workload.metadata).toEqual(demo.metadata);
  expect(workload.spec).toEqual({ ...job, podFailurePolicy: { rules: [] }, template: ending });
});

test("a Job that is an app is replaced when it changes, and its pods carry the app's label", () => {
  const { metadata, spec } = the("Job", objectsOf({ container, workload: { kind: "Job" } }));
  expect(metadata.annotations).toEqual({ "argocd.argoproj.io/sync-options": "Force=true,Replace=true" });
  expect(spec.template.metadata.labels).toEqual({ app: "demo" });
});

test("a workload has a name, labels and annotations of its own, which its pods don't take over", () => {
  const own = { name: "shop-web", labels: { tier: "front" }, annotations: { note: "x" } };
  const workload = { kind: "Deployment", ...own };
  const objects = objectsOf({ ...adopted, workload, autoscaling: { minReplicas: 1, maxReplicas: 2, cpu: 50 } });
  const { metadata, spec } = the("Deployment", objects);
  expect(metadata).toEqual({ ...own, namespace: "demo" });
  expect(spec).toEqual({ selector, template });
  expect(the("HorizontalPodAutoscaler", objects).spec.scaleTargetRef.name).toBe("shop-web");
});

test("the Jobs of a CronJob have labels and annotations of their own", () => {
  const job = { labels: { run: "daily" }, annotations: { note: "x" } };
  const { jobTemplate } = the("CronJob", objectsOf({ ...adopted, workload: { kind: "CronJob", schedule: "@daily", job } })).spec;
  expect(jobTemplate).toEqual({ metadata: job, spec: { template: ending } });
});

test("CronJob in full", () => {
  const workload = {
    kind: "CronJob",
    schedule: "*/5 1-3 * * MON",
    timeZone: "Europe/Amsterdam",
    concurrencyPolicy: "Replace",
    startingDeadlineSeconds: 9,
    successfulJobsHistoryLimit: 1,
    failedJobsHistoryLimit: 2,
    suspend: true,
    job,
  } as const;
  const { kind: _kind, job: _job, ...rest } = workload;
  expect(the("CronJob", objectsOf({ ...adopted, workload })).spec).toEqual({
    ...rest,
    jobTemplate: { spec: { ...job, template: ending } },
  });
});

test("CronJob whose containers are restarted in place", () => {
  const workload = the(
    "CronJob",
    objectsOf({ ...adopted, workload: { kind: "CronJob", schedule: "@daily" }, pod: { restartPolicy: "OnFailure" } }),
  );
  expect(workload.spec.jobTemplate.spec.template.spec.restartPolicy).toBe("OnFailure");
});

describe("a job of an app", () => {
  const withJob = (migrate: object, more: object = {}) =>
    the(
      "Job",
      objectsOf({
        workload: { kind: "Deployment" },
        container: {
          ...container,
          ports: { http: 80 },
          probes: { readiness: { http: "/" } },
          env: { A: "1" },
          resources: { requests: { cpu: 1 } },
        },
        jobs: { migrate },
        ...more,
      }),
    );

  test("is a hook between the app's configuration and its pods", () => {
    expect(withJob({ hook: "Sync" }).metadata).toEqual({
      name: "demo-migrate",
      namespace: "demo",
      labels: { app: "demo" },
      annotations: {
        "argocd.argoproj.io/hook": "Sync",
        "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation",
        "argocd.argoproj.io/sync-wave": "-1",
      },
    });
    expect(withJob({ hook: "PostSync" }).metadata.annotations).not.toHaveProperty(["argocd.argoproj.io/sync-wave"]);
  });

  test("that isn't a hook is replaced when it changes", () => {
    expect(withJob({}).metadata.annotations).toEqual({ "argocd.argoproj.io/sync-options": "Force=true,Replace=true" });
  });

  test("takes over image, variables, resources, security and account, not ports and probes", () => {
    const { spec, metadata } = withJob({ container: { args: ["migrate"] } }).spec.template;
    expect(metadata.labels).toEqual({ app: "demo-migrate" });
    expect(spec.serviceAccountName).toBe("demo");
    expect(spec.containers).toEqual([
      {
        name: "migrate",
        image: "registry.example/demo:1",
        args: ["migrate"],
        env: [{ name: "A", value: "1" }],
        resources: { requests: { cpu: "1" } },
        securityContext: expect.objectContaining({ readOnlyRootFilesystem: true }),
      },
    ]);
  });

  test("mounts the app's scratch space and configuration, not its storage", () => {
    const mounts = { "/tmp": "tmp", "/data": "data" };
    const { spec } = withJob(
      {},
      {
        container: { ...container, mounts },
        volumes: { tmp: { emptyDir: {} }, data: { claim: "data" } },
        storage: { data: { size: "1Gi" } },
        config: { files: { a: "x" } },
      },
    ).spec.template;
    expect(spec.containers[0].volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)).toEqual(["/etc/config", "/tmp"]);
    expect(spec.volumes.map(({ name }: { name: string }) => name)).toEqual(["config-files", "tmp"]);
  });

  test("never has pods that the app's Service selects", () => {
    const objects = objectsOf({
      workload: { kind: "Deployment" },
      container: { ...container, ports: { http: 80 } },
      service: { ports: { http: 80 } },
      jobs: { a: { pod: { labels: { app: "demo" } } } },
    });
    const selected = Object.entries(the("Service", objects).spec.selector);
    const labels = the("Job", objects).spec.template.metadata.labels;
    expect(selected.every(([key, value]) => labels[key] === value)).toBe(false);
  });
});

test.each(Object.entries(workloadKinds))("where a %s has its pods, and what a change of it does, is known", (kind, { apiVersion }) => {
  expect(podTemplatePaths).toHaveProperty([kind]);
  expect([...impactOf.keys()]).toContain(`${apiVersion.split("/")[0]}/${kind}`);
});
