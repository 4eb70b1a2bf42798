import { type Issue, shownValue } from "../../kubernetes/index.ts";
import { groupOf, type KubernetesObject } from "../../manifest/index.ts";
import { own } from "../../outside/index.ts";
import { nearest } from "../../problem/index.ts";
import { yaml } from "../example.ts";
import { itemsOf, membersOf, textOf } from "../read.ts";
import { rule } from "../rule.ts";
import { within } from "./issues.ts";
import { rolloutIssues } from "./rollout-fields.ts";
import { secondsOf } from "./times.ts";

type Members = Readonly<Record<string, unknown>>;
type Test = (spec: Members, object: KubernetesObject) => Iterable<Issue>;

export const operatorFields = rule({
  id: "rollout/operator-field",
  severity: "error",
  why: "The operator can't work with the object as it is: it does nothing, and at most the object's own status says so.",
  fix: "Change the field as the message says.",
  source: "https://cert-manager.io/docs/usage/certificate/",
  bad: yaml`
    apiVersion: cert-manager.io/v1
    kind: Certificate
    metadata: { name: a, namespace: shop }
    spec: { secretName: a-tls, dnsNames: [a.example], issuerRef: { name: a }, duration: 24h, renewBefore: 48h }
  `,
  good: yaml`
    apiVersion: cert-manager.io/v1
    kind: Certificate
    metadata: { name: a, namespace: shop }
    spec: { secretName: a-tls, dnsNames: [a.example], issuerRef: { name: a }, duration: 2160h, renewBefore: 48h }
  `,
  *check({ manifests }) {
    for (const manifest of manifests) {
      const tests = own(testsByKind, `${groupOf(manifest.object)}/${manifest.object.kind}`);
      for (const test of tests ?? []) yield* within(manifest, test(membersOf(manifest.object.spec), manifest.object));
    }
  },
});

