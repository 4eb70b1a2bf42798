import { type Issue, isKind, isLabel, joined, minorOf, type ServiceSpec, shownValue } from "../../kubernetes/index.ts";
import { groupOf, type KubernetesObject } from "../../manifest/index.ts";
import { isRecord } from "../../outside/index.ts";
import { yaml } from "../example.ts";
import { itemsOf, membersOf, textOf } from "../read.ts";
import { reservedNameIssues, reservesNames } from "../reserved-names.ts";
import { rule } from "../rule.ts";
import { each, within } from "./issues.ts";
import { podWarnings } from "./pod-warnings.ts";

export const serverWarning = rule({
  id: "schema/server-warning",
  severity: "warning",
  why: "The API server takes the object and warns of it: a field is ignored, or means something else than it seems to. Argo CD doesn't show the warning.",
  fix: "Change the field as the message says.",
  source: "https://kubernetes.io/blog/2020/09/03/warnings/",
  bad: yaml`
    apiVersion: v1
    kind: Service
    metadata: { name: a, namespace: shop }
    spec: { clusterIP: None, sessionAffinity: ClientIP, selector: { app: a }, ports: [{ port: 80 }] }
  `,
  good: yaml`
    apiVersion: v1
    kind: Service
    metadata: { name: a, namespace: shop }
    spec: { clusterIP: None, selector: { app: a }, ports: [{ port: 80 }] }
  `,
  *check(scope) {
    const minor = minorOf(scope.environment.kubernetes);
    for (const manifest of scope.manifests) {
      yield* within(manifest, nameIssues(manifest.object, minor));
      yield* within(manifest, objectIssues(manifest.object, minor));
    }
    for (const pods of scope.pods) yield* within(pods.manifest, podWarnings(pods));
  },
});

/** Kinds whose names begin those of pods, and so become host names. */
const podMakers = new Set(["Pod", "ReplicationController", "apps/Deployment", "apps/ReplicaSet", "batch/Job", "batch/CronJob"]);

function* nameIssues(object: KubernetesObject, minor: number): Generator<Issue> {
  const group = groupOf(object);
  const { name } = object.metadata;
  if (podMakers.has(group === "" ? object.kind : `${group}/${object.kind}`) && name && !isLabel(name))
    yield {
      path: "metadata.name",
      message: "becomes the host name of pods, and has dots or more than 63 characters",
      fix: "Use at most 63 lower-case letters, digits and '-'.",
    };
  if (minor === reservesNames - 1) yield* reservedNameIssues(object);
}

function* objectIssues(object: KubernetesObject, minor: number): Generator<Issue> {
  if (isKind(object, "Service")) yield* serviceIssues(object.spec ?? {});
  if (isKind(object, "apps/StatefulSet") && (object.spec?.revisionHistoryLimit ?? 0) < 0)
    yield { path: "spec.revisionHistoryLimit", message: "is negative, so that every old revision is kept", fix: "Write 0 or more." };
  if (isKind(object, "batch/Job")) yield* jobIssues(object.spec, "spec");
  if (isKind(object, "batch/CronJob")) yield* jobIssues(object.spec?.jobTemplate?.spec, "spec.jobTemplate.spec");
  if (isKind(object, "apiextensions.k8s.io/CustomResourceDefinition"))
    yield* each(object.spec?.versions, "spec.versions", ({ schema }, path) =>
      formatIssues(schema?.openAPIV3Schema, `${path}.schema.openAPIV3Schema`, minor),
    );
  if (object.kind === "Node" && groupOf(object) === "" && textOf(membersOf(object.spec).externalID) !== "")
    yield { path: "spec.externalID", message: "is deprecated, and nothing reads it", fix: "Leave it out." };
  if (object.kind === "CSIDriver" && groupOf(object) === "storage.k8s.io" && minor >= 35) yield* driverIssues(membersOf(object.spec));
  if (isCustom(object)) yield* finalizerIssues(object);
}

function* serviceIssues({ type = "ClusterIP", clusterIP, sessionAffinity = "None", ...spec }: ServiceSpec): Generator<Issue> {
  const has = { "spec.loadBalancerIP": spec.loadBalancerIP, "spec.externalIPs": spec.externalIPs?.length };
  if (type === "ClusterIP" && clusterIP === "None") {
    for (const [path, value] of Object.entries(has))
      if (value) yield { path, message: "is ignored: the Service is headless", fix: "Leave it out, or leave out clusterIP: None." };
    if (sessionAffinity !== "None" && sessionAffinity !== "")
      yield { path: "spec.sessionAffinity", message: "is ignored: the Service is headless", fix: "Leave it out." };
  }
  if (type === "ExternalName" && has["spec.externalIPs"])
    yield { path: "spec.externalIPs", message: "is ignored: the Service is an ExternalName", fix: "Leave it out." };
  if (type !== "ExternalName" && spec.externalName)
    yield {
      path: "spec.externalName",
      message: `is ignored: the type of the Service is ${type}`,
      fix: "Set type: ExternalName, or leave it out.",
    };
}

