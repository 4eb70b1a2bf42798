import { readFileSync } from "node:fs";
import { type KubernetesObject, render } from "slipway";
import { parseAllDocuments } from "yaml";
import { check } from "../../lib/check/index.ts";
import { podTemplateOf } from "../../lib/kubernetes/index.ts";
import { review, treeOf } from "../../lib/review/index.ts";
import * as overlays from "../../overlays/index.ts";
import { ApiServer, describeWithServers, hasCrds, kubernetes } from "./api-server.ts";
import { mutations } from "./mutations.ts";

const environments = Object.values(overlays);
const seeds = parseAllDocuments(readFileSync("test/e2e/seeds.yaml", "utf8")).map((document) => document.toJS() as KubernetesObject);
/** Whether the server knows an object's kind. */
const isKnown = ({ apiVersion }: KubernetesObject) => hasCrds || !/argoproj|external-secrets/.test(apiVersion);
const errorsOf = (object: KubernetesObject, podSecurity?: "baseline" | "restricted") =>
  check(
    [{ name: "test", kubernetes, ...(podSecurity ? { podSecurity } : {}), manifests: [{ object, app: "demo", file: "a.yaml" }] }],
    "2030-01-01",
  ).findings.filter(({ severity }) => severity === "error");
const namespace = (name: string, labels: object = {}) =>
  ({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } }) as KubernetesObject;

/** Where the two differ, and why that stays. */
const differences: readonly (readonly [what: RegExp, why: string])[] = [
  [/ for spec\.ports\.\d+\.nodePort$/, "a dry run takes no node port, so the server doesn't say that it is out of its range"],
  [/^2147483648 for /, "the server lets some numbers past 32 bits turn negative, and doesn't look at all of those"],
];

