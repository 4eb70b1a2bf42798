import { reportOf } from "./reports.ts";

const findingsOf = (yaml: string) => reportOf({ "a.yaml": yaml }).findings.filter(({ rule }) => rule.startsWith("schema/"));
const object = (apiVersion: string, kind: string, spec: string, metadata = "{ name: a, namespace: shop }") =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: ${metadata}\nspec: ${spec}\n`;

/** A good spec, a part of it, and what that becomes in a bad one; where that is found, as what, and by whose CRD. */
const kinds: readonly (readonly [
  type: string,
  spec: string,
  from: string,
  to: string,
  path: string,
  severity: "error" | "warning",
  message: RegExp,
  source: RegExp,
])[] = [
  [
    "gateway.networking.k8s.io/v1 HTTPRoute",
    "{ parentRefs: [{ name: web }], hostnames: [a.example], rules: [{ matches: [{ path: { type: PathPrefix, value: / } }], backendRefs: [{ name: web, port: 80 }] }] }",
    "type: PathPrefix",
    "type: Prefix",
    "spec.rules[0].matches[0].path.type",
    "error",
    /^expected one of "Exact", "PathPrefix", "RegularExpression", found "Prefix"$/,
    /Gateway API v1/,
  ],
  [
    "cert-manager.io/v1 Certificate",
    "{ secretName: tls, dnsNames: [a.example], issuerRef: { name: ca, kind: ClusterIssuer } }",
    "dnsNames",
    "dnsName",
    "spec.dnsName",
    "warning",
    /^unknown field "dnsName"$/,
    /^Did you mean "dnsNames"\? cert-manager v1[.\d]+ has no such field; the cluster's version may\.$/,
  ],
  [
    "monitoring.coreos.com/v1 ServiceMonitor",
    "{ selector: { matchLabels: { app: web } }, endpoints: [{ port: http, interval: 30s }] }",
    "interval: 30s",
    "interval: 30",
    "spec.endpoints[0].interval",
    "error",
    /^expected a string, found 30$/,
    /Prometheus Operator v/,
  ],
  [
    "keda.sh/v1alpha1 ScaledObject",
    "{ scaleTargetRef: { name: web }, maxReplicaCount: 5, triggers: [{ type: cron, metadata: { start: '0 8 * * *', desiredReplicas: '5' } }] }",
    "desiredReplicas: '5'",
    "desiredReplicas: 5",
    "spec.triggers[0].metadata.desiredReplicas",
    "error",
    /^expected a string, found 5$/,
    /KEDA v2/,
  ],
  [
    "argoproj.io/v1alpha1 Rollout",
    "{ selector: { matchLabels: { app: a } }, strategy: { canary: { steps: [{ setWeight: 20 }, { pause: {} }] } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: 'a:1' }] } } }",
    "setWeight: 20",
    "setWeight: 20%",
    "spec.strategy.canary.steps[0].setWeight",
    "error",
    /^expected an integer, found "20%"$/,
    /Argo Rollouts v1/,
  ],
  [
    "source.toolkit.fluxcd.io/v1 HelmRepository",
    "{ interval: 1h, url: 'https://charts.example' }",
    "url: ",
    "uri: ",
    "spec.uri",
    "warning",
    /^unknown field "uri"$/,
    /Flux source-controller v1/,
  ],
  [
    "networking.istio.io/v1 VirtualService",
    "{ hosts: [a], http: [{ route: [{ destination: { host: a, port: { number: 80 } }, weight: 100 }] }] }",
    "weight: 100",
    "wieght: 100",
    "spec.http[0].route[0].wieght",
    "warning",
    /^unknown field "wieght"$/,
    /Did you mean "weight"\? Istio v1/,
  ],
  [
    "traefik.io/v1alpha1 IngressRoute",
    "{ entryPoints: [web], routes: [{ kind: Rule, match: Host(`a.example`), services: [{ name: a, port: 80 }] }] }",
    "match: Host(`a.example`), ",
    "",
    "spec.routes[0].match",
    "error",
    /^is required but missing$/,
    /^Give what the CRD of Traefik v3[.\d]+ asks for, unless another manager gives it\.$/,
  ],
  [
    "karpenter.sh/v1 NodePool",
    "{ template: { spec: { nodeClassRef: { group: a.example, kind: A, name: a }, requirements: [{ key: kubernetes.io/arch, operator: In, values: [arm64] }] } } }",
    "operator: In",
    "operator: Is",
    "spec.template.spec.requirements[0].operator",
    "error",
    /^expected one of .*, found "Is"$/,
    /Karpenter v1/,
  ],
];

test.each(kinds.map((row) => [row[0], row] as const))("a %s is held against its project's CRD", (_name, row) => {
  const [type, spec, from, to, path, severity, message, source] = row;
  const [apiVersion = "", kind = ""] = type.split(" ");
  const metadata = kind === "NodePool" ? "{ name: a }" : undefined;
  const { findings, coverage } = reportOf({ "a.yaml": object(apiVersion, kind, spec, metadata) });
  expect(findings.filter(({ rule }) => rule.startsWith("schema/"))).toEqual([]);
  expect(coverage.withoutSchema).toEqual([]);
  expect(spec).toContain(from);
  expect(findingsOf(object(apiVersion, kind, spec.replace(from, to), metadata))).toContainEqual(
    expect.objectContaining({
      rule: "schema/fields",
      path,
      severity,
      message: expect.stringMatching(message),
      fix: expect.stringMatching(source),
    }),
  );
});

test("defaults of a CRD count before what it requires: an address of a Gateway without type is an IP address", () => {
  const gateway = (address: string) =>
    object(
      "gateway.networking.k8s.io/v1",
      "Gateway",
      `{ gatewayClassName: a, addresses: [${address}], listeners: [{ name: http, port: 80, protocol: HTTP }] }`,
    );
  expect(findingsOf(gateway("{ value: 10.0.0.1 }"))).toEqual([]);
  expect(findingsOf(gateway("{ type: Hostname, value: a.example }"))).toEqual([]);
});

describe("a kind that the catalogue lacks", () => {
  const kindFindings = (apiVersion: string, kind: string) => findingsOf(object(apiVersion, kind, "{}"));

  test.each([
    ["monitoring.coreos.com", "v1", "ServiceMonitr", "ServiceMonitor"],
    ["monitoring.coreos.com", "v1", "servicemonitor", "ServiceMonitor"],
    ["networking.istio.io", "v1", "VirtualSerivce", "VirtualService"],
  ])("is an error where its name is nearly one of the group: %s/%s %s", (group, version, kind, meant) => {
    const { findings, coverage } = reportOf({ "a.yaml": object(`${group}/${version}`, kind, "{}") });
    expect(findings).toMatchObject([
      {
        rule: "schema/api-version",
        severity: "error",
        path: "kind",
        message: `${group} has no kind "${kind}"`,
        fix: expect.stringContaining(`Did you mean "${meant}"?`),
      },
    ]);
    expect(coverage.withoutSchema).toEqual([]);
  });

  test.each([
    ["a kind that older versions had", "metallb.io/v1beta1", "AddressPool"],
    ["one that isn't near any", "monitoring.coreos.com/v1", "Dashboard"],
    ["one in a group that other projects share", "argoproj.io/v1alpha1", "Dashboard"],
    ["a group that isn't one", "../kubernetes-1.34/v1", "Pod"],
    ["a name of every JavaScript object", "constructor/v1", "toString"],
    ["such a name in a group", "keda.sh/v1alpha1", "constructor"],
  ])("is only listed: %s", (_name, apiVersion, kind) => {
    const { findings, coverage } = reportOf({ "a.yaml": object(apiVersion, kind, "{}") });
    expect(findings).toEqual([]);
    expect(coverage.withoutSchema).toEqual([{ apiVersion, kind, count: 1 }]);
  });

  test("is a warning where its CRD serves other versions, and its fields stay unchecked", () => {
    expect(kindFindings("cert-manager.io/v1alpha2", "Certificate")).toMatchObject([
      {
        severity: "warning",
        path: "apiVersion",
        message: expect.stringMatching(/^cert-manager v1[.\d]+ doesn't serve cert-manager.io\/v1alpha2 Certificate$/),
        fix: expect.stringMatching(/^Use cert-manager.io\/v1,/),
      },
    ]);
    const { coverage } = reportOf({ "a.yaml": object("cert-manager.io/v1alpha2", "Certificate", "{}") });
    expect(coverage.withoutSchema).toEqual([{ apiVersion: "cert-manager.io/v1alpha2", kind: "Certificate", count: 1 }]);
  });
});

describe("a CRD among the manifests", () => {
  const crd = (kind: string, scope: string) =>
    `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ${kind.toLowerCase()}s.monitoring.coreos.com }
