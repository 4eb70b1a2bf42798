import { silentLosses } from "../../lib/upgrade/silent-losses.ts";
import { objectOf } from "./old-objects.ts";

const autoscaler = (apiVersion: string) =>
  objectOf("autoscaling/v2", "HorizontalPodAutoscaler", {
    spec: { maxReplicas: 3, scaleTargetRef: { apiVersion, kind: "Deployment", name: "web" } },
  });

test.each([
  ["extensions/v1beta1", "finds no target"],
  ["apps/v1beta2", "finds its target by group and kind all the same"],
])("an autoscaler whose target is %s is reported", (apiVersion, effect) => {
  expect(silentLosses(autoscaler(apiVersion), "1.34", "1.37")).toEqual([
    {
      kind: "reference-lost",
      path: "spec.scaleTargetRef.apiVersion",
      message: expect.stringContaining(effect),
      fix: "Use apps/v1.",
    },
  ]);
});

test.each(["apps/v1", "argoproj.io/v1alpha1", ""])("an autoscaler whose target is %j isn't", (apiVersion) => {
  expect(silentLosses(autoscaler(apiVersion), "1.34", "1.37")).toEqual([]);
});

const seccompProfile = { type: "RuntimeDefault" };
const pods = (pod: object = {}, container: object = {}) =>
  objectOf("apps/v1", "Deployment", {
    spec: {
      template: {
        metadata: {
          annotations: {
            "seccomp.security.alpha.kubernetes.io/pod": "runtime/default",
            "container.seccomp.security.alpha.kubernetes.io/web": "localhost/web.json",
          },
        },
        spec: { ...pod, containers: [{ name: "web", image: "web:1", ...container }] },
      },
    },
  });
const lost = (object: ReturnType<typeof pods>, from = "1.26", to = "1.27") => silentLosses(object, from, to).map(({ path }) => path);
const annotations = "spec.template.metadata.annotations";
const [ofPod, ofContainer] = ["seccomp.security.alpha.kubernetes.io/pod", "container.seccomp.security.alpha.kubernetes.io/web"].map(
  (key) => `${annotations}["${key}"]`,
);

test("pods lose a seccomp profile that an annotation gives, on the way past 1.27 only", () => {
  expect(lost(pods())).toEqual([ofPod, ofContainer]);
  expect(lost(pods(), "1.24", "1.37")).toEqual([ofPod, ofContainer]);
  expect(lost(pods(), "1.27", "1.37")).toEqual([]);
  expect(lost(objectOf("apps/v1", "Deployment", { spec: { template: { metadata: { annotations: null } } } }))).toEqual([]);
});

test("a profile in securityContext stays", () => {
  expect(lost(pods({ securityContext: { seccompProfile } }))).toEqual([ofContainer]);
  expect(lost(pods({}, { securityContext: { seccompProfile } }))).toEqual([ofPod]);
});
