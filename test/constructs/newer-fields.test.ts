import { check } from "../../lib/check/index.ts";
import { valueAt } from "../../lib/kubernetes/index.ts";
import { objectsOf, the } from "../fixture.ts";
import { newerApp, newerFields } from "./newer-fields.ts";

const findingsOn = (kubernetes: string) =>
  check(
    [
      {
        name: "test",
        kubernetes,
        isPart: true,
        manifests: objectsOf(newerApp, { kubernetes }).map((object) => ({ object, app: "demo", file: "a.yaml" })),
      },
    ],
    "2030-01-01",
  ).findings;

test.each(newerFields)("%s %s is written, and Kubernetes 1.37 has it", (kind, path) => {
  const object = the(kind, objectsOf(newerApp, { kubernetes: "1.37" }));
  expect(valueAt(object, path)).toBeDefined();
});

test("nothing of it is an error on 1.37, and no field is dropped there", () => {
  expect(findingsOn("1.37").filter(({ severity, rule }) => severity === "error" || rule === "schema/dropped-field")).toEqual([]);
});

test("an environment of an older version gets a finding for each field that its server drops or doesn't know", () => {
  const reported = (version: string) =>
    findingsOn(version)
      .filter(({ rule }) => rule === "schema/dropped-field" || rule === "schema/fields" || rule === "schema/api-version")
      .map(({ rule, resource, path }) => `${rule} ${resource.kind} ${path}`);
  expect(reported("1.34")).toEqual([
    "schema/api-version MutatingAdmissionPolicy apiVersion",
    "schema/dropped-field StatefulSet spec.template.spec.volumes[0].image",
    "schema/dropped-field StatefulSet spec.updateStrategy.rollingUpdate.maxUnavailable",
  ]);
  expect(reported("1.32")).toEqual(
    expect.arrayContaining([
      "schema/dropped-field StatefulSet spec.template.spec.hostUsers",
      "schema/dropped-field StatefulSet spec.template.spec.resources",
      "schema/dropped-field StatefulSet spec.template.spec.resourceClaims",
      "schema/dropped-field StatefulSet spec.template.spec.containers[0].resizePolicy",
      "schema/dropped-field StatefulSet spec.template.spec.containers[0].resources.claims",
    ]),
  );
  expect(reported("1.28")).toEqual(
    expect.arrayContaining([
      "schema/fields StatefulSet spec.template.spec.resources",
      "schema/fields StatefulSet spec.template.spec.volumes[0].image",
      "schema/fields Service spec.trafficDistribution",
      "schema/dropped-field StatefulSet spec.template.spec.initContainers[0].restartPolicy",
    ]),
  );
});

test("containers that share what their pod requests need no requests of their own", () => {
  expect(findingsOn("1.37").filter(({ rule }) => rule === "rollout/requests")).toEqual([]);
});
