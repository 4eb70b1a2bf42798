import { createHash } from "node:crypto";
import { seen, toJson } from "../../outside/index.ts";
import type { Impact } from "../../review/index.ts";
import type { Upgrade } from "../upgrade.ts";
import { differenceWords, objectText } from "./words.ts";

const grades: Partial<Record<Impact, string>> = {
  rollout: "minor",
  scale: "minor",
  unknown: "minor",
  downtime: "major",
  rejected: "critical",
};

/** GitLab's code quality report of what the upgrade refuses, replaces or warns of: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
export function codeQualityReport({ changes }: Upgrade): string {
  const issues = changes.flatMap((change) =>
    change.differences
      .filter(({ kind }) => kind !== "warning-gone" && kind !== "field-gained" && kind !== "accepted" && kind !== "served")
      .map(({ kind, path, message }) => ({
        description: `${objectText(change)}: ${differenceWords[kind]}: ${seen([path, message].filter(Boolean).join(": "))}`,
        check_name: `upgrade/${kind}`,
        fingerprint: createHash("sha256")
          .update([change.environment, change.app, ...Object.values(change.resource), kind, path, message].join("\0"))
          .digest("hex"),
        severity: grades[change.impact] ?? "info",
        location: { path: change.file, lines: { begin: change.line ?? 1 } },
      })),
  );
  return toJson(issues);
}
