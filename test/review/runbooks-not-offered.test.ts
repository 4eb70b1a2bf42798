import { app, autoscaler, deployment, idsOf, named, type Objects, reviewed, scaledObject, set, template } from "./runbook-objects.ts";

const relabelled = { selector: { matchLabels: { ...app, ...named } }, template: template({ ...app, ...named }) };

describe("where an autoscaler sets the replicas", () => {
  const unset = { replicas: undefined };
  const ofSet = scaledObject({ kind: "StatefulSet", name: "web" });
  const pairs: [id: string, before: Objects, after: Objects, scaler: object, other: object][] = [
    ["recreate-stateful-set", [set(unset)], [set({ ...unset, ...relabelled })], autoscaler, scaledObject({ name: "web" })],
    ["recreate-stateful-set", [set(unset)], [set({ ...unset, ...relabelled })], ofSet, scaledObject({ kind: "StatefulSet", name: "db" })],
    ["recreate-deployment", [deployment(unset)], [deployment({ ...unset, ...relabelled })], scaledObject({ name: "web" }), ofSet],
    ["replace-workload", [deployment(unset)], [deployment(unset, "store")], scaledObject({ name: "web" }), ofSet],
    ["replace-workload", [set(unset)], [set(unset, "store")], autoscaler, scaledObject({ name: "web" })],
  ];
  test.each(pairs)("%s isn't offered", (id, before, after, scaler, other) => {
    expect(idsOf(reviewed([...before, other], [...after, other]))).toEqual([id]);
    expect(idsOf(reviewed([...before, scaler], [...after, scaler]))).toEqual([]);
    expect(idsOf(reviewed(before, [...after, scaler]))).toEqual(id === "replace-workload" ? [id] : []);
    expect(idsOf(reviewed([...before, scaler], after))).toEqual([]);
  });
});
