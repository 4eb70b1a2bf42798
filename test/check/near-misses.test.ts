import { parseAllDocuments } from "yaml";
import { check } from "../../lib/check/index.ts";
import { circlesOf } from "../../lib/check/rules/circles.ts";
import type { KubernetesObject } from "../../lib/manifest/index.ts";
import { slipOf } from "../../lib/problem/index.ts";

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
const certificate = (text: string) => `
apiVersion: v1
kind: Secret
metadata: { name: a, namespace: shop }
type: kubernetes.io/tls
stringData: { tls.crt: "${text}", tls.key: "-----BEGIN PRIVATE KEY-----" }
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

const namespacedRole = (permission: string) => `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: a, namespace: shop }
rules: [{ ${permission} }]
`;
const podWith = (container: string, spec = "") => `
apiVersion: v1
kind: Pod
metadata: { name: a, namespace: shop }
spec: { ${spec}containers: [{ name: a, image: "a:1", ${container} }] }
`;
const script = (emptyAt: string) =>
  podWith(
    `command: [/app/bin/run], volumeMounts: [{ name: files, mountPath: /app }, { name: empty, mountPath: ${emptyAt} }]`,
    "volumes: [{ name: files, configMap: { name: a } }, { name: empty, emptyDir: {} }], ",
  );
const localProbe = (host: string, spec = "") => podWith(`livenessProbe: { httpGet: { host: ${host}, path: /, port: 80 } }`, spec);
const capable = (name: string) => podWith(`securityContext: { capabilities: { drop: [${name}] } }`);
const generated = (spec: string, more = "", generator = "list: { elements: [] }") => `
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: a, namespace: argocd }
spec:
  goTemplate: true
  ${more}
  generators: [{ ${generator} }]
  template: { metadata: { name: a }, spec: { ${spec} } }
`;
const retried = (duration: string) =>
  generated(`source: { repoURL: https://git.example/a.git, path: a }, syncPolicy: { retry: { backoff: { duration: "${duration}" } } }`);
const ignored = (difference: string) =>
  generated(`source: { repoURL: https://git.example/a.git, path: a }, ignoreDifferences: [{ ${difference} }]`);
const sourced = (source: string, more?: string, generator?: string) =>
  generated(`source: { repoURL: https://git.example/a.git, ${source} }`, more, generator);
const weighted = (weights: readonly number[]) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: a, namespace: shop }
spec: { hosts: [a.example], http: [{ route: [${weights.map((weight) => `{ destination: { host: a.example }, weight: ${weight} }`).join(", ")}] }] }
`;
const istioGateway = (tls: string) => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: a, namespace: shop }
spec: { servers: [{ hosts: [a.example], port: { number: 443, name: https, protocol: HTTPS }, tls: { ${tls} } }] }
`;
const kustomization = (name: string, on: readonly string[], namespace = "flux-system") => `
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: { name: ${name}, namespace: ${namespace} }
spec: { interval: 10m, prune: true, path: ./a, sourceRef: { kind: GitRepository, name: fleet }, dependsOn: [${on.map((other) => `{ name: ${other} }`).join(", ")}] }
`;
const peerNetwork = (cidr: string) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: a, namespace: shop }
spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: "${cidr}" } }] }] }
`;
const finalized = (finalizer: string) => `
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: { name: a, namespace: argocd, finalizers: ["${finalizer}"] }
spec: { destinations: [{ namespace: shop, server: "*" }] }
`;
const configured = (items: string) => podWith("", `volumes: [{ name: v, configMap: { name: a, items: [${items}] } }], `);
const limitRange = (limits: string) => `
apiVersion: v1
kind: LimitRange
metadata: { name: a, namespace: shop }
spec: { limits: [{ type: Container, ${limits} }] }
`;

const elements = "list: { elements: [{ env: dev }, { env: prod, region: eu }] }";
const limited = (policy: string, more = "") => `
apiVersion: v1
kind: Pod
metadata: { name: a, namespace: shop, labels: { app: a } }
spec: { containers: [{ name: a, image: "a:1" }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: a, namespace: shop }
spec: { podSelector: {}, ${policy} }
${more}`;
const outward = "egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: 5432 }] }]";
const monitored = (selector: string) => `
apiVersion: v1
kind: Service
metadata: { name: other, namespace: elsewhere, labels: { app: a } }
spec: { selector: { app: a }, ports: [{ name: http, port: 80 }] }
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: a, namespace: shop }
spec: { selector: { ${selector} }, endpoints: [{ port: http }] }
`;
const ruled = (rule: string) => `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: a.shop.example }
spec:
  group: shop.example
  scope: Namespaced
  names: { kind: A, plural: a, singular: a, listKind: AList }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              x-kubernetes-validations: [{ rule: ${JSON.stringify(rule)} }]
              properties:
                template: { type: object, x-kubernetes-embedded-resource: true, properties: { spec: { type: object } } }
