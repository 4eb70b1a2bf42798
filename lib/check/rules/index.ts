/** All rules: a new one is its file, and the file's two lines here. A file of rules exports nothing else. */
import type { Rule } from "../rule.ts";
import * as addressForm from "./address-form.ts";
import * as amounts from "./amounts.ts";
import * as analysisCondition from "./analysis-condition.ts";
import * as applicationSet from "./application-set.ts";
import * as applicationSetParameters from "./application-set-parameters.ts";
import * as applicationSource from "./application-source.ts";
import * as appliedFolder from "./applied-folder.ts";
import * as argoRollout from "./argo-rollout.ts";
import * as argocdAnnotation from "./argocd-annotation.ts";
import * as autoscaler from "./autoscaler.ts";
import * as canaryRoute from "./canary-route.ts";
import * as capacity from "./capacity.ts";
import * as certificateSolver from "./certificate-solver.ts";
import * as claim from "./claim.ts";
import * as claimedTwice from "./claimed-twice.ts";
import * as classReferences from "./class-references.ts";
import * as container from "./container.ts";
import * as containerStart from "./container-start.ts";
import * as crd from "./crd.ts";
import * as data from "./data.ts";
import * as deprecated from "./deprecated.ts";
import * as disruptionBudget from "./disruption-budget.ts";
import * as dnsPolicy from "./dns-policy.ts";
import * as droppedField from "./dropped-field.ts";
import * as fleet from "./fleet.ts";
import * as gateway from "./gateway.ts";
import * as headless from "./headless.ts";
import * as hostName from "./host-name.ts";
import * as image from "./image.ts";
import * as ingress from "./ingress.ts";
import * as ingressAnnotation from "./ingress-annotation.ts";
import * as istio from "./istio.ts";
import * as istioTarget from "./istio-target.ts";
import * as leftAnnotation from "./left-annotation.ts";
import * as limitRange from "./limit-range.ts";
import * as limits from "./limits.ts";
import * as listenerCertificate from "./listener-certificate.ts";
import * as metadata from "./metadata.ts";
import * as monitor from "./monitor.ts";
import * as namedObjects from "./named-objects.ts";
import * as networkPolicy from "./network-policy.ts";
import * as nodeChoice from "./node-choice.ts";
import * as openPolicy from "./open-policy.ts";
import * as openSubject from "./open-subject.ts";
import * as operatorFields from "./operator-fields.ts";
import * as operatorKind from "./operator-kind.ts";
import * as operatorReferences from "./operator-references.ts";
import * as pod from "./pod.ts";
import * as podChoice from "./pod-choice.ts";
import * as podReferences from "./pod-references.ts";
import * as podSecurity from "./pod-security.ts";
import * as policyPeer from "./policy-peer.ts";
import * as policyPort from "./policy-port.ts";
import * as pullSecret from "./pull-secret.ts";
import * as quota from "./quota.ts";
import * as reachableService from "./reachable-service.ts";
import * as readableVolume from "./readable-volume.ts";
import * as references from "./references.ts";
import * as role from "./role.ts";
import * as roleResources from "./role-resources.ts";
import * as roleRules from "./role-rules.ts";
import * as rollout from "./rollout.ts";
import * as rolloutAdoption from "./rollout-adoption.ts";
import * as routeBackends from "./route-backends.ts";
import * as routeFilters from "./route-filters.ts";
import * as routeOverlap from "./route-overlap.ts";
import * as scaledTarget from "./scaled-target.ts";
import * as scaling from "./scaling.ts";
import * as schedule from "./schedule.ts";
import * as schema from "./schema.ts";
import * as security from "./security.ts";
import * as serverWarning from "./server-warning.ts";
import * as service from "./service.ts";
import * as sharedPods from "./shared-pods.ts";
import * as spread from "./spread.ts";
import * as syncOrder from "./sync-order.ts";
import * as trafficReferences from "./traffic-references.ts";
import * as unmountedClaim from "./unmounted-claim.ts";
import * as volumeKeys from "./volume-keys.ts";
import * as webhook from "./webhook.ts";
import * as workload from "./workload.ts";
import * as writtenSecret from "./written-secret.ts";

const families: readonly Readonly<Record<string, Rule>>[] = [
  amounts,
  analysisCondition,
  applicationSet,
  appliedFolder,
  argocdAnnotation,
  autoscaler,
  capacity,
  claim,
  claimedTwice,
  classReferences,
  container,
  crd,
  data,
  deprecated,
  disruptionBudget,
  fleet,
  headless,
  hostName,
  image,
  ingress,
  istio,
  leftAnnotation,
  limitRange,
  metadata,
  monitor,
  namedObjects,
  networkPolicy,
  operatorKind,
  pod,
  podReferences,
  podSecurity,
  policyPeer,
  policyPort,
  pullSecret,
  quota,
  readableVolume,
  references,
  role,
  roleResources,
  rollout,
  rolloutAdoption,
  routeBackends,
  routeFilters,
  routeOverlap,
  scaledTarget,
  scaling,
  schedule,
  schema,
  security,
  service,
  spread,
  syncOrder,
  trafficReferences,
  limits,
  webhook,
  gateway,
  operatorReferences,
  roleRules,
  openSubject,
  containerStart,
  nodeChoice,
  applicationSource,
  operatorFields,
  openPolicy,
  ingressAnnotation,
  istioTarget,
  podChoice,
  reachableService,
  volumeKeys,
  sharedPods,
  listenerCertificate,
  workload,
  writtenSecret,
  applicationSetParameters,
  argoRollout,
  canaryRoute,
  certificateSolver,
  dnsPolicy,
  unmountedClaim,
  addressForm,
  serverWarning,
  droppedField,
];

export const rules: readonly Rule[] = families.flatMap((family) => Object.values(family)).sort((a, b) => (a.id < b.id ? -1 : 1));