describeWithServers("check and the API server", () => {
  const server = new ApiServer();
  beforeAll(async () => {
    await server.start();
    for (const name of ["shop", "dominos-service-backend", "platform-logging", "platform-gateway", "argocd"])
      await server.create(namespace(name));
    if (hasCrds) await server.installCrds();
  }, 90_000);
  afterAll(() => server.stop());

  test.each(environments)("every manifest of $name is accepted: server-side, strict", async (environment) => {
    const { manifests } = render(environment);
    const refused = await Promise.all(
      manifests.filter(({ object }) => isKnown(object)).map(async ({ object, path }) => [path, await server.refusal(object)] as const),
    );
    expect(refused.filter(([, reason]) => reason !== undefined)).toEqual([]);
  });

  test.each(environments)("the pods of every workload of $name are admitted where its standard is enforced", async (environment) => {
    const { manifests } = render(environment);
    const byName = new Map(
      manifests.filter(({ object }) => object.kind === "Namespace").map(({ object }) => [object.metadata.name, object]),
    );
    const refused: unknown[] = [];
    for (const { object, path } of manifests) {
      const pod = podOf(object);
      if (!pod) continue;
      const labels = byName.get(object.metadata.namespace ?? "")?.metadata.labels ?? {};
      const name = `${environment.name}-${object.metadata.namespace}`;
      await server.create(namespace(name, labels));
      for (const account of ["default", String((pod.spec as { serviceAccountName?: string }).serviceAccountName ?? "default")])
        await server.create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: account, namespace: name } });
      const reason = await server.refusal({ ...pod, metadata: { ...pod.metadata, namespace: name } });
      if (reason) refused.push([path, reason]);
    }
    expect(refused).toEqual([]);
  });

  test("writing out what the server fills in is no change to review", async () => {
    const own = environments.flatMap((environment) => render(environment).manifests.map(({ object }) => object)).filter(isKnown);
    const reported: string[] = [];
    for (const object of [...seeds, ...own]) {
      const { body } = await server.apply(object, "&dryRun=All");
      const tree = (manifest: object) => treeOf(new Map([["a.json", JSON.stringify(manifest)]]), "test");
      for (const { fields } of review(tree(object), tree(written(body as KubernetesObject)), { kubernetes }).changes)
        for (const { path } of fields)
          if (!given.some((pattern) => pattern.test(`${object.kind}: ${path}`)))
            reported.push(`${object.kind} ${object.metadata.name}: ${path}`);
    }
    expect([...new Set(reported)]).toEqual([]);
  }, 60_000);

  test("agree on what is wrong with thousands of mutated objects", async () => {
    const own = environments
      .flatMap((environment) => render(environment).manifests.map(({ object }) => object))
      .filter((object) => isKnown(object));
    // Kinds that check knows by its catalogue are held to it in catalogue-agreement.test.ts: their unknown fields are warnings.
    const judged = own.filter(({ apiVersion, kind }) => !/^gateway\./.test(apiVersion) && kind !== "Rollout");
    const oneOfEach = [...new Map(judged.map((object) => [object.kind, JSON.parse(JSON.stringify(object)) as KubernetesObject])).values()];
    const moved = oneOfEach.map((object) =>
      object.metadata.namespace ? { ...object, metadata: { ...object.metadata, namespace: "shop" } } : object,
    );
    for (const object of [...seeds, ...moved]) expect([object.kind, await server.refusal(object)]).toEqual([object.kind, undefined]);
    const jobs = [
      ...[...seeds, ...moved].flatMap((object) => [...mutations(object)].map((mutation) => ({ kind: object.kind, ...mutation }))),
      ...[...seeds, ...moved].flatMap((object) => [...withEphemeral(object)]),
    ];
    expect(jobs.length).toBeGreaterThan(5000);

    const passed: string[] = [];
    const refused: string[] = [];
    let next = 0;
    const work = async () => {
      for (let job = jobs[next++]; job; job = jobs[next++]) {
        const { kind, what, object } = job;
        const reason = await server.refusal(object);
        const errors = errorsOf(object).filter(({ rule }) => rule.startsWith("schema/"));
        if (reason !== undefined && errors.length === 0) passed.push(`${kind}: ${what}: ${reason}`);
        if (reason === undefined && errors.length > 0 && !differences.some(([pattern]) => pattern.test(what)))
          refused.push(`${kind}: ${what}: ${errors.map(({ rule, path, message }) => `${rule} ${path} ${message}`).join("; ")}`);
      }
    };
    await Promise.all(Array.from({ length: 8 }, work));
    expect({ "refused by the server, passed by check": passed, "taken by the server, refused by check": refused }).toEqual({
      "refused by the server, passed by check": [],
      "taken by the server, refused by check": [],
    });
  }, 180_000);

  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: a table is walked, and each row compared
  test("agree on which pods each Pod Security Standard admits", async () => {
    const pods = [...securityCases()];
    expect(pods.length).toBeGreaterThan(100);
    const differ: string[] = [];
    for (const level of ["baseline", "restricted"] as const) {
      await server.create(namespace(level, { "pod-security.kubernetes.io/enforce": level }));
      await server.create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: level } });
      for (const { what, spec } of pods) {
        const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "pod", namespace: level }, spec } as KubernetesObject;
        const reason = await server.refusal(pod);
        const findings = errorsOf(pod, level).filter(({ rule }) => rule === "security/pod-standard");
        const forbidden = reason?.includes("violates PodSecurity") ?? false;
        if (reason !== undefined && !forbidden) continue; // refused for another reason, before or after
        if (forbidden !== findings.length > 0)
          differ.push(
            `${level}: ${what}: the server ${reason ?? "admits it"}; check ${findings.map(({ path, message }) => `${path} ${message}`).join("; ") || "admits it"}`,
          );
      }
    }
    expect(differ).toEqual([]);
  }, 120_000);
});

