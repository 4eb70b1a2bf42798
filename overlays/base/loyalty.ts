import { Cron, Duration, Size } from "cdk8s";
import {
  ApiResource,
  ConcurrencyPolicy,
  ConfigMap,
  Cpu,
  CronJob,
  Env,
  EnvValue,
  ImagePullPolicy,
  NetworkPolicy,
  NetworkPolicyIpBlock,
  NetworkPolicyPort,
  Pods,
  Role,
  RoleBinding,
  Service,
} from "cdk8s-plus-27";
import { app } from "slipway";

const database = "10.20.0.0/16";
const rates = "loyalty-rates";

/**
 * Counts the points of customers, and gives discounts for them. What runs is in the model. What the model lacks are cdk8s-plus constructs that
 * refer to it: a schedule beside the Deployment, the right to elect a leader, and a Service for partners alone.
 */
export const loyalty = app("loyalty", {
  namespace: "dominos-service-backend",
  source: "dominos/loyalty",
  workload: { kind: "Deployment", replicas: 2 },
  container: {
    image: "dominos/loyalty",
    ports: { http: 8080, partners: 8090 },
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "128Mi" } },
    probes: { readiness: { http: "/healthz" }, liveness: { http: "/healthz" } },
    mounts: { "/etc/rates": "rates" },
  },
  // The ConfigMap is made below: an object of extend is known by the name it is given there.
  volumes: { rates: { config: rates } },
  service: { ports: { http: 80 } },
  config: { env: { LOG_LEVEL: "info", DATABASE_NAME: "loyalty" } },
  secrets: { env: { DATABASE_URL: { key: "dominos/loyalty", property: "database-url" } } },
  serviceAccount: { token: true },
  uses: { database: { cidr: database, ports: { postgres: 5432 } }, "api-server": { cidr: "10.0.0.0/16", ports: { https: 443 } } },
  accepts: { partners: { namespace: "partners", ports: ["partners"] } },
  extend: (chart, context) => {
    const { app } = context;
    new ConfigMap(chart, "rates", { metadata: { name: rates }, data: { "rates.json": '{"eur":10,"birthday":50}\n' } });

    // Two pods, and one of them writes the ledger: they agree on it by a Lease.
    const role = new Role(chart, "leader", { metadata: { name: `${app}-leader` } });
    role.allow(["get", "create", "update"], ApiResource.LEASES);
    new RoleBinding(chart, "leader-binding", { metadata: { name: `${app}-leader` }, role }).addSubjects(context.serviceAccount());

    new Service(chart, "partners", {
      metadata: { name: `${app}-partners` },
      selector: context.pods(),
      ports: [{ name: "partners", port: 80, targetPort: 8090 }],
    });

    const labels = { app: `${app}-expiry` };
    new CronJob(chart, "expiry", {
      metadata: { name: `${app}-expiry` },
      schedule: Cron.schedule({ minute: "15", hour: "3" }),
      concurrencyPolicy: ConcurrencyPolicy.FORBID,
      startingDeadline: Duration.hours(1),
      podMetadata: { labels },
      securityContext: { ensureNonRoot: true, user: 10001, group: 10001 },
      containers: [
        {
          name: "expiry",
          image: context.image("dominos/loyalty"),
          imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
          args: ["expire"],
          envFrom: [Env.fromConfigMap(context.configMap())],
          envVariables: { DATABASE_URL: EnvValue.fromSecretValue({ secret: context.secret("DATABASE_URL"), key: "DATABASE_URL" }) },
          resources: { cpu: { request: Cpu.millis(100) }, memory: { request: Size.mebibytes(128), limit: Size.mebibytes(128) } },
          securityContext: { user: 10001, group: 10001 },
        },
      ],
    });
    // Its pods aren't the app's own, so what the app uses doesn't let them through.
    if (context.settings.network?.policy !== "default-deny") return;
    new NetworkPolicy(chart, "expiry-network", {
      metadata: { name: `${app}-expiry` },
      selector: Pods.select(chart, "expiry-pods", { labels }),
      egress: {
        rules: [{ peer: NetworkPolicyIpBlock.ipv4(chart, "database", database), ports: [NetworkPolicyPort.tcp(5432)] }],
      },
    });
  },
  // cdk8s-plus-27 has no words for these, and the namespace asks for them.
}).patch({ kind: "CronJob", name: "loyalty-expiry" }, [
  { op: "add", path: "/spec/jobTemplate/spec/template/spec/securityContext/seccompProfile", value: { type: "RuntimeDefault" } },
  { op: "add", path: "/spec/jobTemplate/spec/template/spec/containers/0/securityContext/capabilities", value: { drop: ["ALL"] } },
]);
