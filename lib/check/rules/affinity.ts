import type { Affinity, Issue, NodeSelectorTerm, PodAffinityTerm } from "../../kubernetes/index.ts";
import { isLabel, isLabelValue, isQualifiedName, joined } from "../../kubernetes/index.ts";
import { own } from "../../outside/index.ts";
import { formed, oneOf, required } from "./issues.ts";
import { selectorIssues } from "./selector.ts";

/** Where a pod may or should run: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/ */
export function* affinityIssues({ nodeAffinity, podAffinity, podAntiAffinity }: Affinity, path: string): Generator<Issue> {
  const hard = "requiredDuringSchedulingIgnoredDuringExecution";
  const soft = "preferredDuringSchedulingIgnoredDuringExecution";
  if (nodeAffinity?.[hard]) {
    const at = `${path}.nodeAffinity.${hard}.nodeSelectorTerms`;
    const terms = nodeAffinity[hard].nodeSelectorTerms ?? [];
    if (terms.length === 0) yield { path: at, message: "expected at least one term, found none" };
    for (const [index, term] of terms.entries()) yield* termIssues(term, `${at}[${index}]`);
  }
  for (const [index, { weight, preference = {} }] of (nodeAffinity?.[soft] ?? []).entries()) {
    const at = `${path}.nodeAffinity.${soft}[${index}]`;
    yield* weightIssues(weight, at);
    yield* termIssues(preference, `${at}.preference`);
  }
  for (const [name, pods] of Object.entries({ podAffinity, podAntiAffinity })) {
    for (const [index, term] of (pods?.[hard] ?? []).entries()) yield* podTermIssues(term, `${path}.${name}.${hard}[${index}]`);
    for (const [index, { weight, podAffinityTerm = {} }] of (pods?.[soft] ?? []).entries()) {
      const at = `${path}.${name}.${soft}[${index}]`;
      yield* weightIssues(weight, at);
      yield* podTermIssues(podAffinityTerm, `${at}.podAffinityTerm`);
    }
  }
}

function* weightIssues(weight: number | undefined, path: string): Generator<Issue> {
  yield* formed(weight ?? 0, (value) => Number(value) >= 1 && Number(value) <= 100, `${path}.weight`, "from 1 to 100");
}

function* termIssues({ matchExpressions = [] }: NodeSelectorTerm, path: string): Generator<Issue> {
  for (const [index, { key, operator = "", values = [] }] of matchExpressions.entries()) {
    const at = `${path}.matchExpressions[${index}]`;
    yield* formed(key ?? "", isQualifiedName, `${at}.key`, "a label's key");
    yield* oneOf(operator, ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"], `${at}.operator`);
    const counts: Readonly<Record<string, (count: number) => boolean>> = {
      In: (count) => count > 0,
      NotIn: (count) => count > 0,
      Exists: (count) => count === 0,
      DoesNotExist: (count) => count === 0,
      Gt: (count) => count === 1,
      Lt: (count) => count === 1,
    };
    if (own(counts, operator)?.(values.length) === false)
      yield {
        path: `${at}.values`,
        message: `the operator ${operator} takes ${operator === "Gt" || operator === "Lt" ? "one value" : operator.endsWith("In") ? "at least one value" : "no values"}, found ${values.length}`,
      };
    for (const [place, value] of values.entries()) {
      if (operator === "Gt" || operator === "Lt")
        yield* formed(value, (one) => one === "" || /^-?\d+$/.test(String(one)), `${at}.values[${place}]`, "a whole number");
      else yield* formed(value, isLabelValue, `${at}.values[${place}]`, "a label's value");
    }
  }
}

function* podTermIssues({ topologyKey, namespaces = [], labelSelector }: PodAffinityTerm, path: string): Generator<Issue> {
  yield* required(topologyKey, `${path}.topologyKey`);
  yield* formed(topologyKey, (key) => key === "" || isQualifiedName(key), joined(path, "topologyKey"), "a label's key");
  for (const [index, name] of namespaces.entries()) yield* formed(name, isLabel, `${path}.namespaces[${index}]`, "a namespace's name");
  if (labelSelector) yield* selectorIssues(labelSelector, `${path}.labelSelector`);
}
