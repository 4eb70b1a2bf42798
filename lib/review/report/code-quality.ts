import { createHash } from "node:crypto";
import { seen, toJson } from "../../outside/index.ts";
import type { Review } from "../change.ts";
import { type Impact, isWorse } from "../impact.ts";
import { placeText } from "./words.ts";

const grades: Readonly<Record<Impact, string>> = {
  none: "info",
  "in-place": "info",
  scale: "info",
  rollout: "minor",
  unknown: "minor",
  downtime: "major",
  rejected: "critical",
  deletion: "critical",
  "data-loss": "blocker",
};

/** GitLab's code quality report of what replaces pods or worse: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
export function codeQualityReport({ changes }: Review): string {
  const issues = changes
    .filter(({ impact }) => isWorse(impact, "scale"))
    .map((change) => ({
      description: `${placeText(change)}: ${change.impact}: ${seen(change.reason)}`,
      check_name: `review/${change.impact}`,
      fingerprint: createHash("sha256")
        .update([change.environment, change.app, ...Object.values(change.resource), change.action, change.impact].join("\0"))
        .digest("hex"),
      severity: grades[change.impact],
      location: { path: change.file, lines: { begin: 1 } },
    }));
  return toJson(issues);
}
