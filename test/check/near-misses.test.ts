import { parseAllDocuments } from "yaml";
import { check } from "../../lib/check/index.ts";
import type { KubernetesObject } from "../../lib/manifest/index.ts";

function findingsIn(yaml: string) {
  const manifests = parseAllDocuments(yaml).map((document) => ({ object: document.toJS() as KubernetesObject, app: "web" }));
  return check([{ name: "test", kubernetes: "1.34", manifests }], "2030-01-01").findings;
}
const reported = (yaml: string) => findingsIn(yaml).map(({ rule }) => rule);

const pod = (image: string) => `
apiVersion: v1
kind: Pod
metadata: { name: a, namespace: shop }
spec: { containers: [{ name: a, image: "${image}" }] }
`;
const role = (groups: string, resource: string) => `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: a }
rules: [{ apiGroups: [${groups}], resources: ["${resource}"], verbs: [get] }]
`;
const schedule = (text: string) => `
apiVersion: batch/v1
kind: CronJob
metadata: { name: a, namespace: shop }
spec:
  schedule: "${text}"
  jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: a:1 }] } } } }
`;
const credentials = (text: string) => `
apiVersion: v1
kind: Secret
metadata: { name: a, namespace: shop }
type: kubernetes.io/dockerconfigjson
stringData: { .dockerconfigjson: '${text}' }
`;
const applicationSet = (isGo: boolean, name: string) => `
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: a, namespace: argocd }
spec:
  goTemplate: ${isGo}
  generators: [{ list: { elements: [{ name: dev }] } }]
  template:
    metadata: { name: "${name}" }
    spec: { project: default, source: { repoURL: https://git.example/a.git, path: a }, destination: { name: in-cluster, namespace: a } }
`;

const cases: readonly (readonly [rule: string, wrong: readonly string[], right: readonly string[]])[] = [
  [
    "rollout/image",
    [
      "shop/Web:1",
      "web:1:2",
      "https://ghcr.io/shop/web:1",
      "shop/my web:1",
      "web@sha256:abc",
      "web:",
      "web:1@",
      "/web:1",
      `web:\${TAG}`,
      "$(IMAGE)",
    ].map(pod),
    ["localhost:5000/web:v1_2", `web@sha256:${"0".repeat(64)}`, `web@sha512:${"0".repeat(128)}`, "ko://example.com/cmd"].map(pod),
  ],
  [
    "references/role-resource",
    [role('""', "pod"), role('""', "ConfigMaps"), role('""', "deployments"), role('""', "pods/logs"), role("apps, batch", "ingresses")],
    [
      ...[role('"", metrics.k8s.io', "pod"), role('""', "*"), role("apps", "*/scale"), role("apps", "deployments/finalizers")],
      ...[role('"", apps', "deployments"), role("example.com", "Thing"), role('""', "endpoints"), role("policy", "podsecuritypolicies")],
    ],
  ],
  [
    "rollout/schedule",
    ["0 3 31 2 *", "0 3 30,31 feb *", "0 3 31 4,jun,9-9 *", "0 0 31 4-5/2 ?"].map(schedule),
    ["0 3 29 2 *", "0 3 31 2 mon", "@daily", "0 3 */31 2 *", "0 3 31 4-5 *"].map(schedule),
  ],
  [
    "schema/data",
    ["nope", "[]", '"auths"', ""].map(credentials),
    ['{"auths":{}}', "{{ .Values.credentials }}", `\${CREDENTIALS}`].map(credentials),
  ],
  [
    "rollout/application-set-template",
    [applicationSet(true, "{{name}}"), applicationSet(true, "{{path.basename}}"), applicationSet(false, "{{ .name }}")],
    [applicationSet(true, "{{ .name | lower }}{{ if .a }}{{ end }}"), applicationSet(false, "{{name}}")],
  ],
];

test.each(cases)("%s tells what is wrong from what only looks like it", (rule, wrong, right) => {
  expect(wrong.filter((yaml) => !reported(yaml).includes(rule))).toEqual([]);
  expect(right.filter((yaml) => reported(yaml).includes(rule))).toEqual([]);
});

test("what kinds without schema hold in place of what is expected breaks no rule", () => {
  const kinds = ["keda.sh/ScaledObject", "networking.istio.io/VirtualService", "networking.istio.io/DestinationRule"];
  const all = [...kinds, "monitoring.coreos.com/ServiceMonitor", "monitoring.coreos.com/PodMonitor", "cert-manager.io/Certificate"];
  const gateways = ["Gateway", "HTTPRoute", "ReferenceGrant"].map((kind) => `gateway.networking.k8s.io/${kind}`);
  const others = [
    "argoproj.io/Rollout",
    "argoproj.io/Application",
    "autoscaling.k8s.io/VerticalPodAutoscaler",
    "security.istio.io/AuthorizationPolicy",
  ];
  const flux = ["kustomize.toolkit.fluxcd.io/Kustomization", "helm.toolkit.fluxcd.io/HelmRelease"];
  const specs = [
    "null",
    "[1]",
    "3",
    "{ rules: [null, 1, { backendRefs: [3, null], filters: [null] }], listeners: [null, { tls: 3 }], parentRefs: [null, { name: 3 }] }",
    "{ source: 3, sources: [null, { helm: [1] }], dependsOn: [null, 3], strategy: { canary: { steps: [null] } }, resourcePolicy: [1] }",
    "{ http: [null, { route: [1] }], host: 3, subsets: [null], endpoints: [null], selector: { matchLabels: [1] } }",
  ];
  for (const spec of specs) {
    const objects = [...all, ...gateways, ...others, ...flux].map((kind) => {
      const [group, name] = kind.split("/");
      return `apiVersion: ${group}/v1\nkind: ${name}\nmetadata: { name: a, namespace: shop }\nspec: ${spec}\n`;
    });
    expect(findingsIn(objects.join("---\n")).filter(({ message }) => message.startsWith("the rule "))).toEqual([]);
  }
});
