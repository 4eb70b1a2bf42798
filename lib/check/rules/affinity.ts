import type { Affinity, Issue, NodeSelectorTerm, PodAffinityTerm } from "../../kubernetes/index.ts";
import { isLabel, isLabelValue, isQualifiedName, joined } from "../../kubernetes/index.ts";
import { own } from "../../outside/index.ts";
import { each, formed, oneOf, required } from "./issues.ts";
import { selectorIssues } from "./selector.ts";

const hard = "requiredDuringSchedulingIgnoredDuringExecution";
const soft = "preferredDuringSchedulingIgnoredDuringExecution";

/** Where a pod may or should run: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/ */
export function* affinityIssues({ nodeAffinity, podAffinity, podAntiAffinity }: Affinity, path: string): Generator<Issue> {
  const terms = nodeAffinity?.[hard];
  if (terms) {
    const at = `${path}.nodeAffinity.${hard}.nodeSelectorTerms`;
    if ((terms.nodeSelectorTerms ?? []).length === 0) yield { path: at, message: "expected at least one term, found none" };
    yield* each(terms.nodeSelectorTerms, at, termIssues);
  }
  yield* each(nodeAffinity?.[soft], `${path}.nodeAffinity.${soft}`, function* ({ weight, preference = {} }, at) {
    yield* weightIssues(weight, at);
    yield* each(preference.matchExpressions, `${at}.preference.matchExpressions`, preferredIssues);
  });
  for (const [name, pods] of Object.entries({ podAffinity, podAntiAffinity })) {
    yield* each(pods?.[hard], `${path}.${name}.${hard}`, podTermIssues);
    yield* each(pods?.[soft], `${path}.${name}.${soft}`, function* ({ weight, podAffinityTerm = {} }, at) {
      yield* weightIssues(weight, at);
      yield* podTermIssues(podAffinityTerm, `${at}.podAffinityTerm`);
    });
  }
}

function* weightIssues(weight: number | undefined, path: string): Generator<Issue> {
  yield* formed(weight ?? 0, (value) => Number(value) >= 1 && Number(value) <= 100, `${path}.weight`, "from 1 to 100");
}

/** How many values each operator takes, and which. */
const operators: Readonly<Record<string, { readonly takes: string; readonly fits: (count: number) => boolean }>> = {
  In: { takes: "at least one value", fits: (count) => count > 0 },
  NotIn: { takes: "at least one value", fits: (count) => count > 0 },
  Exists: { takes: "no values", fits: (count) => count === 0 },
  DoesNotExist: { takes: "no values", fits: (count) => count === 0 },
  Gt: { takes: "one value", fits: (count) => count === 1 },
  Lt: { takes: "one value", fits: (count) => count === 1 },
};

const termIssues = ({ matchExpressions }: NodeSelectorTerm, path: string): Iterable<Issue> =>
  each(matchExpressions, `${path}.matchExpressions`, expressionIssues);

type Expression = NonNullable<NodeSelectorTerm["matchExpressions"]>[number];

function* expressionIssues({ key = "", operator = "", values = [] }: Expression, path: string): Generator<Issue> {
  yield* formed(key, isQualifiedName, `${path}.key`, "a label's key");
  yield* oneOf(operator, Object.keys(operators), `${path}.operator`);
  const known = own(operators, operator);
  if (known && !known.fits(values.length))
    yield { path: `${path}.values`, message: `the operator ${operator} takes ${known.takes}, found ${values.length}` };
  const isNumeric = operator === "Gt" || operator === "Lt";
  yield* each(values, `${path}.values`, (value, at) =>
    isNumeric
      ? formed(value, (text) => text === "" || /^-?\d+$/.test(String(text)), at, "a whole number")
      : formed(value, isLabelValue, at, "a label's value"),
  );
}

/** Of a preference the server takes values that no label can have, and warns of them. */
function* preferredIssues(expression: Expression, path: string): Generator<Issue> {
  for (const issue of expressionIssues(expression, path))
    yield issue.path.startsWith(`${path}.values[`) && expression.operator !== "Gt" && expression.operator !== "Lt"
      ? { ...issue, severity: "warning" }
      : issue;
}

function* podTermIssues({ topologyKey, namespaces, labelSelector }: PodAffinityTerm, path: string): Generator<Issue> {
  yield* required(topologyKey, `${path}.topologyKey`);
  yield* formed(topologyKey, (key) => key === "" || isQualifiedName(key), joined(path, "topologyKey"), "a label's key");
  yield* each(namespaces, `${path}.namespaces`, (name, at) => formed(name, isLabel, at, "a namespace's name"));
  if (labelSelector) yield* selectorIssues(labelSelector, `${path}.labelSelector`);
}
