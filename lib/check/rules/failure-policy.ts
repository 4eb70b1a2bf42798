import type { Container, Issue, SpecOf } from "../../kubernetes/index.ts";
import { isQualifiedName, shownValue } from "../../kubernetes/index.ts";
import { formed, oneOf } from "./issues.ts";

type FailurePolicy = NonNullable<SpecOf<"batch/Job">["podFailurePolicy"]>;

/** What a Job does with pods that fail: https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy */
export function* failurePolicyIssues(
  { rules = [] }: FailurePolicy,
  containers: readonly Container[],
  indexed: boolean,
  path: string,
): Generator<Issue> {
  for (const [index, { action = "", onExitCodes, onPodConditions = [] }] of rules.entries()) {
    const at = `${path}.rules[${index}]`;
    yield* oneOf(action, ["Count", "FailIndex", "FailJob", "Ignore"], `${at}.action`);
    if (action === "FailIndex" && !indexed) yield { path: `${at}.action`, message: "FailIndex needs backoffLimitPerIndex" };
    if (!onExitCodes === (onPodConditions.length === 0))
      yield { path: at, message: "expected one of onExitCodes and onPodConditions, found none or both" };
    if (onExitCodes) yield* exitCodeIssues(onExitCodes, containers, `${at}.onExitCodes`);
    for (const [place, { type, status = "True" }] of onPodConditions.entries()) {
      yield* formed(type ?? "", isQualifiedName, `${at}.onPodConditions[${place}].type`, "a condition's type");
      yield* oneOf(status, ["", "True", "False", "Unknown"], `${at}.onPodConditions[${place}].status`);
    }
  }
}

type ExitCodes = NonNullable<NonNullable<FailurePolicy["rules"]>[number]["onExitCodes"]>;

function* exitCodeIssues(
  { containerName, operator = "", values = [] }: ExitCodes,
  containers: readonly Container[],
  path: string,
): Generator<Issue> {
  yield* formed(
    containerName,
    (name) => containers.some((container) => container.name === name),
    `${path}.containerName`,
    `one of the pod's containers (${containers.map(({ name }) => name).join(", ")})`,
  );
  yield* oneOf(operator, ["In", "NotIn"], `${path}.operator`);
  if (values.length === 0) yield { path: `${path}.values`, message: "expected at least one exit code, found none" };
  if (values.some((value, index) => index > 0 && value <= (values[index - 1] ?? value)))
    yield { path: `${path}.values`, message: `expected exit codes in their order, each once, found ${shownValue(values)}` };
  if (operator === "In" && values.includes(0)) yield { path: `${path}.values`, message: "0 is not a failure" };
}
