import { container, deployment, objectsOf, the } from "../fixture.ts";

const pod = (spec: object) => the("Deployment", objectsOf({ ...deployment, defaults: "none", ...spec })).spec.template;

test("the main container comes first and the others by name", () => {
  const names = (defaults: string) =>
    pod({ defaults, sidecars: { zeta: container, alpha: container } }).spec.containers.map(({ name }: { name: string }) => name);
  expect(names("production")).toEqual(["demo", "alpha", "zeta"]);
  expect(names("none")).toEqual(["demo", "zeta", "alpha"]);
});

test("init containers and native sidecars start by their order, then by name", () => {
  const { spec } = pod({
    initContainers: { wait: { ...container, order: 1 }, fetch: container },
    sidecars: { proxy: { ...container, native: true }, logs: container },
  });
  expect(spec.initContainers.map(({ name, restartPolicy }: Record<string, string>) => [name, restartPolicy])).toEqual([
    ["fetch", undefined],
    ["proxy", "Always"],
    ["wait", undefined],
  ]);
  expect(spec.containers.map(({ name }: { name: string }) => name)).toEqual(["demo", "logs"]);
});

test("volumes of every type", () => {
  const volumes = {
    claim: { claim: { name: "data", readOnly: true } },
    config: { config: { name: "c", items: { a: "a.txt", b: { path: "b.txt", mode: 0o400 } }, optional: true }, defaultMode: 0o440 },
    csi: { csi: { driver: "d.example" } },
    downward: { downward: { labels: "metadata.labels" } },
    ephemeral: { ephemeral: { size: "1Gi", storageClass: "fast", labels: { a: "b" } } },
    image: { image: { reference: "registry.example/files:1", pullPolicy: "IfNotPresent" } },
    memory: { emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
    nfs: { nfs: { server: "nfs.example", path: "/x" } },
    own: { claim: "cache" },
    projected: {
      projected: [
        { serviceAccountToken: { path: "token", audience: "vault" } },
        { config: { name: "c" } },
        { secret: { name: "s" } },
        { downward: { name: "metadata.name" } },
      ],
    },
    secret: { secret: "s" },
  };
  expect(pod({ volumes, storage: { cache: { size: "1Gi" } } }).spec.volumes).toEqual([
    { name: "claim", persistentVolumeClaim: { claimName: "data", readOnly: true } },
    {
      name: "config",
      configMap: {
        name: "c",
        optional: true,
        defaultMode: 0o440,
        items: [
          { key: "a", path: "a.txt" },
          { key: "b", path: "b.txt", mode: 0o400 },
        ],
      },
    },
    { name: "csi", csi: { driver: "d.example" } },
    { name: "downward", downwardAPI: { items: [{ path: "labels", fieldRef: { fieldPath: "metadata.labels" } }] } },
    {
      name: "ephemeral",
      ephemeral: {
        volumeClaimTemplate: {
          metadata: { labels: { a: "b" } },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, storageClassName: "fast" },
        },
      },
    },
    { name: "image", image: { reference: "registry.example/files:1", pullPolicy: "IfNotPresent" } },
    { name: "memory", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
    { name: "nfs", nfs: { server: "nfs.example", path: "/x" } },
    { name: "own", persistentVolumeClaim: { claimName: "demo-cache" } },
    {
      name: "projected",
      projected: {
        sources: [
          { serviceAccountToken: { path: "token", audience: "vault" } },
          { configMap: { name: "c" } },
          { secret: { name: "s" } },
          { downwardAPI: { items: [{ path: "name", fieldRef: { fieldPath: "metadata.name" } }] } },
        ],
      },
    },
    { name: "secret", secret: { secretName: "s" } },
  ]);
});

test("a claim of the app's storage is mounted by its key", () => {
  const { spec } = pod({
    storage: { data: { size: "1Gi" } },
    container: { ...container, mounts: { "/data": { volume: "data", subPath: "x", propagation: "HostToContainer" } } },
  });
  expect(spec.volumes).toEqual([{ name: "data", persistentVolumeClaim: { claimName: "demo-data" } }]);
  expect(spec.containers[0].volumeMounts).toEqual([
    { name: "data", mountPath: "/data", subPath: "x", mountPropagation: "HostToContainer" },
  ]);
});

test("scheduling, names, DNS and security", () => {
  const affinity = {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: "arch", operator: "In", values: ["arm64"] }] }],
      },
    },
  };
  const { metadata, spec } = pod({
    pod: {
      labels: { tier: "web" },
      annotations: { note: "x" },
      nodeSelector: { disk: "ssd" },
      affinity,
      tolerations: { issue: { key: "issue", operator: "Exists", effect: "NoSchedule" } },
      topologySpread: { "kubernetes.io/hostname": { maxSkew: 2, whenUnsatisfiable: "DoNotSchedule" } },
      priorityClass: "high",
      hostAliases: { "10.0.0.1": ["db.example"] },
      dns: { policy: "None", nameservers: ["10.0.0.2"], searches: ["x.example"], options: { ndots: "2", "use-vc": "" } },
      imagePullSecrets: ["pull"],
      security: { runAsUser: 5, sysctls: { "net.ipv4.ip_local_port_range": "1024 65535" } },
      terminationGracePeriodSeconds: 9,
      runtimeClass: "gvisor",
      hostUsers: false,
      readinessGates: ["example.org/ready"],
    },
  });
  expect(metadata).toEqual({ labels: { app: "demo", tier: "web" }, annotations: { note: "x" } });
  expect(spec).toEqual({
    containers: [{ name: "demo", image: "registry.example/demo:1" }],
    nodeSelector: { disk: "ssd" },
    affinity,
    tolerations: [{ key: "issue", operator: "Exists", effect: "NoSchedule" }],
    topologySpreadConstraints: [
      {
        maxSkew: 2,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "DoNotSchedule",
        labelSelector: { matchLabels: { app: "demo" } },
      },
    ],
    priorityClassName: "high",
    hostAliases: [{ ip: "10.0.0.1", hostnames: ["db.example"] }],
    dnsPolicy: "None",
    dnsConfig: { nameservers: ["10.0.0.2"], searches: ["x.example"], options: [{ name: "ndots", value: "2" }, { name: "use-vc" }] },
    imagePullSecrets: [{ name: "pull" }],
    securityContext: { runAsUser: 5, sysctls: [{ name: "net.ipv4.ip_local_port_range", value: "1024 65535" }] },
    terminationGracePeriodSeconds: 9,
    runtimeClassName: "gvisor",
    hostUsers: false,
    readinessGates: [{ conditionType: "example.org/ready" }],
  });
});

