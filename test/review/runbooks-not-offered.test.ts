import { spawnSync } from "node:child_process";
import {
  app,
  autoscalerOf,
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
  const ofKeda = (kind: string, name = "web") => scaledObject({ ...(kind === "Deployment" ? {} : { kind }), name });
  const pairs: [id: string, kind: string, before: Objects, after: (name: string) => Objects, isRenamed: boolean][] = [
    ["recreate-stateful-set", "StatefulSet", [set(unset)], () => [set({ ...unset, ...relabelled })], false],
    ["recreate-deployment", "Deployment", [deployment(unset)], () => [deployment({ ...unset, ...relabelled })], false],
    ["replace-workload", "Deployment", [deployment(unset)], (name) => [deployment(unset, name)], true],
    ["replace-workload", "StatefulSet", [set(unset)], (name) => [set(unset, name)], true],
  ];
  test.each(pairs)("%s of a %s keeps their number, or isn't offered", (id, kind, before, changed, isRenamed) => {
    const name = isRenamed ? "store" : "web";
    const after = changed(name);
    const [old, now] = [autoscalerOf(kind), autoscalerOf(kind, name)];
    const isKept = (found: ReturnType<typeof reviewed>) => commandsOf(found).some((command) => command.includes("kept-replicas"));
    expect(idsOf(reviewed(before, after))).toEqual([id]);
    expect(isKept(reviewed(before, after))).toBe(false);
    expect(idsOf(reviewed([...before, old], [...after, now]))).toEqual([id]);
    expect(isKept(reviewed([...before, old], [...after, now]))).toBe(true);
    expect(idsOf(reviewed([...before, old], after))).toEqual([]);
    expect(idsOf(reviewed(before, [...after, now]))).toEqual([]);
    const [keda, later] = [ofKeda(kind), ofKeda(kind, name)];
    expect(idsOf(reviewed([...before, keda], [...after, later]))).toEqual([]);
    expect(idsOf(reviewed([...before, old, keda], [...after, now, later]))).toEqual([]);
    const other = ofKeda(kind === "Deployment" ? "StatefulSet" : "Deployment");
    expect(idsOf(reviewed([...before, other], [...after, other]))).toEqual([id]);
  });

  test("a StatefulSet whose least number is more than one replaces its pods one by one", () => {
    const images = ["web:1", "web:2"].map((image) => set({ ...unset, template: template(app, { containers: [{ name: "web", image }] }) }));
    const [before, after] = images as [object, object];
    const impactWith = (...scalers: object[]) => reviewed([before, ...scalers], [after, ...scalers]).changes.map(({ impact }) => impact);
    expect(impactWith(autoscalerOf("StatefulSet"))).toEqual(["rollout"]);
    expect(impactWith(autoscalerOf("StatefulSet", "other"))).toEqual(["downtime"]);
  });

  test("the number is in the manifest until another owner has it", () => {
    const found = reviewed(
      [deployment(unset), autoscalerOf("Deployment")],
      [deployment(unset, "store"), autoscalerOf("Deployment", "store")],
    );
    const { steps = [] } = found.runbooks[0] ?? {};
    const merges = steps.flatMap(({ text, command }) => (command === undefined ? [text] : []));
    expect(merges).toEqual([
      "Merge the change. The sync creates the new object beside the old one. Merge it with spec.replicas, at least the number that you saw: a Deployment that is created without it starts with one pod.",
      "Merge the change as it is, without spec.replicas. The autoscaler sets the number from then on.",
    ]);
    expect(commandsOf(found)).toContain("kubectl get deployment web --namespace=shop --output='jsonpath={.spec.replicas}'");
    const kept = steps.at(-2)?.command ?? "";
    const kubectl = 'kubectl() { case "$1" in get) echo 4;; apply) cat;; esac; }';
    const { stdout } = spawnSync("sh", ["-c", `${kubectl}; ${kept}`], { encoding: "utf8" });
    expect(JSON.parse(stdout)).toEqual({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "store", namespace: "shop" },
      spec: { replicas: 4 },
    });
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

test("a CronJob that moves with its claim ends its Jobs before the volume is handed over, and stays where it is renamed", () => {
  const cronJob = (namespace: string, claimName = "data") => ({
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: "nightly", namespace },
    spec: {
      schedule: "0 0 * * *",
      jobTemplate: { spec: { template: template(app, { ...usesClaim(claimName), restartPolicy: "Never" }) } },
    },
  });
  const before = [claim(claimSpec("1Gi")), cronJob("shop")];
  const moved = reviewed(before, [claim(claimSpec("1Gi"), "data", "store"), cronJob("store")]);
  const [suspend, ended, handOver, stop] = commandsOf(moved);
  expect(suspend).toBe(`kubectl patch cronjob nightly --namespace=shop --type=merge --patch='{"spec":{"suspend":true}}'`);
  expect(handOver).toMatch(/^kubectl patch persistentvolume /);
  expect(stop).toBe("kubectl delete cronjob nightly --namespace=shop --cascade=foreground");
  const programs = 'n=0; sleep() { n=$((n + 1)); echo "$n"; }; kubectl() { case "$n" in 1) return 1;; 2) echo a-job;; esac; }';
  expect(spawnSync("sh", ["-c", `${programs}; ${ended}`], { encoding: "utf8" }).stdout).toBe("1\n2\n3\n");
  expect(idsOf(reviewed(before, [claim(claimSpec("1Gi"), "files"), cronJob("shop", "files")]))).toEqual([]);
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
