/** All rules: a new one is its file and its line here. */
import type { Rule } from "../rule.ts";
import { rules as appliedFolder } from "./applied-folder.ts";
import * as capacity from "./capacity.ts";
import { claims } from "./claim.ts";
import { classes } from "./class-references.ts";
import { containers } from "./container.ts";
import { data } from "./data.ts";
import { deprecated } from "./deprecated.ts";
import * as fleet from "./fleet.ts";
import { labels, names, namespaceLabels } from "./metadata.ts";
import { ingresses, networkPolicies, services } from "./network.ts";
import { pods } from "./pod.ts";
import { podStandard } from "./pod-security.ts";
import * as references from "./references.ts";
import { bindings } from "./role.ts";
import * as rollout from "./rollout.ts";
import { scaling } from "./scaling.ts";
import * as schema from "./schema.ts";
import * as security from "./security.ts";
import * as trafficReferences from "./traffic-references.ts";
import { workloads } from "./workload.ts";

export const rules: readonly Rule[] = [
  ...Object.values(schema),
  names,
  labels,
  namespaceLabels,
  pods,
  containers,
  workloads,
  services,
  ingresses,
  networkPolicies,
  data,
  claims,
  scaling,
  bindings,
  deprecated,
  podStandard,
  ...Object.values(appliedFolder),
  ...Object.values(capacity),
  ...Object.values(fleet),
  ...Object.values(references),
  classes,
  ...Object.values(trafficReferences),
  ...Object.values(rollout),
  ...Object.values(security),
].sort((a, b) => (a.id < b.id ? -1 : 1));
