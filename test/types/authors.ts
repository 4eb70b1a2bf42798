/** What must compile in an overlay, and what must not: `tsc` fails on an error too many and on a directive too many alike. */
import { app, environment } from "slipway";

const web = app("web", {
  namespace: "shop",
  workload: { kind: "Deployment", replicas: 2, strategy: { type: "Recreate" } },
  container: { image: "web", ports: { http: 80, dns: { port: 53, protocol: "UDP" } }, probes: { readiness: { http: "/" } } },
});

// A patch needn't repeat the kind, and null takes away what may be absent.
web.with({ workload: { replicas: 6 }, container: { probes: { readiness: { tcp: 80 } }, env: { A: null, B: 1 } }, service: null });
web.with({ workload: { strategy: { type: "RollingUpdate", maxSurge: "25%" } } });
web
  .with({})
  .named("other")
  .patch("Deployment", "deployment-patch.json")
  .patch({ kind: "Service", name: "x" }, [{ op: "remove", path: "/spec" }]);
app("settings", { namespace: "shop", config: { env: { A: 1 } } });
app("migrations", { namespace: "shop", container: { image: "x" }, jobs: { up: { hook: "PreSync" } } });

// @ts-expect-error misspelt at the top
web.with({ sevice: {} });
// @ts-expect-error misspelt in the workload
web.with({ workload: { replica: 6 } });
// @ts-expect-error misspelt in a container
web.with({ container: { resources: { request: {} } } });
// @ts-expect-error misspelt in a probe
web.with({ container: { probes: { readiness: { http: "/", periodSecond: 3 } } } });
// @ts-expect-error misspelt in a map's member
web.with({ jobs: { up: { backofLimit: 1 } } });
// @ts-expect-error a field of another workload kind
web.with({ workload: { schedule: "@daily" } });
// @ts-expect-error another workload kind
web.with({ workload: { kind: "DaemonSet" } });
// @ts-expect-error null where a value is required
web.with({ container: { image: null } });
// @ts-expect-error wrong type
web.with({ workload: { replicas: "6" } });
// @ts-expect-error two handlers of a probe
web.with({ container: { probes: { readiness: { http: "/", tcp: 80 } } } });
// @ts-expect-error two types of a volume
web.with({ volumes: { a: { config: "x", secret: "y" } } });
// @ts-expect-error an unknown method
web.with({ routes: { a: { methods: ["FETCH"] } } });

// @ts-expect-error a namespace is required
app("web", { config: {} });
// @ts-expect-error a workload needs a container
app("web", { namespace: "shop", workload: { kind: "Deployment" } });
// @ts-expect-error a CronJob needs a schedule
app("web", { namespace: "shop", workload: { kind: "CronJob" }, container: { image: "x" } });
// @ts-expect-error an unknown kind
app("web", { namespace: "shop", workload: { kind: "ReplicaSet" }, container: { image: "x" } });
// @ts-expect-error misspelt in base
app("web", { namespace: "shop", workload: { kind: "Deployment" }, container: { image: "x", prots: {} } });

const settings = {
  kubernetes: "1.34",
  cluster: { name: "c" },
  registry: "r.example",
  argocd: { repository: "https://git.example/x.git" },
} as const;
const prod = environment("prod", { ...settings, defaults: { workload: { replicas: 3 }, pod: { priorityClass: "x" } }, apps: [web] });
environment("us", {
  extends: prod,
  domain: "us.example",
  without: ["web"],
  secrets: null,
  apps: [prod.app("web").with({ workload: { replicas: 1 } })],
});

// @ts-expect-error settings are required where nothing is extended
environment("prod", { apps: [web] });
// @ts-expect-error misspelt setting
environment("prod", { ...settings, registery: "x", apps: [web] });
// @ts-expect-error misspelt in a setting
environment("prod", { ...settings, argocd: { repository: "x", retry: { limits: 3 } }, apps: [web] });
// @ts-expect-error misspelt in defaults
environment("prod", { ...settings, defaults: { pods: {} }, apps: [web] });
// @ts-expect-error misspelt where another is extended
environment("us", { extends: prod, domian: "us.example" });
// @ts-expect-error what is extended is an environment
environment("us", { extends: web });
