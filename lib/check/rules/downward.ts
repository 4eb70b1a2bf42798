import type { FieldReference, Issue, ResourceReference } from "../../kubernetes/index.ts";
import { quantity } from "../../kubernetes/index.ts";
import { formed, required } from "./issues.ts";

/** Fields of a pod that a variable can show, and those that a file can: https://kubernetes.io/docs/concepts/workloads/pods/downward-api/ */
const inVariable =
  /^(metadata\.(name|namespace|uid|labels\['[^']+'\]|annotations\['[^']+'\])|spec\.(nodeName|serviceAccountName)|status\.(hostIP|hostIPs|podIP|podIPs))$/;
const inFile = /^metadata\.(name|namespace|uid|labels|annotations|labels\['[^']+'\]|annotations\['[^']+'\])$/;
const resources = /^(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.+)$/;
/** Units a resource can be given in. */
const divisors: Readonly<Record<string, readonly string[]>> = {
  cpu: ["1m", "1"],
  memory: ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"],
};

export function* fieldReferenceIssues({ fieldPath, apiVersion }: FieldReference, path: string, file: boolean): Generator<Issue> {
  yield* required(fieldPath, `${path}.fieldPath`);
  yield* formed(apiVersion, (version) => version === "" || version === "v1", `${path}.apiVersion`, "v1");
  const allowed = file ? inFile : inVariable;
  yield* formed(
    fieldPath,
    (field) => field === "" || allowed.test(String(field)),
    `${path}.fieldPath`,
    file ? "metadata.name, namespace, uid, labels or annotations" : "a field of the pod, as metadata.name or status.podIP",
  );
}

export function* resourceReferenceIssues(
  { resource, containerName, divisor }: ResourceReference,
  path: string,
  file: boolean,
): Generator<Issue> {
  yield* required(resource, `${path}.resource`);
  if (file) yield* required(containerName, `${path}.containerName`);
  const match = resources.exec(resource ?? "");
  if (resource && !match)
    yield { path: `${path}.resource`, message: `expected a resource of a container, as limits.memory, found ${JSON.stringify(resource)}` };
  const units = divisors[match?.[2] === "cpu" ? "cpu" : "memory"] ?? [];
  yield* formed(divisor, (unit) => quantity(unit) === 0 || units.includes(String(unit)), `${path}.divisor`, `one of ${units.join(", ")}`);
}