/** What the server gives out, or a controller of its own writes, so that no manifest can say it beforehand. */
const given: readonly RegExp[] = [
  /^Service: spec\.(clusterIPs?|healthCheckNodePort)$/,
  /^Service: spec\.ports\[.*\]\.nodePort$/,
  /^Namespace: (metadata\.labels\["kubernetes\.io\/metadata\.name"\]|spec)$/,
  /^PersistentVolumeClaim: metadata\.finalizers$/,
  // A Job's pods are selected by labels of the server's.
  /^Job: spec\.selector$/,
  /^Job: (spec\.template\.)?metadata\.labels(\.|\["batch\.kubernetes\.io\/)(controller-uid|job-name)/,
  /^Job: spec\.template\.metadata\.labels$/,
  /^DaemonSet: metadata\.annotations\["deprecated\.daemonset\.template\.generation"\]$/,
  // Admission writes tolerations, tokens, accounts and priorities into pods.
  /^Pod: spec\.(tolerations|volumes|priority|preemptionPolicy|serviceAccount|serviceAccountName)\b/,
  /^Pod: spec\.containers\[.*\]\.volumeMounts/,
];

/** An object as the server has it, without what it keeps of it for itself. */
function written({ status: _status, metadata, ...rest }: KubernetesObject): KubernetesObject {
  const { managedFields: _1, resourceVersion: _2, generation: _3, uid: _4, creationTimestamp: _5, ...own } = metadata;
  return { ...rest, metadata: own } as KubernetesObject;
}

/** Ephemeral containers come by a way of their own: neither a template nor a new pod may have any. */
function* withEphemeral(object: KubernetesObject) {
  const copy = structuredClone(object);
  const template = podTemplateOf(copy) as { spec?: object } | undefined;
  if (!template?.spec) return;
  Object.assign(template.spec, { ephemeralContainers: [{ name: "debug", image: "debug:1" }] });
  yield { kind: object.kind, what: "an ephemeral container in", object: copy };
}

/** A Pod as the object's controller would make it. */
function podOf(object: KubernetesObject): KubernetesObject | undefined {
  const path = object.kind === "CronJob" ? ["spec", "jobTemplate", "spec", "template"] : ["spec", "template"];
  const template = path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object) as
    | { metadata?: object; spec?: object }
    | undefined;
  if (!["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"].includes(object.kind) || !template?.spec) return undefined;
  const claims = ((object.spec as { volumeClaimTemplates?: { metadata: { name: string } }[] }).volumeClaimTemplates ?? []).map(
    ({ metadata }) => ({
      name: metadata.name,
      persistentVolumeClaim: { claimName: metadata.name },
    }),
  );
  const { volumes = [] } = template.spec as { volumes?: object[] };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...template.metadata, name: object.metadata.name },
    spec: { ...template.spec, volumes: [...volumes, ...claims] },
  } as KubernetesObject;
}

