import { canaryStages, missingOf, surgeOf } from "../../lib/kubernetes/index.ts";

type Canary = Parameters<typeof canaryStages>[0];
const podsAt = (canary: Canary, replicas: number) =>
  canaryStages(canary, replicas).map(({ does, weight, newPods, oldPods }) => `${does} ${weight}: ${newPods} new, ${oldPods} old`);

describe("a canary without weights", () => {
  /** As the function of the controller has it, which was asked for up to 40 pods, each weight, and 0, 1 and 5 pods of surge. */
  test.each([
    [10, 10, 1, 1, 9],
    [10, 5, 0, 1, 9],
    [10, 30, 0, 3, 7],
    [5, 20, 1, 1, 4],
    [5, 60, 1, 3, 2],
    [5, 50, 0, 3, 2],
    [5, 50, 1, 3, 3],
    [4, 25, 1, 1, 3],
    [3, 10, 0, 1, 2],
    [3, 10, 1, 1, 3],
    [2, 20, 1, 1, 2],
    [2, 20, 0, 1, 1],
    [1, 50, 1, 1, 1],
    [1, 50, 0, 1, 0],
    [1, 20, 0, 0, 1],
    [2, 0, 1, 0, 2],
    [2, 100, 1, 2, 0],
    [0, 50, 1, 0, 0],
  ])("of %s pods at %s%%, with %s more at most, has %s new and %s old ones", (replicas, setWeight, maxSurge, newPods, oldPods) => {
    const [stage] = canaryStages({ steps: [{ setWeight }], maxSurge, maxUnavailable: 1 }, replicas);
    expect([stage?.newPods, stage?.oldPods]).toEqual([newPods, oldPods]);
  });

  test("keeps its weight through pauses, and has none before the first", () => {
    const steps = [{ pause: {} }, { setWeight: 50 }, { pause: { duration: 30 } }, { pause: { duration: "10m" } }];
    expect(podsAt({ steps, maxSurge: 0 }, 4)).toEqual([
      "pause 0: 0 new, 4 old",
      "setWeight 50: 2 new, 2 old",
      "pause 50: 2 new, 2 old",
      "pause 50: 2 new, 2 old",
    ]);
    expect(canaryStages({ steps }, 4).map(({ duration }) => duration)).toEqual([undefined, undefined, "30s", "10m"]);
  });
});

describe("a canary with weights", () => {
  const routed = { trafficRouting: {} };
  test.each<readonly [what: string, canary: Canary, pods: readonly string[]]>([
    [
      "keeps all old pods",
      { ...routed, steps: [{ setWeight: 20 }, { setWeight: 100 }] },
      ["setWeight 20: 2 new, 10 old", "setWeight 100: 10 new, 10 old"],
    ],
    [
      "lets old pods go step by step",
      { ...routed, dynamicStableScale: true, steps: [{ setWeight: 20 }, { setWeight: 100 }] },
      ["setWeight 20: 2 new, 8 old", "setWeight 100: 10 new, 0 old"],
    ],
    [
      "has the fewest pods that it asks for",
      { ...routed, minPodsPerReplicaSet: 3, steps: [{ setWeight: 10 }] },
      ["setWeight 10: 3 new, 10 old"],
    ],
    [
      "has as many pods as a step says, until it follows the weight again",
      {
        ...routed,
        steps: [
          { setCanaryScale: { replicas: 4 } },
          { setWeight: 10 },
          { setCanaryScale: { weight: 50 } },
          { setCanaryScale: { matchTrafficWeight: true } },
        ],
      },
      [
        "setCanaryScale 0: 4 new, 10 old",
        "setWeight 10: 4 new, 10 old",
        "setCanaryScale 10: 5 new, 10 old",
        "setCanaryScale 10: 1 new, 10 old",
      ],
    ],
  ])("%s", (_what, canary, pods) => expect(podsAt(canary, 10)).toEqual(pods));
});

test("surge is rounded up, missing pods down, and one may go where none may be added", () => {
  expect([surgeOf({}, 5), surgeOf({ maxSurge: "10%" }, 5), surgeOf({ maxSurge: 3 }, 5)]).toEqual([2, 1, 3]);
  expect([missingOf({}, 5), missingOf({ maxUnavailable: "10%" }, 5), missingOf({ maxUnavailable: 9 }, 5)]).toEqual([1, 0, 5]);
  expect(missingOf({ maxSurge: 0, maxUnavailable: "10%" }, 5)).toBe(1);
});
