import type { ObjectOf } from "../../kubernetes/index.ts";
import { evictionsBlockedBy } from "../cluster-flags.ts";
import { type Changing, deletion, inPlace, kindImpact, scale, type Verdict } from "../impact.ts";

type Autoscaling = Changing<ObjectOf<"autoscaling/HorizontalPodAutoscaler">>;

function least({ before, after }: Autoscaling): Verdict {
  const [from, to] = [before.spec?.minReplicas ?? 1, after.spec?.minReplicas ?? 1];
  return to > from ? scale(`at least ${to} pods run instead of ${from}`) : inPlace(`down to ${to} pods may run, as load allows`);
}

function most({ before, after }: Autoscaling): Verdict {
  const [from, to] = [before.spec?.maxReplicas ?? 0, after.spec?.maxReplicas ?? 0];
  return to < from
    ? scale(`at most ${to} pods run instead of ${from}: the others stop`)
    : inPlace(`up to ${to} pods may run, as load asks`);
}

export const autoscaler = kindImpact(["autoscaling/HorizontalPodAutoscaler"], {
  fields: [
    ["spec.minReplicas", least],
    ["spec.maxReplicas", most],
    ["spec.scaleTargetRef", scale("it scales another workload; the one it scaled keeps its number of pods")],
    ["spec", inPlace("the number of pods follows load by other rules")],
  ],
  removed: () => deletion("the number of pods no longer follows load: it stays as it is until the workload sets one"),
});

export const budget = kindImpact(["policy/PodDisruptionBudget"], {
  fields: [["spec", inPlace("more or fewer pods may be evicted at a time")]],
  added: (object, environment) => {
    const why = evictionsBlockedBy(object, environment);
    return inPlace(
      why === undefined ? "drains of nodes evict no more of its pods at a time than it allows" : `it lets no pod be evicted: ${why}`,
    );
  },
  removed: () => deletion("draining a node may take all its pods at once"),
});
