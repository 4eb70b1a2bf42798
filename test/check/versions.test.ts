import { parseAllDocuments } from "yaml";
import { check } from "../../lib/check/index.ts";
import { knownVersions } from "../../lib/kubernetes/schema/load.ts";
import type { KubernetesObject } from "../../lib/manifest/index.ts";

const findingsIn = (yaml: string, kubernetes: string) =>
  check(
    [
      {
        name: "test",
        kubernetes,
        manifests: parseAllDocuments(yaml).map((document) => ({ object: document.toJS() as KubernetesObject, app: "a" })),
      },
    ],
    "2030-01-01",
  ).findings.filter(({ severity }) => severity === "error");

test("every minor version from the oldest to the newest has a schema of its own", () => {
  const versions = knownVersions();
  expect(versions).toEqual(Array.from(versions, (_version, index) => `1.${27 + index}`));
});

/** Fields by the first version that has them, each in the object that `manifest` puts it in. */
const fields: readonly [field: string, since: number, manifest: (field: string) => string][] = [
  [
    "restartPolicy",
    28,
    (field) => `
apiVersion: v1
kind: Pod
metadata: { name: a }
spec: { initContainers: [{ name: b, image: a:1, ${field}: Always }], containers: [{ name: a, image: a:1 }] }
`,
  ],
  [
    "trafficDistribution",
    30,
    (field) => `
apiVersion: v1
kind: Service
metadata: { name: a }
spec: { type: ExternalName, externalName: a.example, ${field}: PreferClose }
`,
  ],
  [
    "supplementalGroupsPolicy",
    31,
    (field) => `
apiVersion: v1
kind: Pod
metadata: { name: a }
spec: { securityContext: { ${field}: Strict }, containers: [{ name: a, image: a:1 }] }
`,
  ],
];

test.each(fields)("%s is unknown before 1.%d, and known from there on", (field, since, manifest) => {
  const unknown = (minor: number) => findingsIn(manifest(field), `1.${minor}`).map(({ message }) => message);
  expect(unknown(since - 1)).toEqual([`unknown field "${field}"`]);
  expect(unknown(since)).toEqual([]);
});

describe("what the newest version does otherwise", () => {
  const messages = (yaml: string, minor: number) =>
    findingsIn(yaml, `1.${minor}`)
      .filter(({ rule }) => rule.startsWith("schema/"))
      .map(({ path, message }) => `${path} ${message}`);
  const autoscaler = (metrics: string) => `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: a, namespace: shop }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a }, minReplicas: 0, maxReplicas: 3, metrics: [${metrics}] }
`;
  const external = "{ type: External, external: { metric: { name: jobs }, target: { type: Value, value: 1 } } }";
  const resource = "{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 50 } } }";

  test("an autoscaler may go to zero from 1.37 on, by a metric that can bring it back", () => {
    expect(messages(autoscaler(external), 36)).toEqual([expect.stringMatching(/^spec\.minReplicas expected at least 1, found 0/)]);
    expect(messages(autoscaler(external), 37)).toEqual([]);
    expect(messages(autoscaler(resource), 37)).toEqual([expect.stringMatching(/^spec\.metrics has no metric of type Object or External/)]);
  });

  test("names of the API server's own configuration are refused from 1.37 on", () => {
    const policy = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: a.static.k8s.io }
`;
    expect(messages(policy, 36)).toEqual([]);
    expect(messages(policy, 37)).toEqual([expect.stringMatching(/^metadata\.name ends in \.static\.k8s\.io/)]);
  });
});
