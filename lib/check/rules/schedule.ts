import { type Issue, isCron, type SpecOf, shownValue } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import { within } from "./issues.ts";

export const schedule = rule({
  id: "rollout/schedule",
  severity: "warning",
  why: "A CronJob whose schedule never comes, or whose deadline is shorter than the controller takes to look, may never run, and nothing reports it.",
  fix: "Choose a day that each of its months has, and a startingDeadlineSeconds of at least 10.",
  source: "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#starting-deadline",
  bad: yaml`
    apiVersion: batch/v1
    kind: CronJob
    metadata: { name: a, namespace: shop }
    spec:
      schedule: "0 3 31 2 *"
      jobTemplate:
        spec:
          template:
            spec: { restartPolicy: Never, containers: [{ name: a, image: a:1 }] }
  `,
  good: yaml`
    apiVersion: batch/v1
    kind: CronJob
    metadata: { name: a, namespace: shop }
    spec:
      schedule: "0 3 28 2 *"
      jobTemplate:
        spec:
          template:
            spec: { restartPolicy: Never, containers: [{ name: a, image: a:1 }] }
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("batch/CronJob")) yield* within(manifest, cronJobIssues(manifest.object.spec ?? {}));
  },
});

/** The controller looks at CronJobs every ten seconds. */
const secondsBetweenLooks = 10;

function* cronJobIssues({ schedule: text = "", startingDeadlineSeconds }: SpecOf<"batch/CronJob">): Generator<Issue> {
  if (startingDeadlineSeconds !== undefined && startingDeadlineSeconds >= 0 && startingDeadlineSeconds < secondsBetweenLooks)
    yield {
      path: "spec.startingDeadlineSeconds",
      message: `is ${startingDeadlineSeconds}: the controller looks every ${secondsBetweenLooks} seconds, and skips a run that is later than that`,
    };
  const [minutes, hours = "*"] = text.trim().split(/\s+/);
  if (isCron(text) && minutes === "*" && /^\d+$/.test(hours))
    yield {
      path: "spec.schedule",
      message: `runs 60 times, in each minute of the hour ${hours}`,
      fix: `For one run write 0 instead of the first *: "0${text.trim().slice(1)}".`,
    };
  if (isCron(text) && neverComes(text))
    yield { path: "spec.schedule", message: `no month of ${shownValue(text)} has such a day, so the job never runs` };
}

/** The most days each month can have. */
const daysOfMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const monthNames = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

/** Whether none of a schedule's months has one of its days. A day of the week, where one is given, comes in every month. */
function neverComes(text: string): boolean {
  const [, , days = "*", months = "*", weekdays = "*"] = text.trim().split(/\s+/);
  if (text.startsWith("@") || !/^[*?]/.test(weekdays)) return false;
  const named = months.replace(/[a-z]{3}/gi, (name) => String(monthNames.indexOf(name.toLowerCase()) + 1));
  const earliest = Math.min(...numbersOf(days, 1, 31));
  return numbersOf(named, 1, 12).every((month) => (daysOfMonths[month - 1] ?? 31) < earliest);
}

/** The numbers that a field of a schedule stands for. */
function numbersOf(field: string, least: number, most: number): number[] {
  return field.split(",").flatMap((part) => {
    const [range = "*", step = "1"] = part.split("/");
    const [from = least, to = part.includes("/") ? most : from] = /^[*?]/.test(range) ? [least, most] : range.split("-").map(Number);
    return Array.from({ length: most + 1 }, (_number, number) => number).filter(
      (number) => number >= from && number <= to && (number - from) % Number(step) === 0,
    );
  });
}
