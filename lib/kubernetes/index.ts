/** What the API server knows: schemas by version, names and formats, defaults, apply, selectors, and how it reads YAML. */

export { applied, keyOf, resolved, type Shapes, shapeOf } from "./apply.ts";
export { type CanaryStage, canaryStages, missingOf, surgeOf } from "./canary.ts";
export { defaultedKeys, withDefaults } from "./defaults.ts";
export { roundedInteger } from "./documents.ts";
export * from "./formats.ts";
export { withoutHash } from "./generated-name.ts";
export {
  formatImage,
  type ImageReference,
  imageProblem,
  isDigest,
  type ParsedImage,
  parseImage,
  qualified,
  repositoryOf,
  withoutRegistry,
} from "./image.ts";
export {
  isExpression,
  nginxPath,
  nginxPrefix,
  type TranslatedFields,
  type TranslatedPolicies,
  type Translation,
  translateNginx,
} from "./ingress-nginx.ts";
export {
  type Affinity,
  type ClaimSpec,
  type Container,
  type ContainerPort,
  type DownwardItem,
  type EnvVar,
  type FieldReference,
  type IngressBackend,
  type IngressSpec,
  type IntOrString,
  isKind,
  type KeyToPath,
  type KindName,
  kindNameOf,
  type NodeSelectorTerm,
  type ObjectOf,
  type PodAffinityTerm,
  type PodSpec,
  type PodTemplate,
  type Probe,
  type ProbeHandler,
  type ProjectedSource,
  type ResourceReference,
  type SecurityContext,
  type Selector,
  type ServicePort,
  type ServiceSpec,
  type SpecOf,
  type Volume,
} from "./kinds.ts";
export { type LineOf, linesOf, linesOfText } from "./locate.ts";
export { joined, stepsOf, valueAt, withoutKeys } from "./path.ts";
export { plainDocuments } from "./plain-yaml.ts";
export {
  containersOf,
  type PlacedContainer,
  type PodRead,
  podReads,
  podSpecOf,
  podTemplateOf,
  podTemplatePaths,
  replicasOf,
} from "./pod.ts";
export { isResourceName, quantity, standardResources } from "./quantity.ts";
export { groupsOfResource, isClusterScopedResource, resourcesOfGroup, subresourcesOf } from "./rbac-resources.ts";
export { isManifestFile, manifestFiles, readManifestFile, readManifests, templateFile } from "./read-folder.ts";
export { isServed, type RemovedApi, removalIn } from "./removed-apis.ts";
export { fitsHost, routeMilliseconds, routePathProblem } from "./route-forms.ts";
export { catalogueGroups, hasNoNamespace } from "./schema/catalogue.ts";
export { sortedKeys, withoutDescriptions, withoutStatus } from "./schema/compact.ts";
export { type Issue, missingField } from "./schema/issue.ts";
export { minorOf, newestVersion, type Schema, versionProblem } from "./schema/load.ts";
export { ObjectSchemas, type SchemaIssue } from "./schema/object-schemas.ts";
export type { KindSchema, KindSchemas, ServedKinds } from "./schema/other-kinds.ts";
export { ruleIssues } from "./schema/rule-references.ts";
export { withSchemaDefaults } from "./schema/schema-defaults.ts";
export { type SchemaFolder, schemasInFolder } from "./schema/schema-folder.ts";
export { hasValidationRules } from "./schema/validation-rules.ts";
export { isEmptySelector, selects } from "./selector.ts";
export {
  covers,
  differencesOfMove,
  envoyPolicyKinds,
  hasParent,
  isGatewayRoute,
  isSameAddress,
  parentsOf,
  policiesOn,
  type ServedPath,
  servedPaths,
  shownAddress,
  untranslatedAnnotations,
} from "./served-paths.ts";
export { shownValue } from "./shown-value.ts";
export { standardAddress, standardNetwork } from "./standard-address.ts";
export { changedDefaults, droppedFields, keptBy } from "./version-changes.ts";
