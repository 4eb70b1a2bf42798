import { spawnSync } from "node:child_process";
import {
  app,
  autoscaler,
  claim,
  claimSpec,
  commandsOf,
  definition,
  deployment,
  idsOf,
  job,
  named,
  type Objects,
  reviewed,
  scaledObject,
  service,
  set,
  template,
  usesClaim,
} from "./runbook-objects.ts";

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

describe("what uses a claim that moves", () => {
  const pod = template(app, usesClaim());
  const at = (namespace: string, object: object & { readonly metadata: object }) => ({
    ...object,
    metadata: { ...object.metadata, namespace },
  });
  const ofCluster = (apiVersion: string, kind: string, spec: object) => ({ apiVersion, kind, metadata: { name: "web" }, spec });
  const withClaims = (whenDeleted: string) => set({ template: pod, persistentVolumeClaimRetentionPolicy: { whenDeleted } });
  const users: [what: string, user: object & { readonly metadata: object }, ids: readonly string[]][] = [
    ["a Deployment", deployment({ template: pod }), ["move-claim"]],
    ["a StatefulSet whose claims stay", withClaims("Retain"), ["move-claim"]],
    ["a StatefulSet whose claims go with it", withClaims("Delete"), []],
    ["a Job", job("web:1", "web", usesClaim()), []],
    [
      "a CronJob",
      ofCluster("batch/v1", "CronJob", {
        schedule: "0 0 * * *",
        jobTemplate: { spec: { template: { spec: { ...pod.spec, restartPolicy: "Never" } } } },
      }),
      [],
    ],
    ["a bare Pod", ofCluster("v1", "Pod", pod.spec), []],
    ["a ReplicationController", ofCluster("v1", "ReplicationController", { selector: app, template: pod }), []],
  ];
  test.each(users)("by %s", (_what, user, ids) => {
    const before = [claim(claimSpec("1Gi")), at("shop", user)];
    const moved = reviewed(before, [claim(claimSpec("1Gi"), "data", "store"), at("store", user)]);
    expect(idsOf(moved).filter((id) => id === "move-claim")).toEqual(ids);
    const renamed = reviewed(before, [claim(claimSpec("1Gi"), "files"), at("shop", user)]);
    expect(idsOf(renamed).filter((id) => id === "move-claim")).toEqual(ids);
    const unused = [claim(claimSpec("1Gi"), "files"), at("other", user)];
    expect(idsOf(reviewed([claim(claimSpec("1Gi")), at("other", user)], unused))).toEqual(["move-claim"]);
  });
});

const annotated = <Kept extends { readonly metadata: object }>(kept: Kept, key: string, value: string) => ({
  ...kept,
  metadata: { ...kept.metadata, annotations: { [`argocd.argoproj.io/${key}`]: value } },
});

describe("where git sets sync options, which self-heal puts back", () => {
  const settings = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "old", namespace: "shop" }, data: { a: "1" } };
  const reads = { template: template(app, { volumes: [{ name: "settings", configMap: { name: "old" } }] }) };
  const pairs: [id: string, kept: { readonly metadata: object }, before: Objects, after: Objects][] = [
    ["replace-workload", deployment(), [], [deployment({}, "web", "store")]],
    ["replace-workload", settings, [deployment(reads)], [deployment(reads, "store")]],
    ["replace-service", service({}), [], [service({}, "web", "store")]],
  ];
  test.each(pairs)("%s isn't offered", (id, kept, before, after) => {
    const ids = (object: object) => idsOf(reviewed([...before, object], after));
    expect(ids(annotated(kept, "sync-wave", "1"))).toEqual([id]);
    expect(ids(annotated(kept, "sync-options", "Replace=true"))).toEqual([]);
  });
});

