import { type Issue, isLabelValue, isQualifiedName, type Selector, shownValue } from "../../kubernetes/index.ts";
import { formed, oneOf } from "./issues.ts";

/** A label selector of the API's own form. */
export function* selectorIssues({ matchLabels = {}, matchExpressions = [] }: Selector, path: string): Generator<Issue> {
  for (const [key, value] of Object.entries(matchLabels))
    if (!isQualifiedName(key) || !isLabelValue(value))
      yield { path: `${path}.matchLabels`, message: `expected labels, found ${shownValue({ [key]: value })}` };
  for (const [index, { key, operator, values = [] }] of matchExpressions.entries()) {
    const at = `${path}.matchExpressions[${index}]`;
    yield* formed(key ?? "", isQualifiedName, `${at}.key`, "a label's key");
    yield* oneOf(operator ?? "", ["In", "NotIn", "Exists", "DoesNotExist"], `${at}.operator`);
    if ((operator === "In" || operator === "NotIn") && values.length === 0)
      yield { path: `${at}.values`, message: `is required with the operator ${operator}, and isn't there` };
    if ((operator === "Exists" || operator === "DoesNotExist") && values.length > 0)
      yield { path: `${at}.values`, message: `must be empty with the operator ${operator}` };
    for (const [place, value] of values.entries()) yield* formed(value, isLabelValue, `${at}.values[${place}]`, "a label's value");
  }
}
