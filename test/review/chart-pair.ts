import { type Review, review, treeOf } from "../../lib/review/index.ts";

type Values = Readonly<Record<string, unknown>>;

/** What a chart's upgrade changes beside its version: each is one side. */
export interface ChartSide {
  readonly version: string;
  readonly image: string;
  readonly verbs: readonly string[];
  readonly settings: string;
  readonly args: readonly string[];
  readonly serviceName: string;
}

const old: ChartSide = {
  version: "1.0.0",
  image: "web:1",
  verbs: ["get"],
  settings: "level: info\nlisteners:\n- name: a\n  port: 80\n",
  args: ["--listen=:8080", "--log=info"],
  serviceName: "store",
};

/** A chart as Helm renders it: workloads, RBAC, a hook, all with its version label. */
function chart({ version, image, verbs, settings, args, serviceName }: ChartSide): object[] {
  const labels = { "helm.sh/chart": `web-${version}`, "app.kubernetes.io/version": version };
  const object = (apiVersion: string, kind: string, name: string, rest: Values, annotations?: Values) => ({
    apiVersion,
    kind,
    metadata: { name, namespace: "shop", labels, ...(annotations ? { annotations } : {}) },
    ...rest,
  });
  const template = (name: string, container: Values, annotations?: Values) => ({
    metadata: { labels: { app: name, ...labels }, ...(annotations ? { annotations } : {}) },
    spec: { containers: [{ name, image: "side:1", ...container }] },
  });
  const workload = (kind: string, name: string, container: Values, more: Values = {}, annotations?: Values) =>
    object("apps/v1", kind, name, {
      spec: { replicas: 2, selector: { matchLabels: { app: name } }, template: template(name, container, annotations), ...more },
    });
  const reads = { envFrom: [{ configMapRef: { name: "settings" } }] };
  return [
    workload("Deployment", "server", { image, args }),
    workload("Deployment", "worker", { image }),
    workload("Deployment", "quiet", {}),
    workload("Deployment", "silent", {}),
    workload("Deployment", "reader", reads, {}, { "checksum/config": version }),
    workload("StatefulSet", "store", {}, { serviceName }),
    object("v1", "Service", "server", { spec: { selector: { app: "server" }, ports: [{ port: 80 }] } }),
    object("v1", "ConfigMap", "settings", { data: { "settings.yaml": settings, LEVEL: image } }),
    object("rbac.authorization.k8s.io/v1", "Role", "server", { rules: [{ apiGroups: [""], resources: ["secrets"], verbs }] }),
    object(
      "batch/v1",
      "Job",
      "migrate",
      {
        spec: {
          template: { ...template("migrate", { image }), spec: { restartPolicy: "Never", containers: [{ name: "migrate", image }] } },
        },
      },
      { "helm.sh/hook": "pre-upgrade" },
    ),
  ];
}

const treeOfAll = (objects: readonly object[], folder: string) =>
  treeOf(new Map([["web/templates/all.json", JSON.stringify({ apiVersion: "v1", kind: "List", items: objects })]]), folder);

/** The review of a chart's upgrade, as of two plain folders. @param more objects beside the chart's, before and after */
export function chartReview(
  change: Partial<ChartSide>,
  more: { readonly before?: readonly object[]; readonly after?: readonly object[] } = {},
): Review {
  const [before, after] = [chart(old), chart({ ...old, version: "2.0.0", ...change })];
  return review(treeOfAll([...before, ...(more.before ?? [])], "new"), treeOfAll([...after, ...(more.after ?? [])], "new"), {
    kubernetes: "1.34",
  });
}
