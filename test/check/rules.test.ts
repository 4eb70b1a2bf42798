import { parseAllDocuments } from "yaml";
import { type CheckedEnvironment, check, rules } from "../../lib/check/index.ts";

const today = "2030-01-01";
const objectsIn = (yaml: string) => parseAllDocuments(yaml, { uniqueKeys: false }).map((document) => document.toJS());
const checked = (yaml: string, more: Partial<CheckedEnvironment> = {}) =>
  check(
    [{ name: "test", kubernetes: "1.34", manifests: objectsIn(yaml).map((object) => ({ object, app: "demo", file: "a.yaml" })), ...more }],
    today,
  ).findings;

/** A small app that every rule is content with. */
const good = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { pod-security.kubernetes.io/enforce: restricted } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: web-config, namespace: shop }
data: { LOG_LEVEL: info }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: web, namespace: shop }
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: web-secrets, namespace: shop }
spec:
  secretStoreRef: { name: vault, kind: SecretStore }
  target: { name: web-secrets }
  data: [{ secretKey: DATABASE_PASSWORD, remoteRef: { key: shop/web } }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      serviceAccountName: web
      securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }
      initContainers:
        - name: proxy
          image: proxy:1
          restartPolicy: Always
          resources: { requests: { cpu: 10m, memory: 16Mi } }
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }
      containers:
        - name: web
          image: web:1
          ports: [{ name: http, containerPort: 8080 }]
          envFrom: [{ configMapRef: { name: web-config } }, { secretRef: { name: not-there, optional: true } }]
          env:
            - name: DATABASE_PASSWORD
              valueFrom: { secretKeyRef: { name: web-secrets, key: DATABASE_PASSWORD } }
          readinessProbe: { httpGet: { path: /ready, port: http } }
          resources: { requests: { cpu: 100m, memory: 128Mi }, limits: { memory: 128Mi } }
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: http }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop, annotations: { cert-manager.io/cluster-issuer: public } }
spec:
  tls: [{ hosts: [shop.example], secretName: web-tls }]
  rules:
    - host: shop.example
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { name: http } } } }] }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: shop }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  minReplicas: 2
  maxReplicas: 5
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web, namespace: shop }
spec: { minAvailable: 1, selector: { matchLabels: { app: web } } }
---
apiVersion: batch/v1
kind: Job
metadata: { name: migrate, namespace: shop, annotations: { argocd.argoproj.io/hook: Sync, argocd.argoproj.io/sync-wave: "-1" } }
spec:
  template:
    metadata: { labels: { app: web-migrate } }
    spec:
      restartPolicy: Never
      securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }
      containers:
        - name: migrate
          image: web:1
          resources: { requests: { memory: 64Mi } }
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }
`;

test("an app that does everything right has no findings, in any version there is a schema for", () => {
  for (const kubernetes of ["1.33", "1.34", "1.37"]) expect(checked(good, { kubernetes })).toEqual([]);
});

/** These find what isn't in any object: tests of their own show them. */
const elsewhere = new Set([
  "schema/yaml",
  "schema/source",
  "schema/duplicate-key",
  "fleet/waiver",
  "fleet/foreign-file",
  "fleet/snapshot-version",
]);
test.each(rules.filter(({ id }) => !elsewhere.has(id)).map((rule) => [rule.id, rule] as const))(
  "%s reports its bad example",
  (id, rule) => {
    const findings = checked(rule.bad).filter((finding) => finding.rule === id);
    expect(findings).not.toEqual([]);
    expect(findings[0]).toMatchObject({ environment: "test", app: "demo", file: "a.yaml", fix: expect.stringMatching(/./) });
  },
);

test.each(rules.filter(({ id }) => !elsewhere.has(id)).map((rule) => [rule.id, rule] as const))(
  "%s reports nothing in its good example",
  (id, rule) => {
    expect(checked(rule.good).filter((finding) => finding.rule === id)).toEqual([]);
  },
);

test("every rule has an id of its own, and says why, how to fix it, and its source", () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  for (const { id, family, why, fix, source } of rules) {
    expect(id.startsWith(`${family}/`)).toBe(true);
    expect(why.length).toBeGreaterThan(40);
    expect(fix.length).toBeGreaterThan(10);
    expect(source).toMatch(/^https:\/\//);
  }
});

type Case = readonly [what: string, from: string, to: string, rule: string, path: string, message: RegExp, fix?: RegExp];
const cases: readonly Case[] = [
  [
    "a misspelt field",
    "serviceAccountName: web",
    "serviceAcountName: web",
    "schema/fields",
    "spec.template.spec.serviceAcountName",
    /unknown field/,
    /Did you mean "serviceAccountName"/,
  ],
  ["a number for a string", "LOG_LEVEL: info", "LOG_LEVEL: 1", "schema/fields", "data.LOG_LEVEL", /expected a string, found 1/],
  [
    "a bad quantity",
    "cpu: 100m",
    "cpu: 100mm",
    "schema/fields",
    "spec.template.spec.containers[0].resources.requests.cpu",
    /a quantity.*found "100mm"/,
  ],
  ["a removed API", "policy/v1\n", "policy/v1beta1\n", "schema/api-version", "apiVersion", /was removed in Kubernetes 1.25/, /policy\/v1/],
  [
    "a misspelt kind",
    "kind: PodDisruptionBudget",
    "kind: PodDisruptionBuget",
    "schema/api-version",
    "kind",
    /has no kind/,
    /Did you mean "PodDisruptionBudget"/,
  ],
  [
    "more asked for than allowed",
    "requests: { cpu: 100m, memory: 128Mi }",
    "requests: { cpu: 100m, memory: 1Gi }",
    "schema/container",
    "spec.template.spec.containers[0].resources.requests.memory",
    /more than its limit/,
  ],
  [
    "a key that isn't there",
    "key: DATABASE_PASSWORD",
    "key: DATABASE_PASWORD",
    "references/configuration",
    "spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.key",
    /has no key/,
    /Did you mean "DATABASE_PASSWORD"/,
  ],
  [
    "a ConfigMap that isn't there",
    "configMapRef: { name: web-config }",
    "configMapRef: { name: web-confg }",
    "references/configuration",
    "spec.template.spec.containers[0].envFrom[0].configMapRef.name",
    /nothing creates the ConfigMap/,
    /Did you mean "web-config"/,
  ],
  [
    "a port that isn't there",
    "targetPort: http",
    "targetPort: https",
    "references/service-target-port",
    "spec.ports[0].targetPort",
    /opens "https"/,
    /It opens: http/,
  ],
  [
    "a certificate nobody makes",
    "cert-manager.io/cluster-issuer: public",
    "other: public",
    "references/ingress-tls",
    "spec.tls[0].secretName",
    /nothing creates the Secret "web-tls"/,
  ],
  [
    "a sidecar that may escalate",
    "memory: 16Mi } }\n          securityContext: { allowPrivilegeEscalation: false,",
    "memory: 16Mi } }\n          securityContext: {",
    "security/pod-standard",
    "spec.template.spec.initContainers[0].securityContext.allowPrivilegeEscalation",
    /restricted asks for/,
  ],
  ["a budget of all pods", "minAvailable: 1", "minAvailable: 2", "rollout/blocking-budget", "spec.minAvailable", /requires 2 of 2 pods/],
  [
    "a number of pods beside an autoscaler",
    "spec:\n  selector: { matchLabels",
    "spec:\n  replicas: 3\n  selector: { matchLabels",
    "rollout/autoscaled-replicas",
    "spec.replicas",
    /scales it/,
  ],
  [
    "a hook Argo CD doesn't know",
    "hook: Sync",
    "hook: Presync",
    "rollout/argocd-annotation",
    'metadata.annotations["argocd.argoproj.io/hook"]',
    /no hook "Presync"/,
  ],
];
test.each(cases.map((row) => [row[0], row] as const))("%s", (_name, [, from, to, rule, path, message, fix]) => {
  expect(good).toContain(from);
  const found = checked(good.replace(from, to)).filter((finding) => finding.rule === rule);
  expect(found).toEqual([expect.objectContaining({ path, message: expect.stringMatching(message) })]);
  if (fix) expect(found[0]?.fix).toMatch(fix);
});

test("an object that doesn't fit its schema is no reason for others to miss it", () => {
  const findings = checked(good.replace("LOG_LEVEL: info", "LOG_LEVEL: 1"));
  expect(findings.filter(({ rule }) => rule.startsWith("references/"))).toEqual([]);
});

test("an object of a kind nobody knows is taken as it is; where its CRD is there, it is held against it", () => {
  const cache = "apiVersion: shop.example/v1\nkind: Cache\nmetadata: { name: a, namespace: shop }\nspec: { size: large }\n";
  expect(checked(cache)).toEqual([]);
  const crd = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: caches.shop.example }
spec:
  group: shop.example
  scope: Namespaced
  names: { kind: Cache, plural: caches }
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object, properties: { size: { type: integer } } } } } } }]
`;
  expect(checked(`${crd}---\n${cache}`)).toMatchObject([
    { rule: "schema/fields", path: "spec.size", message: 'expected an integer, found "large"' },
  ]);
});

