import { type Issue, isLabelValue, isQualifiedName, type Selector, shownValue } from "../../kubernetes/index.ts";
import { each, formed, oneOf } from "./issues.ts";

/** A label selector of the API's own form. */
export function* selectorIssues({ matchLabels = {}, matchExpressions }: Selector, path: string): Generator<Issue> {
  for (const [key, value] of Object.entries(matchLabels))
    if (!isQualifiedName(key) || !isLabelValue(value))
      yield { path: `${path}.matchLabels`, message: `expected labels, found ${shownValue({ [key]: value })}` };
  yield* each(matchExpressions, `${path}.matchExpressions`, expressionIssues);
}

type Expression = NonNullable<Selector["matchExpressions"]>[number];

function* expressionIssues({ key = "", operator = "", values = [] }: Expression, path: string): Generator<Issue> {
  yield* formed(key, isQualifiedName, `${path}.key`, "a label's key");
  yield* oneOf(operator, ["In", "NotIn", "Exists", "DoesNotExist"], `${path}.operator`);
  if ((operator === "In" || operator === "NotIn") && values.length === 0)
    yield { path: `${path}.values`, message: `is required with the operator ${operator} but missing` };
  if ((operator === "Exists" || operator === "DoesNotExist") && values.length > 0)
    yield { path: `${path}.values`, message: `must be empty with the operator ${operator}` };
  yield* each(values, `${path}.values`, (value, at) => formed(value, isLabelValue, at, "a label's value"));
}