/** Pods that restricted admits, each with one or two things changed that standards are about. */
function* securityCases(): Generator<{ what: string; spec: object }> {
  const context = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
  const container = { name: "a", image: "a:1", securityContext: context };
  const spec = { securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } }, containers: [container] };
  const contexts: object[] = [
    {},
    { privileged: true, allowPrivilegeEscalation: true },
    { allowPrivilegeEscalation: true },
    { allowPrivilegeEscalation: undefined },
    { runAsNonRoot: false },
    { runAsNonRoot: true },
    { runAsUser: 0 },
    { runAsUser: 1000 },
    { procMount: "Unmasked" },
    { seccompProfile: { type: "Unconfined" } },
    { seccompProfile: { type: "Localhost", localhostProfile: "a.json" } },
    { appArmorProfile: { type: "Unconfined" } },
    { appArmorProfile: { type: "RuntimeDefault" } },
    { seLinuxOptions: { type: "container_t" } },
    { seLinuxOptions: { type: "container_engine_t" } },
    { seLinuxOptions: { type: "spc_t" } },
    { seLinuxOptions: { user: "u" } },
    { seLinuxOptions: { role: "r" } },
    { seLinuxOptions: { level: "s0" } },
    { windowsOptions: { hostProcess: true } },
    ...["NET_BIND_SERVICE", "CHOWN", "NET_RAW", "SYS_ADMIN", "ALL", "CAP_CHOWN"].map((entry) => ({
      allowPrivilegeEscalation: entry === "SYS_ADMIN",
      capabilities: { drop: ["ALL"], add: [entry] },
    })),
    { capabilities: { drop: ["KILL"] } },
    { capabilities: undefined },
  ];
  for (const change of contexts) {
    const changed = { ...container, securityContext: { ...context, ...change } };
    const words = JSON.stringify(change);
    yield { what: `container ${words}`, spec: { ...spec, containers: [changed] } };
    yield { what: `second container ${words}`, spec: { ...spec, containers: [container, { ...changed, name: "b" }] } };
    yield { what: `init container ${words}`, spec: { ...spec, initContainers: [{ ...changed, name: "b" }] } };
    yield { what: `sidecar ${words}`, spec: { ...spec, initContainers: [{ ...changed, name: "b", restartPolicy: "Always" }] } };
    yield { what: `container ${words}, nothing said of the pod`, spec: { containers: [changed] } };
  }
  const podContexts: object[] = [
    { runAsNonRoot: false },
    { runAsNonRoot: undefined },
    { runAsUser: 0 },
    { seccompProfile: undefined },
    { seccompProfile: { type: "Unconfined" } },
    { appArmorProfile: { type: "Unconfined" } },
    { seLinuxOptions: { type: "spc_t" } },
    { windowsOptions: { hostProcess: true } },
    ...["kernel.shm_rmid_forced", "net.ipv4.tcp_rmem", "net.core.somaxconn", "kernel.msgmax"].map((name) => ({
      sysctls: [{ name, value: "1" }],
    })),
  ];
  for (const change of podContexts) {
    yield { what: `pod ${JSON.stringify(change)}`, spec: { ...spec, securityContext: { ...spec.securityContext, ...change } } };
    const own = { ...container, securityContext: { ...context, runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } } };
    yield {
      what: `pod ${JSON.stringify(change)}, container says its own`,
      spec: { ...spec, securityContext: { ...spec.securityContext, ...change }, containers: [own] },
    };
  }
  for (const host of ["hostNetwork", "hostPID", "hostIPC"]) yield { what: host, spec: { ...spec, [host]: true } };
  for (const os of ["linux", "windows"])
    yield {
      what: `os ${os}`,
      spec: { securityContext: { runAsNonRoot: true }, os: { name: os }, containers: [{ name: "a", image: "a:1" }] },
    };
  for (const ports of [[{ containerPort: 80, hostPort: 80 }], [{ containerPort: 80, hostPort: 0 }], [{ containerPort: 80 }]])
    yield { what: `ports ${JSON.stringify(ports)}`, spec: { ...spec, containers: [{ ...container, ports }] } };
  const volumes: object[] = [
    { hostPath: { path: "/var" } },
    { emptyDir: {} },
    { configMap: { name: "a" } },
    { secret: { secretName: "a" } },
    { downwardAPI: {} },
    { persistentVolumeClaim: { claimName: "a" } },
    { projected: { sources: [] } },
    { csi: { driver: "a.example" } },
    { nfs: { server: "a", path: "/" } },
    { iscsi: { targetPortal: "10.0.0.1", iqn: "iqn.2001-04.com.example:a", lun: 0 } },
    { ephemeral: { volumeClaimTemplate: { spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } } } },
    { image: { reference: "a:1" } },
    { gitRepo: { repository: "https://git.example/a.git" } },
  ];
  for (const volume of volumes) yield { what: `volume ${JSON.stringify(volume)}`, spec: { ...spec, volumes: [{ name: "v", ...volume }] } };
  for (const field of ["livenessProbe", "readinessProbe", "startupProbe"])
    for (const handler of [
      { httpGet: { port: 80, host: "10.0.0.1" } },
      { tcpSocket: { port: 80, host: "10.0.0.1" } },
      { httpGet: { port: 80 } },
    ])
      yield { what: `${field} ${JSON.stringify(handler)}`, spec: { ...spec, containers: [{ ...container, [field]: handler }] } };
  for (const hook of ["preStop", "postStart"])
    yield {
      what: hook,
      spec: { ...spec, containers: [{ ...container, lifecycle: { [hook]: { httpGet: { port: 80, host: "10.0.0.1" } } } }] },
    };
}
