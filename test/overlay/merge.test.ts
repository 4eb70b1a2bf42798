import fc from "fast-check";
import { merge } from "../../lib/overlay/index.ts";
import { App } from "../../lib/overlay/schema/index.ts";
import { shapeOf } from "../../lib/validation/index.ts";

// The examples of RFC 7386, appendix A.
const rfc: readonly (readonly [target: unknown, patch: unknown, result: unknown])[] = [
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
  [{ a: ["b"] }, { a: "c" }, { a: "c" }],
  [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [
    ["a", "b"],
    ["c", "d"],
    ["c", "d"],
  ],
  [{ a: "b" }, ["c"], ["c"]],
  [{ a: "foo" }, null, null],
  [{ a: "foo" }, "bar", "bar"],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: "b", c: null }, { a: "b" }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

test.each(rfc)("RFC 7386: %j patched with %j", (target, patch, result) => {
  expect(merge(target, patch)).toEqual(result);
});

/** The algorithm as the RFC writes it, over plain mutable objects. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> =
    typeof target === "object" && target !== null && !Array.isArray(target)
      ? Object.assign(Object.create(null), target)
      : Object.create(null);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = mergePatch(result[name], value);
  }
  return result;
}

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.integer(),
    fc.constantFrom("x", "y"),
    fc.array(fc.integer(), { maxLength: 2 }),
    tie("object"),
  ),
  object: fc.dictionary(fc.constantFrom("a", "b", "c", "__proto__", "constructor"), tie("value"), { maxKeys: 4 }),
}));
const plain = (value: unknown) =>
  JSON.stringify(value, (_name, member) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );

test("any merge is RFC 7386's", () => {
  fc.assert(
    fc.property(json.value, json.value, (target, patch) => expect(plain(merge(target, patch))).toBe(plain(mergePatch(target, patch)))),
    { numRuns: 2000 },
  );
});

test("neither side is changed, and Object's prototype never is", () => {
  fc.assert(
    fc.property(json.value, json.value, (target, patch) => {
      const before = plain([target, patch]);
      merge(target, patch);
      expect(plain([target, patch])).toBe(before);
      expect(({} as Record<string, unknown>).a).toBeUndefined();
    }),
  );
});

test("layers compose: two that set other keys may come in either order", () => {
  const keyed = (keys: readonly [string, ...string[]]) => fc.dictionary(fc.constantFrom(...keys), json.value);
  fc.assert(
    fc.property(json.object, keyed(["p", "q"]), keyed(["r", "s"]), (base, left, right) =>
      expect(plain(merge(merge(base, left), right))).toBe(plain(merge(merge(base, right), left))),
    ),
  );
});

test("a layer said twice says no more than once", () => {
  fc.assert(
    fc.property(json.value, json.object, (base, patch) => expect(plain(merge(merge(base, patch), patch))).toBe(plain(merge(base, patch)))),
  );
});

const unions: readonly (readonly [what: string, target: unknown, patch: unknown, result: unknown])[] = [
  [
    "a strategy of another type",
    { workload: { kind: "Deployment", strategy: { type: "RollingUpdate", maxSurge: 1 } } },
    { workload: { strategy: { type: "Recreate" } } },
    { workload: { kind: "Deployment", strategy: { type: "Recreate" } } },
  ],
  [
    "another workload kind",
    { workload: { kind: "Deployment", replicas: 2 } },
    { workload: { kind: "DaemonSet" } },
    { workload: { kind: "DaemonSet" } },
  ],
  [
    "another probe handler",
    { container: { probes: { readiness: { http: "/up", periodSeconds: 3 } } } },
    { container: { probes: { readiness: { tcp: 80 } } } },
    { container: { probes: { readiness: { tcp: 80 } } } },
  ],
  ["another volume type", { volumes: { a: { emptyDir: {} } } }, { volumes: { a: { config: "c" } } }, { volumes: { a: { config: "c" } } }],
  [
    "another source of a variable",
    { container: { env: { A: { field: "metadata.name" } } } },
    { container: { env: { A: { secret: { name: "s", key: "k" } } } } },
    { container: { env: { A: { secret: { name: "s", key: "k" } } } } },
  ],
  [
    "an update strategy in a StatefulSet",
    { workload: { kind: "StatefulSet", updateStrategy: { type: "RollingUpdate", partition: 2 } } },
    { workload: { updateStrategy: { type: "OnDelete" } } },
    { workload: { kind: "StatefulSet", updateStrategy: { type: "OnDelete" } } },
  ],
];

test.each(unions)("the one addition: %s replaces the object", (_name, target, patch, result) => {
  expect(merge(target, patch, shapeOf(App))).toEqual(result);
});

test("the same branch of a union merges", () => {
  const target = { container: { probes: { readiness: { http: "/up", periodSeconds: 3 } } } };
  const patch = { container: { probes: { readiness: { http: "/ready" } } } };
  expect(merge(target, patch, shapeOf(App))).toEqual({ container: { probes: { readiness: { http: "/ready", periodSeconds: 3 } } } });
});