`;

const cases: readonly (readonly [rule: string, wrong: readonly string[], right: readonly string[]])[] = [
  [
    "rollout/application-set-parameters",
    [generated("", "", elements), generated("", "", elements).replace("name: a }, spec", 'name: "a-{{.region}}" }, spec')],
    [
      generated("", "", `${elements}, selector: { matchLabels: { env: prod } }`),
      generated("", "templatePatch: 'metadata: { name: b }'", elements),
      generated("", "", elements).replace("name: a }, spec", 'name: "a-{{.env}}" }, spec'),
    ],
  ],
  [
    "references/policy-dns",
    [limited(outward), limited(`policyTypes: [Ingress, Egress], ${outward}`)],
    [
      limited(`policyTypes: [Ingress], ${outward}`),
      limited(outward, "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: a, namespace: shop }\n"),
      limited("egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/8 } }], ports: [{ port: 5432 }] }]"),
      limited("policyTypes: [Egress]"),
    ],
  ],
  [
    "references/monitor",
    [monitored("matchLabels: { app: a }"), monitored("matchExpressions: [{ key: app, operator: Exists }]")],
    [monitored("matchExpressions: [{ key: skip, operator: DoesNotExist }]"), monitored("")],
  ],
  [
    "schema/custom-definition",
    [ruled("self.template.size > 1"), ruled("self.size > 1")],
    [ruled("self.template.kind == 'Pod'"), ruled(`self.template.spec == '${'\\"'.repeat(10_000)}'`)],
  ],
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
    [...["nope", "[]", '"auths"', ""].map(credentials), ...["placeholder", "-----BEGIN CERTIFICATE----- placeholder"].map(certificate)],
    [...['{"auths":{}}', "{{ .Values.credentials }}", `\${CREDENTIALS}`].map(credentials), certificate(`\${CERTIFICATE}`)],
  ],
  [
    "rollout/application-set-template",
    [applicationSet(true, "{{name}}"), applicationSet(true, "{{path.basename}}"), applicationSet(false, "{{ .name }}")],
    [applicationSet(true, "{{ .name | lower }}{{ if .a }}{{ end }}"), applicationSet(false, "{{name}}")],
  ],
  [
    "references/role-rule",
    [
      'apiGroups: [""], resources: [secrets], resourceNames: [vault], verbs: [create]',
      'apiGroups: [""], resources: [nodes], verbs: [get]',
    ].map(namespacedRole),
    [
      'apiGroups: [""], resources: [serviceaccounts/token], resourceNames: [vault], verbs: [create]',
      'apiGroups: [""], resources: ["*"], resourceNames: [vault], verbs: [create]',
      'apiGroups: [""], resources: [namespaces], verbs: [get, update, delete]',
    ].map(namespacedRole),
  ],
  ["rollout/command", [script("/data"), script("/app/bi")], [script("/app/bin"), script("/app/bin/")]],
  [
    "rollout/probe",
    [localProbe("localhost"), localProbe("127.0.0.1", "hostNetwork: false, ")],
    [localProbe("127.0.0.1", "hostNetwork: true, ")],
  ],
  ["rollout/capability", ["SYS_", "CAP_NET_RAW", "NET"].map(capable), ["all", "All", "ALL", "SYS_ADMIN"].map(capable)],
  [
    "fleet/source",
    [
      ...[sourced("path: a, chart: b, targetRevision: 1.0.0"), sourced("helm: {}"), sourced("chart: b")],
      ...[retried("5 minutes"), ignored('jsonPointers: ["spec"]'), ignored("group: apps/v1"), sourced('path: a, helm: { values: "a: [" }')],
    ],
    [
      ...[
        sourced('path: "{{ .path }}", chart: "{{ .chart }}"'),
        sourced('path: a, chart: "{{ .chart }}"'),
        sourced('chart: "{{ .chart }}"'),
      ],
      ...[sourced("helm: {}", 'templatePatch: "spec: {}"'), sourced("chart: b", "", "list: { elements: [], template: { spec: {} } }")],
      ...["5s", "1h30m", "10µs", "10μs", "{{ .time }}", "{{ .minutes }}m"].map(retried),
      ...[ignored('jsonPointers: ["{{ .pointer }}"]'), ignored('group: "{{ .group }}/{{ .more }}"')],
      sourced("path: a, helm: { valueFiles: [$values/a.yaml] }", 'templatePatch: "spec: {}"'),
    ],
  ],
  [
    "rollout/istio-field",
    [istioGateway("mode: SIMPLE")],
    [weighted([1, 1]), weighted([60, 30]), istioGateway("mode: SIMPLE, credentialName: a")],
  ],
  [
    "schema/address-form",
    ["10.0.0.5/8", "010.0.0.0/8", "10.0.0.0/08", "2001:DB8::/32", "2001:db8:0::/32", "2001:db8::1/32", "::ffff:10.0.0.0/104"].map(
      peerNetwork,
    ),
    ["10.0.0.0/8", "10.0.0.5/32", "0.0.0.0/0", "::/0", "2001:db8::/32", "2001:db8::1/128"].map(peerNetwork),
  ],
  [
    "schema/server-warning",
    [
      podWith("ports: [{ containerPort: 80, hostIP: 10.0.0.1 }]"),
      podWith("ports: [{ name: a, containerPort: 80 }, { name: a, containerPort: 81 }]"),
      ...["{ key: a, path: a }, { key: b, path: a/b }", "{ key: a, path: a/b }, { key: b, path: a/ }"].map(configured),
      ...["shop.example", "cleanup"].map(finalized),
    ],
    [
      podWith("ports: [{ containerPort: 80, hostPort: 80, hostIP: 10.0.0.1 }, { containerPort: 80, protocol: UDP }]"),
      ...["{ key: a, path: a }, { key: b, path: ab }", "{ key: a, path: a/b }, { key: b, path: a/c }"].map(configured),
      ...["shop.example/cleanup", "foregroundDeletion", "resources-finalizer.argocd.argoproj.io"].map(finalized),
    ],
  ],
  [
    "references/flux-dependency",
    [
      kustomization("a", ["a"]),
      [kustomization("a", ["b"]), kustomization("b", ["c"]), kustomization("c", ["a"])].join("---\n"),
      [kustomization("a", ["b"]), kustomization("b", [], "shop")].join("---\n"),
    ],
    [[kustomization("a", ["b", "c"]), kustomization("b", ["d"]), kustomization("c", ["d"]), kustomization("d", [])].join("---\n")],
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

const fixesIn = (yaml: string, rule: string) => findingsIn(yaml).flatMap((finding) => (finding.rule === rule ? [finding.fix] : []));

test("no fix guesses a capability from the letters it begins with", () => {
  expect(fixesIn(capable("SYS_"), "rollout/capability").join()).not.toContain("SYS_ADMIN");
});

test("a missing dependency isn't taken for the object itself or for an object of another namespace", () => {
  const alone = [kustomization("platform-a", ["platform-b"]), kustomization("platform-c", [], "shop")].join("---\n");
  const meant = `${alone}---\n${kustomization("platform-c", [])}`;
  expect(fixesIn(alone, "references/flux-dependency").join()).not.toContain("platform-");
  expect(fixesIn(meant, "references/flux-dependency").join()).toContain("platform-c");
});

test("only those in a circle wait for each other, not those that wait for the circle", () => {
  const all = [kustomization("a", ["b"]), kustomization("b", ["c"]), kustomization("c", ["b"])].join("---\n");
  const found = findingsIn(all).filter(({ rule }) => rule === "references/flux-dependency");
  expect(found.map(({ message }) => message)).toEqual([
    'Kustomization "c" waits for this one, at once or by others',
    'Kustomization "b" waits for this one, at once or by others',
  ]);
});

test("circles are found in a chain of thousands, without recursion and in time in proportion to its length", () => {
  const length = 50_000;
  const chain = [...Array(length).keys()].map((index): [string, string[]] => [`${index}`, index + 1 < length ? [`${index + 1}`] : []]);
  expect(new Set(circlesOf(new Map(chain)).values()).size).toBe(length);
  const places = chain.map(([place]) => place);
  const circle = new Map([["all", places] as const, ...chain, [`${length - 1}`, ["0"]] as const]);
  expect(new Set(circlesOf(circle).values()).size).toBe(2);
});

test("a missing Gateway of Istio has a fix of its own", () => {
  const route = (gateway: string) => weighted([1]).replace("spec: {", `spec: { gateways: [${gateway}],`);
  const gateway = istioGateway("mode: SIMPLE, credentialName: a").replace("name: a,", "name: public-web,");
  expect(fixesIn(`${route("public-wbe")}---\n${gateway}`, "references/istio-target")).toEqual(['Did you mean "public-web"?']);
  expect(fixesIn(`${route("other")}---\n${gateway}`, "references/istio-target").join()).toContain("an existing Gateway");
});

test("the path of a limit quotes the name of a resource that isn't plain", () => {
  const range = limitRange('defaultRequest: { nvidia.com/gpu: "2" }, default: { nvidia.com/gpu: "1" }');
  const paths = findingsIn(range).flatMap(({ rule, path }) => (rule === "schema/limits" ? [path] : []));
  expect(paths).toEqual(['spec.limits[0].defaultRequest["nvidia.com/gpu"]']);
});

test.each(["int", "integer"])("a field of a CRD has a type of OpenAPI 3: %s", (type) => {
  const crd = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: as.shop.example }
spec:
  group: shop.example
  scope: Namespaced
  names: { kind: A, plural: as }
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, properties: { a: { type: ${type} } } } } }]
`;
  const path = "spec.versions[0].schema.openAPIV3Schema.properties.a.type";
  expect(
    findingsIn(crd)
      .filter((finding) => finding.path === path)
      .map(({ severity }) => severity),
  ).toEqual(type === "int" ? ["error"] : []);
});

test("a slip of a name is found among thousands of names", () => {
  const names = Array.from({ length: 4000 }, (_item, index) => `settings-${index}-shop`);
  const [first = ""] = names;
  expect([slipOf("setings-0-shop", names), slipOf("settings-0-shopx", names), slipOf("other-0-shop", names), slipOf(first, names)]).toEqual(
    [first, first, undefined, first],
  );
});