/** A time in a field that the operator reads as Go does: days are no unit there. */
const time = (...keys: readonly string[]): Test =>
  function* (spec) {
    for (const key of keys) {
      const value = spec[key];
      if (typeof value !== "string" || value === "" || /[{$]/.test(value) || secondsOf(value) !== undefined) continue;
      const [, days] = /^(\d{1,4})d$/.exec(value) ?? [];
      yield {
        path: `spec.${key}`,
        message: `expected a time, as 90s, 15m or 1h30m, found ${shownValue(value)}`,
        fix: days ? `Days are no unit: write ${Number(days) * 24}h.` : "Write it in h, m and s.",
      };
    }
  };

/** A first amount that must not be more than a second one. */
const atMost = (low: string, high: string, defaults: readonly [number, number] = [Number.NaN, Number.NaN]): Test =>
  function* (spec) {
    const [least = defaults[0], most = defaults[1]] = [spec[low], spec[high]];
    if (typeof least === "number" && typeof most === "number" && least > most)
      yield { path: `spec.${low}`, message: `is ${least}, more than ${high} (${most})`, fix: `Lower ${low}, or raise ${high}.` };
  };

const certificateNames: Test = function* (spec) {
  const lists = ["dnsNames", "uris", "ipAddresses", "emailAddresses", "otherNames"];
  if (!spec.commonName && !spec.literalSubject && lists.every((key) => itemsOf(spec[key]).length === 0))
    yield {
      path: "spec.dnsNames",
      message: "is needed where no other name is given, and missing",
      fix: "List the names that the certificate is for.",
    };
};

const certificateTimes: Test = function* ({ duration = "2160h", renewBefore }) {
  const [lasts, before] = [secondsOf(duration), secondsOf(renewBefore)];
  if (lasts !== undefined && before !== undefined && before >= lasts)
    yield {
      path: "spec.renewBefore",
      message: `is ${textOf(renewBefore)}, and the certificate lasts ${textOf(duration)} only`,
      fix: "Choose a renewBefore that is shorter than duration.",
    };
};

const issuerKind: Test = function* ({ issuerRef }) {
  const { kind = "Issuer", group = "cert-manager.io" } = membersOf(issuerRef);
  const known = ["Issuer", "ClusterIssuer"];
  if ((group === "cert-manager.io" || group === "") && typeof kind === "string" && kind !== "" && !known.includes(kind))
    yield {
      path: "spec.issuerRef.kind",
      message: `cert-manager has no issuers of the kind ${shownValue(kind)}`,
      fix: `Did you mean "${nearest(kind, known) ?? "ClusterIssuer"}"?`,
    };
};

const secretData: Test = function* ({ data, dataFrom }) {
  if (itemsOf(data).length === 0 && itemsOf(dataFrom).length === 0)
    yield {
      path: "spec.data",
      message: "is needed where dataFrom is missing: the Secret would be empty",
      fix: "List what to read, in data or dataFrom.",
    };
};

const scrapeTimes: Test = function* (spec) {
  for (const list of ["endpoints", "podMetricsEndpoints"])
    for (const [index, entry] of itemsOf(spec[list]).entries()) {
      const { interval, scrapeTimeout } = membersOf(entry);
      const [every, most] = [secondsOf(interval, "ms|s|m|h|d|w|y"), secondsOf(scrapeTimeout, "ms|s|m|h|d|w|y")];
      if (every !== undefined && most !== undefined && most > every)
        yield {
          path: `spec.${list}[${index}].scrapeTimeout`,
          message: `is ${textOf(scrapeTimeout)}, more than the interval ${textOf(interval)}: the operator leaves the monitor out`,
          fix: "Lower scrapeTimeout, or raise interval.",
        };
    }
};

/** https://keda.sh/docs/latest/scalers/ */
const scalers =
  `activemq apache-kafka arangodb artemis-queue aws-cloudwatch aws-dynamodb aws-dynamodb-streams aws-kinesis-stream aws-sqs-queue
  azure-app-insights azure-blob azure-data-explorer azure-eventhub azure-log-analytics azure-monitor azure-pipelines azure-queue
  azure-servicebus beanstalkd cassandra couchdb cpu cron datadog dynatrace elasticsearch etcd external external-push forgejo-runner gcp-cloudtasks
  gcp-pubsub gcp-stackdriver gcp-storage github-runner graphite huawei-cloudeye ibmmq influxdb kafka kubernetes-resource kubernetes-workload
  liiklus loki memory metrics-api mongodb mssql mysql nats-jetstream new-relic nsq openstack-metric openstack-swift postgresql predictkube
  prometheus pulsar rabbitmq redis redis-cluster redis-cluster-streams redis-sentinel redis-sentinel-streams redis-streams
  selenium-grid solace-event-queue solarwinds solr splunk splunk-observability stan sumologic temporal`.split(/\s+/);

const triggers: Test = function* ({ triggers: list, minReplicaCount }) {
  const types = itemsOf(list).map((entry) => textOf(membersOf(entry).type));
  for (const [index, type] of types.entries()) {
    const meant = scalers.includes(type) ? undefined : nearest(type, scalers);
    if (meant)
      yield { path: `spec.triggers[${index}].type`, message: `KEDA has no scaler ${shownValue(type)}`, fix: `Did you mean "${meant}"?` };
  }
  if (minReplicaCount === 0 && types.length > 0 && types.every((type) => type === "cpu" || type === "memory"))
    yield {
      path: "spec.minReplicaCount",
      message: "is 0, and a workload without pods uses no cpu or memory by which it could be scaled up",
      fix: "Set it to 1, or add another trigger.",
    };
};

/** What each operator refuses or can't do, by kind. */
const testsByKind: Readonly<Record<string, readonly Test[]>> = {
  // https://cert-manager.io/docs/usage/certificate/
  "cert-manager.io/Certificate": [certificateNames, certificateTimes, issuerKind, time("duration", "renewBefore")],
  // https://external-secrets.io/latest/api/externalsecret/
  "external-secrets.io/ExternalSecret": [secretData],
  // https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.Endpoint
  "monitoring.coreos.com/ServiceMonitor": [scrapeTimes],
  "monitoring.coreos.com/PodMonitor": [scrapeTimes],
  // https://keda.sh/docs/latest/reference/scaledobject-spec/
  "keda.sh/ScaledObject": [atMost("minReplicaCount", "maxReplicaCount", [0, 100]), triggers],
  "keda.sh/ScaledJob": [atMost("minReplicaCount", "maxReplicaCount", [0, 100]), triggers],
  // https://argo-rollouts.readthedocs.io/en/stable/features/specification/
  "argoproj.io/Rollout": [rolloutIssues],
};
