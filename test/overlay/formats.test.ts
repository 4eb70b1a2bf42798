import { type AppOf, app, InputError, type Operation, render } from "slipway";
import { check } from "../../lib/check/index.ts";
import { checkable } from "../../lib/synth/index.ts";
import { filesOf, testEnvironment } from "../fixture.ts";

/**
 * The model refuses what the API server refuses: each row has a value's neighbours on both sides. What the model takes passes check, and
 * what it refuses is refused by check too, once a patch has put it into the object.
 */
interface Row {
  /** Where the model says it, as problems name it. */
  readonly path: string | ((value: string) => string);
  /** An app that says the value. */
  readonly spec: (value: never) => object;
  readonly good: readonly unknown[];
  readonly bad: readonly unknown[];
  readonly kind: string;
  /** Puts the value into the object that the first good one makes. */
  readonly patch: (value: never) => readonly Operation[];
  readonly settings?: object;
}

const container = { image: "demo:1", ports: { http: 80 } };
const pods = { workload: { kind: "Deployment" }, container };
const [podSpec, first] = ["/spec/template/spec", "/spec/template/spec/containers/0"];
const replace =
  (path: string) =>
  (value: never): Operation[] => [{ op: "replace", path, value }];
const addKey =
  (path: string, member: unknown) =>
  (key: string): Operation[] => [
    { op: "add", path: `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, value: member as string },
  ];
const cronJob = (fields: object) => ({ workload: { kind: "CronJob", schedule: "0 2 * * *", ...fields }, container: { image: "demo:1" } });
const inContainer = (fields: object) => ({ ...pods, container: { ...container, ...fields } });
const longName = "a".repeat(63);

const rows: Readonly<Record<string, Row>> = {
  "a cron schedule": {
    path: "workload.schedule",
    spec: (schedule: string) => cronJob({ schedule }),
    good: ["30 2 * * *", "*/15 0-6 1,15 * mon-fri", "@hourly", "@every 1h30m"],
    bad: ["99 99 * * *", "60 0 * * *", "0 24 * * *", "0 0 0 * *", "0 0 * 13 *", "*/0 * * * *", "* * * *", "* * * * * *", "@fortnightly"],
    kind: "CronJob",
    patch: replace("/spec/schedule"),
  },
  "a time zone": {
    path: "workload.timeZone",
    spec: (timeZone: string) => cronJob({ timeZone }),
    good: ["Asia/Seoul", "Etc/UTC", "America/Port_of_Spain", "UTC", "Asia/Calcutta"],
    bad: ["Asia/Soul", "asia/seoul", "Local", "", "+09:00", "Mars/Base"],
    kind: "CronJob",
    patch: replace("/spec/timeZone"),
  },
  "a network of a load balancer": {
    path: "service.loadBalancerSourceRanges.0",
    spec: (cidr: string) => ({ ...pods, service: { type: "LoadBalancer", ports: { http: 80 }, loadBalancerSourceRanges: [cidr] } }),
    good: ["10.0.0.0/16", "0.0.0.0/0", "2001:db8::/32", "10.0.0.1/32"],
    bad: ["999.1.1.1/16", "10.0.0.0/33", "10.0.0/16", "10.0.0.0", "2001:db8::/129", "2001:db8::1::/64"],
    kind: "Service",
    patch: replace("/spec/loadBalancerSourceRanges/0"),
  },
  "a network that is used": {
    path: "uses.db.cidr",
    spec: (cidr: string) => ({ ...pods, uses: { db: { cidr } } }),
    good: ["10.0.0.0/16", "::/0"],
    bad: ["999.1.1.1/16", "10.0.0.0/99", "::/999"],
    kind: "NetworkPolicy",
    patch: replace("/spec/egress/0/to/0/ipBlock/cidr"),
    settings: { network: { policy: "default-deny" } },
  },
  "an address": {
    path: (ip) => (/^[\w-]+$/.test(ip) ? `pod.hostAliases.${ip}` : `pod.hostAliases["${ip}"]`),
    spec: (ip: string) => ({ ...pods, pod: { hostAliases: { [ip]: ["db.example"] } } }),
    good: ["10.0.0.1", "::1", "2001:db8::1"],
    bad: ["10.0.0.256", "10.0.0", ":::", "db"],
    kind: "Deployment",
    patch: replace(`${podSpec}/hostAliases/0/ip`),
  },
  "a host of an alias": {
    path: 'pod.hostAliases["10.0.0.1"].0',
    spec: (host: string) => ({ ...pods, pod: { hostAliases: { "10.0.0.1": [host] } } }),
    good: ["db", "db.example"],
    bad: ["*.example", "Db.example", "a..b", "-a"],
    kind: "Deployment",
    patch: replace(`${podSpec}/hostAliases/0/hostnames/0`),
  },
  "a name server": {
    path: "pod.dns.nameservers.0",
    spec: (ip: string) => ({ ...pods, pod: { dns: { nameservers: [ip] } } }),
    good: ["10.0.0.10", "fd00::10"],
    bad: ["10.0.0.300", "dns.example"],
    kind: "Deployment",
    patch: replace(`${podSpec}/dnsConfig/nameservers/0`),
  },
  "a search domain": {
    path: "pod.dns.searches.0",
    spec: (domain: string) => ({ ...pods, pod: { dns: { searches: [domain] } } }),
    good: ["svc.cluster.local", "_tcp.example.", "."],
    bad: ["a b", "-a.example", "a..b"],
    kind: "Deployment",
    patch: replace(`${podSpec}/dnsConfig/searches/0`),
  },
  "a host of a route": {
    path: "routes.all.host",
    spec: (host: string) => ({ ...pods, service: { ports: { http: 80 } }, routes: { all: { path: "/", host } } }),
    good: ["shop.example", "*.shop.example", "a-1.example"],
    bad: ["10.0.0.1", "*shop.example", "*.*.example", "Shop.example", "shop.example."],
    kind: "Ingress",
    patch: replace("/spec/rules/0/host"),
  },
  "a Service's name": {
    path: "service.name",
    spec: (name: string) => ({ ...pods, service: { name, ports: { http: 80 } } }),
    good: ["web", "w-1", longName],
    bad: ["1st", "web.svc", "Web", "web-", `${longName}a`],
    kind: "Service",
    patch: replace("/metadata/name"),
  },
  "an account's name": {
    path: "serviceAccount.name",
    spec: (name: string) => ({ ...pods, serviceAccount: { name } }),
    good: ["web", "1.web", "a".repeat(253)],
    bad: ["Web", "web.", "a..b", "a".repeat(254)],
    kind: "ServiceAccount",
    patch: replace("/metadata/name"),
  },
  "a container's name": {
    path: "containerName",
    spec: (containerName: string) => ({ ...pods, containerName }),
    good: ["web", "1st", longName],
    bad: ["web.1", "Web", "-web", `${longName}a`],
    kind: "Deployment",
    patch: replace(`${first}/name`),
  },
  "a port's name": {
    path: (name) => (/^[\w-]+$/.test(name) ? `container.ports.${name}` : `container.ports["${name}"]`),
    spec: (name: string) => ({ workload: pods.workload, container: { image: "demo:1", ports: { [name]: 80 } } }),
    good: ["http", "h2-c", "1a", "a".repeat(15)],
    bad: ["a".repeat(16), "80", "h--c", "-a", "Http"],
    kind: "Deployment",
    patch: replace(`${first}/ports/0/name`),
  },
  "a port's number": {
    path: "container.ports.http",
    spec: (port: number) => ({ ...pods, container: { image: "demo:1", ports: { http: port } } }),
    good: [1, 65535],
    bad: [0, 65536, 1.5, -1],
    kind: "Deployment",
    patch: replace(`${first}/ports/0/containerPort`),
  },
  "a port of the nodes": {
    path: "service.ports.http.nodePort",
    spec: (nodePort: number) => ({ ...pods, service: { type: "NodePort", ports: { http: { port: 80, nodePort } } } }),
    good: [30000, 32767],
    bad: [29999, 32768],
    kind: "Service",
    patch: replace("/spec/ports/0/nodePort"),
  },
  "an application protocol": {
    path: "service.ports.http.appProtocol",
    spec: (appProtocol: string) => ({ ...pods, service: { ports: { http: { port: 80, appProtocol } } } }),
    good: ["http", "kubernetes.io/h2c"],
    bad: ["kubernetes.io/", "h 2"],
    kind: "Service",
    patch: replace("/spec/ports/0/appProtocol"),
  },
  "a variable's name": {
    path: (name) => (/^[\w-]+$/.test(name) ? `container.env.${name}` : `container.env["${name}"]`),
    spec: (name: string) => inContainer({ env: { [name]: "x" } }),
    good: ["A", "a.b-c", "_x"],
    bad: ["1A", "a=b", ".", "..a", "a b"],
    kind: "Deployment",
    patch: replace(`${first}/env/0/name`),
    settings: { kubernetes: "1.31" },
  },
  "a variable that is kept in a ConfigMap": {
    path: (name) => (/^[\w-]+$/.test(name) ? `config.env.${name}` : `config.env["${name}"]`),
    spec: (name: string) => ({ ...pods, config: { env: { [name]: "x" } } }),
    good: ["A", "a.b", "a".repeat(253)],
    bad: ["a/b", "..a", "a".repeat(254)],
    kind: "ConfigMap",
    patch: addKey("/data", "x"),
  },
  "a file of a ConfigMap": {
    path: (name) => (/^[\w-]+$/.test(name) ? `config.files.${name}` : `config.files["${name}"]`),
    spec: (name: string) => ({ ...pods, config: { files: { [name]: "x" } } }),
    good: ["app.yaml", ".env", "A"],
    bad: ["a/b", "..data", ".."],
    kind: "ConfigMap",
    patch: addKey("/data", "x"),
  },
  "a label's key": {
    path: (key) => `labels["${key}"]`,
    spec: (key: string) => ({ ...pods, labels: { [key]: "x" } }),
    good: ["team.example/owner", "a.b", "A_b.c"],
    bad: ["a..b/c", "a/b/c", "/a", "a/", "Team.example/owner"],
    kind: "Deployment",
    patch: addKey("/metadata/labels", "x"),
  },
  "a label's value": {
    path: "labels.team",
    spec: (team: string) => ({ ...pods, labels: { team } }),
    good: ["", "a", "A_b.c-1", longName],
    bad: ["a b", "-a", "a-", `${longName}a`],
    kind: "Deployment",
    patch: replace("/metadata/labels/team"),
  },
  "an annotation's key": {
    path: (key) => `annotations["${key}"]`,
    spec: (key: string) => ({ ...pods, annotations: { [key]: "x" } }),
    good: ["Team.example/Owner", "a.b/c"],
    bad: ["a..b/c", "a/b/c", "/a"],
    kind: "Deployment",
    patch: (key: string) => [{ op: "add", path: "/metadata/annotations", value: { [key]: "x" } }],
  },
  "a label of nodes": {
    path: "pod.nodeSelector.pool",
    spec: (pool: string) => ({ ...pods, pod: { nodeSelector: { pool } } }),
    good: ["gpu", ""],
    bad: ["a b", "a/b"],
    kind: "Deployment",
    patch: replace(`${podSpec}/nodeSelector/pool`),
  },
  "a taint's value": {
    path: "pod.tolerations.gpu.value",
    spec: (value: string) => ({ ...pods, pod: { tolerations: { gpu: { key: "gpu", operator: "Equal", value } } } }),
    good: ["yes", ""],
    bad: ["a b"],
    kind: "Deployment",
    patch: replace(`${podSpec}/tolerations/0/value`),
  },
  "a quantity": {
    path: "container.resources.requests.memory",
    spec: (memory: unknown) => inContainer({ resources: { requests: { memory } } }),
    good: ["64Mi", "1e3", "0.5Gi", ".5Gi", "1.Gi", 1024],
    bad: ["256MB", "1 Gi", "-1", "", "1e", "0x10"],
    kind: "Deployment",
    patch: replace(`${first}/resources/requests/memory`),
  },
  "a resource's name": {
    path: (name) => (/^[\w-]+$/.test(name) ? `container.resources.limits.${name}` : `container.resources.limits["${name}"]`),
    spec: (name: string) => inContainer({ resources: { limits: { [name]: "1" } } }),
    good: ["cpu", "memory", "nvidia.com/gpu"],
    bad: ["gpu", "cpu ", "nvidia.com/"],
    kind: "Deployment",
    patch: addKey(`${first}/resources/limits`, "1"),
  },
  "a claim's size": {
    path: "storage.data.size",
    spec: (size: unknown) => ({ ...pods, storage: { data: { size } } }),
    good: ["1Gi", "1"],
    bad: ["0", "0Gi", "1GB", "-1Gi"],
    kind: "PersistentVolumeClaim",
    patch: replace("/spec/resources/requests/storage"),
  },
  "a storage class": {
    path: "storage.data.storageClass",
    spec: (storageClass: string) => ({ ...pods, storage: { data: { size: "1Gi", storageClass } } }),
    good: ["gp3", ""],
    bad: ["GP3", "a b"],
    kind: "PersistentVolumeClaim",
    patch: replace("/spec/storageClassName"),
  },
  "a share of pods": {
    path: "workload.strategy.maxUnavailable",
    spec: (maxUnavailable: unknown) => ({ ...pods, workload: { kind: "Deployment", strategy: { type: "RollingUpdate", maxUnavailable } } }),
    good: ["25%", "100%", "05%", 2],
    bad: ["101%", "25", "-5%", "2.5%", -1],
    kind: "Deployment",
    patch: replace("/spec/strategy/rollingUpdate/maxUnavailable"),
  },
  "a share of further pods": {
    path: "workload.strategy.maxSurge",
    spec: (maxSurge: unknown) => ({ ...pods, workload: { kind: "Deployment", strategy: { type: "RollingUpdate", maxSurge } } }),
    good: ["25%", "150%", 2],
    bad: ["25", "-5%", -1],
    kind: "Deployment",
    patch: replace("/spec/strategy/rollingUpdate/maxSurge"),
  },
  "a path on the node": {
    path: "volumes.logs.hostPath",
    spec: (hostPath: string) => ({ ...pods, volumes: { logs: { hostPath } } }),
    good: ["/var/log", "/var/..log"],
    bad: ["/var/log/../lib"],
    kind: "Deployment",
    patch: replace(`${podSpec}/volumes/0/hostPath/path`),
    settings: { hostPaths: { demo: ["/var"] }, podSecurity: "privileged" },
  },
  "a file of a volume": {
    path: "volumes.conf.config.items.key",
    spec: (file: string) => ({ ...pods, volumes: { conf: { config: { name: "conf", items: { key: file } } } } }),
    good: ["a", "a/b.yaml", "a/..b"],
    bad: ["/a", "../a", "a/../b", "..a"],
    kind: "Deployment",
    patch: replace(`${podSpec}/volumes/0/configMap/items/0/path`),
  },
  "a path inside a volume": {
    path: 'container.mounts["/data"].subPath',
    spec: (subPath: string) => ({
      ...inContainer({ mounts: { "/data": { volume: "scratch", subPath } } }),
      volumes: { scratch: { emptyDir: {} } },
    }),
    good: ["a", "a/b", "..a"],
    bad: ["/a", "../a", "a/.."],
    kind: "Deployment",
    patch: replace(`${first}/volumeMounts/0/subPath`),
  },
  "a header of a probe": {
    path: (name) =>
      /^[\w-]+$/.test(name) ? `container.probes.readiness.http.headers.${name}` : `container.probes.readiness.http.headers["${name}"]`,
    spec: (name: string) => inContainer({ probes: { readiness: { http: { path: "/", headers: { [name]: "x" } } } } }),
    good: ["X-Probe", "a1"],
    bad: ["X_Probe", "a b", "a:"],
    kind: "Deployment",
    patch: replace(`${first}/readinessProbe/httpGet/httpHeaders/0/name`),
  },
  "a kernel parameter": {
    path: (name) => (/^[\w-]+$/.test(name) ? `pod.security.sysctls.${name}` : `pod.security.sysctls["${name}"]`),
    spec: (name: string) => ({ ...pods, pod: { security: { sysctls: { [name]: "1" } } } }),
    good: ["net.ipv4.tcp_syncookies", "net/ipv4/ping_group_range"],
    bad: ["Net.ipv4", "net..ipv4", "net ipv4"],
    kind: "Deployment",
    patch: replace(`${podSpec}/securityContext/sysctls/0/name`),
    settings: { podSecurity: "privileged" },
  },
};

const cases = Object.entries(rows).flatMap(([what, row]) => [
  ...row.good.map((value) => [what, "takes", value, row] as const),
  ...row.bad.map((value) => [what, "refuses", value, row] as const),
]);

/** Problems of the model, and errors of check for what it rendered. */
function verdict(
  row: Row,
  value: unknown,
  operations: readonly Operation[] = [],
): { problems: readonly string[]; errors: readonly string[] } {
  const spec = { namespace: "demo", ...row.spec(value as never) };
  // Rows hold values that the types would refuse.
  const demo = app("demo", spec as AppOf<never>);
  const patched = operations.length > 0 ? demo.patch(row.kind, operations) : demo;
  try {
    const rendering = render(testEnvironment([patched], row.settings), {
      read: filesOf({ "overlays/test/kustomization.yaml": "resources:\n- ../../dist/test\n" }),
    });
    const { findings } = check([checkable(rendering)], "2026-01-01");
    return {
      problems: [],
      errors: findings
        .filter((finding) => finding.severity === "error" && !finding.rule.startsWith("references/"))
        .map(({ message }) => message),
    };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { problems: error.problems.map(({ path, message }) => `${path}: ${message}`), errors: [] };
  }
}

test.each(cases)("%s: the model %s %j, and so does the API server", (_what, judgement, value, row) => {
  const { problems, errors } = verdict(row, value);
  if (judgement === "takes") {
    expect({ problems, errors }).toEqual({ problems: [], errors: [] });
    return;
  }
  const path = typeof row.path === "string" ? row.path : row.path(String(value));
  expect(problems).toEqual([expect.stringContaining(`${path}: `)]);
  expect(verdict(row, row.good[0], row.patch(value as never)).errors).not.toEqual([]);
});