test("alternatives that a CRD asks for beside types are held and named, and decide on no other fields", () => {
  const crd = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: caches.shop.example }
spec:
  group: shop.example
  scope: Namespaced
  names: { kind: Cache, plural: caches }
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
              minProperties: 1
              properties: { size: { type: integer, multipleOf: 2 }, memory: { type: string }, disk: { type: string } }
              oneOf: [{ required: [memory] }, { required: [disk] }]
`;
  const messages = (spec: string) =>
    checked(`${crd}---\napiVersion: shop.example/v1\nkind: Cache\nmetadata: { name: a, namespace: shop }\nspec: ${spec}\n`).map(
      ({ message }) => message,
    );
  expect(messages("{ size: 2, memory: 1Gi }")).toEqual([]);
  expect(messages("{ size: 3, disk: 1Gi }")).toEqual(["expected a multiple of 2, found 3"]);
  expect(messages("{ memory: a, disk: b }")).toEqual(["expected exactly one of 2 alternatives, found 2: with memory; with disk"]);
  expect(messages("{}")).toEqual([
    "expected at least 1 field, found 0",
    "expected exactly one of 2 alternatives, found none: with memory: memory is required but missing; with disk: disk is required but missing",
  ]);
  expect(messages("{ size: null, disk: b }")).toEqual(["expected a value of type integer, found null"]);
});

test("kinds and fields that a later version removes are reported, with what to use", () => {
  const yaml =
    "apiVersion: admissionregistration.k8s.io/v1beta1\nkind: ValidatingAdmissionPolicy\nmetadata: { name: a }\nspec: { validations: [{ expression: 'true' }] }\n";
  const findings = checked(yaml, { kubernetes: "1.33" });
  expect(findings).toMatchObject([
    { rule: "schema/api-version", severity: "warning", message: expect.stringMatching(/was removed in Kubernetes 1.34/) },
  ]);
  expect(findings[0]?.fix).toMatch(/admissionregistration.k8s.io\/v1,/);
  const pod =
    "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { workloadRef: { name: a, podGroup: b }, containers: [{ name: a, image: a:1, resources: { requests: { memory: 1Mi } } }] }\n";
  expect(checked(pod, { kubernetes: "1.35" })).toMatchObject([{ path: "spec.workloadRef", severity: "warning" }]);
  expect(checked(pod, { kubernetes: "1.36" })).toMatchObject([{ path: "spec.workloadRef", severity: "error" }]);
});

test("a variable of a file is refused by 1.34, which drops its source, and taken from 1.35 on", () => {
  const pod =
    "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { volumes: [{ name: v, emptyDir: {} }], containers: [{ name: a, image: a:1, env: [{ name: A, valueFrom: { fileKeyRef: { volumeName: v, path: a, key: A } } }], resources: { requests: { memory: 1Mi } } }] }\n";
  expect(checked(pod, { kubernetes: "1.34" })).toMatchObject([
    { path: "spec.containers[0].env[0].valueFrom.fileKeyRef", severity: "error" },
  ]);
  expect(checked(pod, { kubernetes: "1.35" })).toEqual([]);
});

test("null is read as the server reads it: an absent field, an empty entry", () => {
  const withNull = good
    .replace("envFrom: [", "args: [null]\n          envFrom: [")
    .replace("ports: [{ name: http, port: 80", "clusterIP: null, ports: [{ name: http, port: 80");
  expect(checked(withNull)).toMatchObject([
    { rule: "schema/fields", severity: "warning", path: "spec.template.spec.containers[0].args[0]", message: "the entry is null" },
  ]);
});

test("the order of findings doesn't follow that of manifests", () => {
  const yaml = cases.reduce((text, [, from, to]) => text.replace(from, to), good);
  const turned = yaml.split("---\n").reverse().join("\n---\n");
  expect(checked(yaml).length).toBeGreaterThan(5);
  expect(checked(turned)).toEqual(checked(yaml));
});

describe("waivers", () => {
  const broken = good.replace("image: web:1\n          ports", "image: web:latest\n          ports");
  const waiver = { rule: "security/image-tag", resource: "Deployment web", reason: "the vendor pushes latest only", until: "2030-06-30" };
  const withWaiver = (change: object, yaml = broken) =>
    checked(yaml, { waivers: { vendor: { ...waiver, ...change } }, waiverFile: "overlays/test/index.ts" });

  test("cover their rule and object until their day", () => {
    expect(withWaiver({})).toMatchObject([{ rule: "security/image-tag", waived: { reason: waiver.reason, until: waiver.until } }]);
  });
  test("that ran out are a warning, and the finding is back", () => {
    const findings = withWaiver({ until: "2029-12-31" });
    expect(findings).toMatchObject([
      {
        rule: "fleet/waiver",
        severity: "warning",
        file: "overlays/test/index.ts",
        message: expect.stringMatching(/ran out on 2029-12-31/),
      },
      { rule: "security/image-tag" },
    ]);
    expect(findings[1]?.waived).toBeUndefined();
  });
  test("name a namespace where only its object is meant", () => {
    expect(withWaiver({ resource: "Deployment shop/web" })).toMatchObject([{ waived: { until: waiver.until } }]);
    expect(withWaiver({ resource: "Deployment other/web" }).map(({ rule, waived }) => [rule, waived])).toEqual([
      ["fleet/waiver", undefined],
      ["security/image-tag", undefined],
    ]);
  });
  test("that cover nothing are a warning", () => {
    expect(withWaiver({}, good)).toMatchObject([{ rule: "fleet/waiver", message: expect.stringMatching(/covers nothing/) }]);
  });
});

test("an address in another form is refused since Kubernetes 1.36, but for IPv6 that is only longer", () => {
  const policy = (cidr: string) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: a, namespace: shop }
spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: "${cidr}" } }] }] }
`;
  const severityOf = (cidr: string, kubernetes: string) =>
    checked(policy(cidr), { kubernetes }).find(({ rule }) => rule === "schema/address-form")?.severity;
  expect(["1.35", "1.36"].map((version) => severityOf("10.0.0.5/8", version))).toEqual(["warning", "error"]);
  expect(["1.35", "1.36"].map((version) => severityOf("2001:DB8::/32", version))).toEqual(["warning", "warning"]);
});

test("a Service's name may begin with a digit since Kubernetes 1.36", () => {
  const service =
    "apiVersion: v1\nkind: Service\nmetadata: { name: 1a, namespace: shop }\nspec: { selector: { app: a }, ports: [{ port: 80 }] }\n";
  const named = (kubernetes: string) => checked(service, { kubernetes }).some(({ rule }) => rule === "schema/name");
  expect(["1.35", "1.36"].map(named)).toEqual([true, false]);
});
