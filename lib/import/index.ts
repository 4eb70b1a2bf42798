/** An existing estate becomes overlays, with the proof that nothing changes. */

export { importEstate } from "./import.ts";
export { migrationText } from "./migration.ts";
export { type GivenSource, readEnvironment } from "./read-environment.ts";
export { readmeText } from "./readme.ts";
export { type ImportReport, importReport, provenSentence, reportText } from "./report.ts";