spec:
  group: monitoring.coreos.com
  scope: ${scope}
  names: { kind: ${kind}, plural: ${kind.toLowerCase()}s, singular: ${kind.toLowerCase()} }
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object, properties: { mine: { type: integer } } } } } } }]
---
`;

  test("counts instead of the catalogue's, for all versions of its kind", () => {
    const yaml = crd("ServiceMonitor", "Namespaced");
    expect(findingsOf(yaml + object("monitoring.coreos.com/v1", "ServiceMonitor", "{ mine: 1 }"))).toEqual([]);
    expect(findingsOf(yaml + object("monitoring.coreos.com/v1", "ServiceMonitor", "{ selector: {} }"))).toMatchObject([
      { severity: "error", message: 'unknown field "selector"', fix: "There are: mine." },
    ]);
    expect(findingsOf(yaml + object("monitoring.coreos.com/v2", "ServiceMonitor", "{}"))).toMatchObject([
      { rule: "schema/custom-version", severity: "error" },
    ]);
  });

  test("makes a kind known whose name is near to another's", () => {
    expect(findingsOf(crd("ServiceMonitr", "Namespaced") + object("monitoring.coreos.com/v1", "ServiceMonitr", "{}"))).toEqual([]);
  });

  test("says whether its kind has a namespace", () => {
    const twice = ["shop", "other"].map((namespace) =>
      object("monitoring.coreos.com/v1", "ServiceMonitor", "{ mine: 1 }", `{ name: a, namespace: ${namespace} }`),
    );
    expect(findingsOf([crd("ServiceMonitor", "Cluster"), ...twice].join("\n---\n").replace("---\n\n---", "---"))).toContainEqual(
      expect.objectContaining({ rule: "schema/duplicate-object" }),
    );
  });
});

test("a kind whose CRD has no namespaces is one object, whatever namespace manifests give", () => {
  const gatewayClass = (namespace: string) =>
    object("gateway.networking.k8s.io/v1", "GatewayClass", "{ controllerName: a.example/b }", `{ name: a, namespace: ${namespace} }`);
  expect(findingsOf(`${gatewayClass("shop")}---\n${gatewayClass("other")}`)).toContainEqual(
    expect.objectContaining({ rule: "schema/duplicate-object" }),
  );
});

test("rules in CEL are listed as not evaluated", () => {
  const { coverage } = reportOf({
    "a.yaml": object("gateway.networking.k8s.io/v1", "GatewayClass", "{ controllerName: a.example/b }", "{ name: a }"),
  });
  expect(coverage.rulesNotEvaluated).toEqual(["rules of the CRD of gateway.networking.k8s.io/v1 GatewayClass"]);
});

const nodePool = (memory: string) =>
  object(
    "karpenter.sh/v1",
    "NodePool",
    `{ template: { spec: { nodeClassRef: { group: karpenter.k8s.aws, kind: EC2NodeClass, name: a }, requirements: [] } }, limits: { memory: ${memory} } }`,
    "{ name: a }",
  );

test("a quantity of a custom resource may be a number of any size, and is no other text", () => {
  expect(findingsOf(nodePool("1099511627776"))).toEqual([]);
  expect(findingsOf(nodePool("1Ti"))).toEqual([]);
  expect(findingsOf(nodePool("1 TB"))).toMatchObject([
    { severity: "error", path: "spec.limits.memory", message: 'expected a quantity, as 100m, 0.5, 256Mi or 2Gi, found "1 TB"' },
  ]);
  expect(findingsOf(nodePool("null"))).toMatchObject([{ path: "spec.limits.memory", message: expect.stringMatching(/found null/) }]);
});

test("kinds of other groups that are called as one of Kubernetes aren't named by its rules", () => {
  const service = object(
    "serving.knative.dev/v1",
    "Service",
    "{ template: { spec: { containers: [{ image: 'a:1' }] } } }",
    "{ name: 1.a, namespace: shop }",
  );
  expect(findingsOf(service)).toEqual([]);
});
