/** What changes of each kind do: a new kind is its file, or its value, and its line here. */
import type { KindImpact } from "../impact.ts";
import * as access from "./access.ts";
import * as argocd from "./argocd.ts";
import * as cluster from "./cluster.ts";
import * as configuration from "./configuration.ts";
import * as definition from "./definition.ts";
import * as job from "./job.ts";
import * as network from "./network.ts";
import * as pod from "./pod.ts";
import * as scaling from "./scaling.ts";
import * as service from "./service.ts";
import * as storage from "./storage.ts";
import * as workload from "./workload.ts";

export { decidedByOperator, operatorImpactOf } from "./operators.ts";

const all: readonly KindImpact[] = [
  access,
  argocd,
  cluster,
  configuration,
  definition,
  job,
  network,
  pod,
  scaling,
  service,
  storage,
  workload,
].flatMap((file) => Object.values(file));

/** The table of a kind by group and kind, as `apps/Deployment`. */
export const impactOf: ReadonlyMap<string, KindImpact> = new Map(all.flatMap((table) => table.kinds.map((kind) => [kind, table])));