describe("a Service in another namespace", () => {
  const ports = (nodePort: number) => ({ type: "NodePort", ports: [{ port: 80, nodePort }] });
  const balancer = (rest: object) => ({ type: "LoadBalancer", ...rest });
  const health = (healthCheckNodePort: number) => balancer({ externalTrafficPolicy: "Local", healthCheckNodePort });
  const pairs: [what: string, taken: object, other: object][] = [
    ["port of the nodes", ports(30080), ports(30081)],
    ["port for health checks", health(30080), health(30081)],
    ["address", { clusterIP: "10.0.0.7" }, { clusterIP: "10.0.0.8" }],
    ["load balancer's address", balancer({ loadBalancerIP: "192.0.2.7" }), balancer({ loadBalancerIP: "192.0.2.8" })],
  ];
  test.each(pairs)("isn't kept beside the new one where both ask for the same %s", (_what, taken, other) => {
    expect(idsOf(reviewed([service(taken)], [service(other, "web", "store")]))).toEqual(["replace-service"]);
    expect(idsOf(reviewed([service(taken)], [service(taken, "web", "store")]))).toEqual([]);
  });
  test("is kept where neither has an address", () => {
    expect(idsOf(reviewed([service({ clusterIP: "None" })], [service({ clusterIP: "None" }, "web", "store")]))).toEqual([
      "replace-service",
    ]);
  });
});

describe("a CRD's new version", () => {
  const typed = (name: string, field: object, spec: object = {}) => {
    const given = definition([[name, true, ["a"]]]);
    const [version] = given.spec.versions;
    const properties = { spec: { type: "object", properties: { a: field }, ...spec } };
    return { ...given, spec: { ...given.spec, versions: [{ ...version, schema: { openAPIV3Schema: { type: "object", properties } } }] } };
  };
  const text = { type: "string" };
  const anything = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const list = (items: object) => ({ type: "array", items });
  const stricter: [what: string, before: object, after: object, spec?: object][] = [
    ["has another type", text, { type: "integer" }],
    ["requires a field", text, text, { required: ["a"] }],
    ["names the values", text, { ...text, enum: ["b"] }],
    ["asks for a pattern", text, { ...text, pattern: "^b" }],
    ["asks for a length", text, { ...text, maxLength: 1 }],
    ["asks for a number's size", { type: "integer" }, { type: "integer", minimum: 1 }],
    ["has items of another type", list(text), list({ type: "integer" })],
    ["declares what was unknown", anything, { ...anything, properties: { b: text } }],
    ["drops what was unknown", anything, { type: "object" }],
  ];
  test.each(stricter)("isn't stored in where it %s", (_what, before, after, spec = {}) => {
    expect(idsOf(reviewed([typed("v1", before)], [typed("v2", { ...before, description: "B." })]))).toEqual(["migrate-stored-version"]);
    expect(idsOf(reviewed([typed("v1", before)], [typed("v2", after, spec)]))).toEqual([]);
  });

  test("is only taken for stored where kubectl could say what writes in the old one", () => {
    const commands = commandsOf(reviewed([definition([["v1", true, ["a"]]])], [definition([["v2", true, ["a"]]])]));
    const check = commands.find((command) => command.startsWith("managers=")) ?? "";
    const codeWith = (kubectl: string) => spawnSync("sh", ["-c", `kubectl() { ${kubectl}; }; ${check}`]).status;
    expect(codeWith("echo web.example/v2")).toBe(0);
    expect(codeWith("echo web.example/v1 web.example/v2")).toBe(1);
    expect(codeWith("return 7")).toBe(7);
  });
});

test("an old workload is deleted only by the command that has seen the new one ready", () => {
  const commands = commandsOf(reviewed([deployment()], [deployment({}, "store")]));
  const deletion = commands.find((command) => command.includes("kubectl delete")) ?? "";
  const calledWith = (failing: string) => {
    const kubectl = `kubectl() { echo "$1"; test "$1" != ${failing}; }`;
    return spawnSync("sh", ["-c", `${kubectl}; ${deletion}`], { encoding: "utf8" })
      .stdout.split("\n")
      .filter(Boolean);
  };
  expect(calledWith("nothing")).toEqual(["wait", "rollout", "delete"]);
  expect(calledWith("rollout")).toEqual(["wait", "rollout"]);
  expect(calledWith("wait")).toEqual(["wait"]);
});
