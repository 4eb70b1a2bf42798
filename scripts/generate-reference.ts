/** Writes docs/reference from the schema of apps and environments, a page for each part. `--check` only says whether the pages are current. */
import { pages } from "./reference/pages.ts";
import { writePages } from "./write-pages.ts";

writePages("docs/reference", pages, "the schema says");
