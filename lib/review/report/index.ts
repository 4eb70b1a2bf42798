/** A review as people and machines read it: one file a format. */
import { toJson } from "../../outside/index.ts";
import type { Review } from "../change.ts";
import { codeQualityReport } from "./code-quality.ts";
import { htmlReport } from "./html.ts";
import { markdownReport } from "./markdown.ts";
import { textReport } from "./text.ts";

export type ReviewFormat = "text" | "markdown" | "json" | "html" | "codequality";

/** Writes a review. @param coloured whether a terminal shows it */
export function writeReview(review: Review, format: ReviewFormat, coloured: boolean): string {
  switch (format) {
    case "text":
      return textReport(review, coloured);
    case "markdown":
      return markdownReport(review);
    case "json":
      return toJson({ apiVersion: "slipway/v1", kind: "ReviewReport", ...review });
    case "html":
      return htmlReport(review);
    case "codequality":
      return codeQualityReport(review);
  }
}
