/** What an upgrade means as people and machines read it: one file a format. */
import { toJson } from "../../outside/index.ts";
import type { ReviewFormat } from "../../review/index.ts";
import type { Upgrade } from "../upgrade.ts";
import { codeQualityReport } from "./code-quality.ts";
import { htmlReport } from "./html.ts";
import { markdownReport } from "./markdown.ts";
import { textReport } from "./text.ts";

/** Writes what an upgrade means, in the formats of review. @param coloured whether a terminal shows it */
export function writeUpgrade(upgrade: Upgrade, format: ReviewFormat, coloured: boolean): string {
  switch (format) {
    case "text":
      return textReport(upgrade, coloured);
    case "markdown":
      return markdownReport(upgrade);
    case "json":
      return toJson({ apiVersion: "slipway/v1", kind: "UpgradeReport", ...upgrade });
    case "html":
      return htmlReport(upgrade);
    case "codequality":
      return codeQualityReport(upgrade);
  }
}