test("config and secrets reach the main container only, and a change of config changes the pods", () => {
  const withConfig = (level: string) =>
    pod({
      defaults: "production",
      config: { env: { LEVEL: level }, files: { "a.txt": "x" } },
      secrets: { env: { TOKEN: { key: "k" } }, files: { key: "literal" }, revision: 2 },
      sidecars: { logs: container },
    });
  const { metadata, spec } = withConfig("info");
  expect(spec.containers[0].envFrom).toEqual([{ configMapRef: { name: "demo-config" } }, { secretRef: { name: "demo-secrets" } }]);
  expect(spec.containers[0].volumeMounts).toEqual([
    { name: "config-files", mountPath: "/etc/config", readOnly: true },
    { name: "secret-files", mountPath: "/etc/secrets", readOnly: true },
  ]);
  expect(spec.containers[1].envFrom).toBeUndefined();
  expect(metadata.annotations["secrets/revision"]).toBe("2");
  expect(withConfig("info").metadata.annotations).toEqual(metadata.annotations);
  expect(withConfig("debug").metadata.annotations["checksum/config"]).not.toBe(metadata.annotations["checksum/config"]);
});

test('defaults: "none" adds nothing to the pods', () => {
  const { metadata, spec } = pod({ defaults: "none", workload: { kind: "Deployment", replicas: 3 }, config: { env: { A: "1" } } });
  expect(metadata).toEqual({ labels: { app: "demo" } });
  expect(spec).toEqual({
    containers: [{ name: "demo", image: "registry.example/demo:1", envFrom: [{ configMapRef: { name: "demo-config" } }] }],
  });
});

test("production defaults are what the restricted standard asks for, and a layer can take each of them back", () => {
  const { spec } = pod({ defaults: "production", sidecars: { logs: container }, initContainers: { init: container } });
  const restricted = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } };
  expect([...spec.containers, ...spec.initContainers].map(({ securityContext }: { securityContext: object }) => securityContext)).toEqual([
    restricted,
    restricted,
    restricted,
  ]);
  expect(spec.securityContext).toEqual({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
  expect([spec.automountServiceAccountToken, spec.serviceAccountName]).toEqual([false, "demo"]);
});