/** From here on the status of an indexed Job may outgrow what is stored: https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode */
const [manyCompletions, manyPods] = [100_000, 10_000];

interface JobCounts {
  readonly completionMode?: string | undefined;
  readonly completions?: number | undefined;
  readonly parallelism?: number | undefined;
}

function* jobIssues({ completionMode, completions = 0, parallelism = 0 }: JobCounts = {}, path: string): Generator<Issue> {
  if (completionMode === "Indexed" && completions > manyCompletions && parallelism > manyPods)
    yield {
      path,
      message: `${completions} completions, ${parallelism} at a time: Kubernetes can't keep account of as many indexes that fail`,
      fix: `Ask for at most ${manyCompletions} completions, or run at most ${manyPods} pods at a time.`,
    };
}

/** Formats that the server holds values against, with `-` left out; others say nothing to it. */
const formats = new Set(
  `bsonobjectid uri email hostname ipv4 ipv6 cidr mac uuid uuid3 uuid4 uuid5 isbn isbn10 isbn13 creditcard ssn hexcolor rgbcolor byte password
  date duration datetime`.split(/\s+/),
);
const newFormats = new Set(["k8sshortname", "k8slongname"]);
/** The versions since which the server warns of formats that it doesn't know, and knows the newer ones: a version after it got them. */
const [formatsSince, newFormatsSince] = [34, 35];

function* formatIssues(schema: unknown, path: string, minor: number): Generator<Issue> {
  if (minor < formatsSince || !isRecord(schema)) return;
  const { type, format, properties, additionalProperties, items, ...more } = schema;
  const name = textOf(format).replaceAll("-", "");
  if (type === "string" && name !== "" && !formats.has(name) && !(minor >= newFormatsSince && newFormats.has(name)))
    yield {
      path: `${path}.format`,
      message: `the API server knows no format ${shownValue(format)}, and ignores it`,
      fix: "Use a pattern.",
    };
  for (const [key, value] of Object.entries(membersOf(properties))) yield* formatIssues(value, joined(`${path}.properties`, key), minor);
  yield* formatIssues(additionalProperties, `${path}.additionalProperties`, minor);
  yield* formatIssues(items, `${path}.items`, minor);
  for (const key of ["allOf", "anyOf", "oneOf"])
    yield* each(itemsOf(more[key]), `${path}.${key}`, (value, at) => formatIssues(value, at, minor));
  yield* formatIssues(more.not, `${path}.not`, minor);
}

function* driverIssues({ tokenRequests, serviceAccountTokenInSecrets }: Readonly<Record<string, unknown>>): Generator<Issue> {
  if (itemsOf(tokenRequests).length > 0 && serviceAccountTokenInSecrets === undefined)
    yield {
      path: "spec.tokenRequests",
      message: "tokens go to the driver among attributes of the volume, which drivers log",
      fix: "Set serviceAccountTokenInSecrets: true where the driver reads it.",
    };
}

const isCustom = (object: KubernetesObject) => groupOf(object).includes(".") && !groupOf(object).endsWith(".k8s.io");
/** Finalizers of the server's own. */
const ownFinalizers = new Set(["orphan", "foregroundDeletion", "kubernetes"]);
/** Argo CD documents these: https://argo-cd.readthedocs.io/en/stable/user-guide/app_deletion/#about-the-deletion-finalizer */
const documented = /^[a-z-]+-finalizer\.argocd\.argoproj\.io$/;

/** Of custom resources alone: those of other kinds must have a slash. */
function* finalizerIssues({ metadata }: KubernetesObject): Generator<Issue> {
  for (const [index, finalizer] of itemsOf(metadata.finalizers).entries()) {
    const name = textOf(finalizer);
    if (name !== "" && !name.includes("/") && !ownFinalizers.has(name) && !documented.test(name))
      yield {
        path: `metadata.finalizers[${index}]`,
        message: `${shownValue(name)} isn't a domain and a path, so that another writer's finalizer may have the same name`,
        fix: `Write it as example.com/${name.length < 40 ? name : "name"}.`,
      };
  }
}
