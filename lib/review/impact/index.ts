/** What changes of each kind do: a new kind is its file, or its value, and its line here. */
import { kindNameOf, podTemplatePaths } from "../../kubernetes/index.ts";
import type { Resource } from "../change.ts";
import type { KindImpact } from "../impact.ts";
import * as access from "./access.ts";
import * as argocd from "./argocd.ts";
import * as cluster from "./cluster.ts";
import * as configuration from "./configuration.ts";
import * as definition from "./definition.ts";
import * as job from "./job.ts";
import * as network from "./network.ts";
import { operatorImpactOf } from "./operators.ts";
import * as pod from "./pod.ts";
import * as rollout from "./rollout.ts";
import * as scaling from "./scaling.ts";
import * as service from "./service.ts";
import * as storage from "./storage.ts";
import * as workload from "./workload.ts";

export { createdForOperator, decidedByOperator, isOwnGroup } from "./operators.ts";

const all: readonly KindImpact[] = [
  access,
  argocd,
  cluster,
  configuration,
  definition,
  job,
  network,
  pod,
  rollout,
  scaling,
  service,
  storage,
  workload,
].flatMap((file) => Object.values(file));

/** The table of a kind by group and kind, as `apps/Deployment`. */
export const impactOf: ReadonlyMap<string, KindImpact> = new Map(all.flatMap((table) => table.kinds.map((kind) => [kind, table])));

/** The table of a kind, Kubernetes' own or an operator's; undefined where there is none. */
export const tableOf = (object: Pick<Resource, "apiVersion" | "kind">): KindImpact | undefined =>
  impactOf.get(kindNameOf(object)) ?? operatorImpactOf(kindNameOf(object));

/** Whether objects of a kind run pods, themselves or by a controller. */
export const runsPods = (object: Pick<Resource, "apiVersion" | "kind">): boolean =>
  tableOf(object)?.runsPods ?? (impactOf.has(kindNameOf(object)) && Object.hasOwn(podTemplatePaths, object.kind));
