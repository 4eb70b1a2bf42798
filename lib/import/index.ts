/** Turns manifests of any kind into overlays, and proves that nothing changes. */
export { addToRepository } from "./addition.ts";
export { environmentName } from "./apps.ts";
export type { ChartCopy } from "./charts.ts";
export { objectsOf, type SourceEnvironment } from "./environment.ts";
export { importEstate } from "./import.ts";
export { migrationText, withEnvironments } from "./migration.ts";
export { modelRepository } from "./model-repository.ts";
export type { ModelRequest } from "./models.ts";
export { planText, readPlan } from "./plan.ts";
export { type GivenSource, readEnvironment } from "./read-environment.ts";
export { readmeText } from "./readme.ts";
export { type ImportRecord, isUntouched, readRecord, recordOf, recordOfModels } from "./record.ts";
export { type ImportReport, importReport, modelLines, provenSentence, reportText } from "./report.ts";
