import { app } from "slipway";
import { container, deployment, manifestsOf, objectsOf, the } from "../fixture.ts";

const opened = { ...deployment, container: { ...container, ports: { http: 8080, dns: { port: 53, protocol: "UDP" } } } } as const;
const service = (spec: object) => the("Service", objectsOf({ ...opened, service: { ports: { http: 80 }, ...spec } }));

describe("Service", () => {
  test("leads to the container port of the same name, by its protocol", () => {
    expect(service({ ports: { http: 80, dns: 53 } })).toEqual({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "demo", namespace: "demo", labels: { app: "demo" } },
      spec: {
        type: "ClusterIP",
        selector: { app: "demo" },
        ports: [
          { name: "dns", port: 53, targetPort: "dns", protocol: "UDP" },
          { name: "http", port: 80, targetPort: "http" },
        ],
      },
    });
  });

  test("headless has no address, and may be named", () => {
    expect(service({ type: "Headless", name: "peers", publishNotReadyAddresses: true })).toMatchObject({
      metadata: { name: "peers" },
      spec: { clusterIP: "None", publishNotReadyAddresses: true },
    });
    expect(service({ type: "Headless" }).spec).not.toHaveProperty("type");
  });

  test("every other field", () => {
    const spec = {
      type: "LoadBalancer",
      externalTrafficPolicy: "Local",
      internalTrafficPolicy: "Cluster",
      trafficDistribution: "PreferClose",
      ipFamilyPolicy: "PreferDualStack",
      ipFamilies: ["IPv6", "IPv4"],
      loadBalancerClass: "example.org/lb",
      loadBalancerSourceRanges: ["10.0.0.0/8"],
      allocateLoadBalancerNodePorts: false,
      healthCheckNodePort: 30000,
      sessionAffinity: "ClientIP",
    } as const;
    const rendered = service({
      ...spec,
      sessionAffinityTimeoutSeconds: 60,
      annotations: { a: "b" },
      ports: { http: { port: 80, nodePort: 30080, appProtocol: "kubernetes.io/h2c", targetPort: 8080 } },
    });
    expect(rendered.metadata.annotations).toEqual({ a: "b" });
    expect(rendered.spec).toEqual({
      ...spec,
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
      selector: { app: "demo" },
      ports: [{ name: "http", port: 80, targetPort: 8080, nodePort: 30080, appProtocol: "kubernetes.io/h2c" }],
    });
  });
});

describe("Ingress", () => {
  const ingress = (spec: object, more: object = {}) =>
    the("Ingress", objectsOf({ ...opened, service: { ports: { http: 80, admin: { port: 81, targetPort: 8080 } } }, ...spec }, more));

  test("serves routes under the app's name and the environment's domain, the longest path first", () => {
    const rendered = ingress({
      routes: { all: { path: "/" }, deep: { path: "/a/b", pathType: "Exact", port: "admin" }, posts: { path: "/", methods: ["POST"] } },
    });
    const backend = (name: string) => ({ service: { name: "demo", port: { name } } });
    expect(rendered.spec).toEqual({
      rules: [
        {
          host: "demo.test.example",
          http: {
            paths: [
              { path: "/a/b", pathType: "Exact", backend: backend("admin") },
              { path: "/", pathType: "Prefix", backend: backend("http") },
            ],
          },
        },
      ],
    });
  });

  test("class, TLS and annotations are the environment's, then the app's", () => {
    const more = { ingress: { class: "nginx", tls: true, annotations: { issuer: "a", other: "b" } } };
    const rendered = ingress(
      {
        routes: { all: { path: "/" }, www: { path: "/", host: "www.other.example" } },
        ingress: { host: "shop", annotations: { issuer: "c" } },
      },
      more,
    );
    expect(rendered.metadata.annotations).toEqual({ issuer: "c", other: "b" });
    expect(rendered.spec).toMatchObject({
      ingressClassName: "nginx",
      tls: [{ hosts: ["shop.test.example", "www.other.example"], secretName: "demo-tls" }],
    });
    expect(ingress({ routes: { all: { path: "/" } }, ingress: { class: "other", tls: { secret: "cert" } } }, more).spec).toMatchObject({
      ingressClassName: "other",
      tls: [{ hosts: ["demo.test.example"], secretName: "cert" }],
    });
    expect(ingress({ routes: { all: { path: "/" } }, ingress: { tls: false } }, more).spec).not.toHaveProperty("tls");
  });
});

describe("NetworkPolicy", () => {
  const network = {
    policy: "default-deny",
    ingressController: { namespace: "ingress" },
    accepts: { metrics: { namespace: "monitoring", pods: { matchLabels: { app: "prometheus" } } } },
  } as const;
  const namespace = (name: string) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });
  const http = [{ port: 8080, protocol: "TCP" }];
  const policies = (...apps: Parameters<typeof manifestsOf>[0]) =>
    Object.fromEntries(
      manifestsOf(apps, { network }).flatMap(({ object }) =>
        object.kind === "NetworkPolicy" ? [[object.metadata.name, object.spec]] : [],
      ),
    );
  const server = app("server", {
    namespace: "demo",
    ...opened,
    service: { ports: { http: 80 } },
    routes: { all: { path: "/" } },
    jobs: { migrate: {} },
  });

  test("none where the environment is open", () => {
    expect(objectsOf(opened).map(({ kind }) => kind)).not.toContain("NetworkPolicy");
  });

  test("namespaces refuse all but names", () => {
    const { "default-deny": deny, "allow-dns": dns } = policies(server);
    expect(deny).toEqual({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    expect(dns).toEqual({
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [
        {
          ports: [
            { port: 53, protocol: "TCP" },
            { port: 53, protocol: "UDP" },
          ],
        },
      ],
    });
  });

  test("what two apps need of each other is allowed on both sides, for their jobs too", () => {
    const client = app("client", {
      namespace: "other",
      ...deployment,
      jobs: { sync: {} },
      uses: { server: {}, world: { cidr: ["10.0.0.0/8"], ports: { https: 443, dns: { port: 53, protocol: "UDP" } } } },
    });
    const rules = policies(server, client);
    const pods = (name: string, ...more: string[]) => ({
      podSelector: { matchExpressions: [{ key: "app", operator: "In", values: [name, ...more] }] },
    });
    expect(rules.client).toEqual({
      ...pods("client", "client-sync"),
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [{ ...namespace("monitoring"), podSelector: { matchLabels: { app: "prometheus" } } }] }],
      egress: [
        { to: [{ ...namespace("demo"), ...pods("server", "server-migrate") }], ports: http },
        {
          to: [{ ipBlock: { cidr: "10.0.0.0/8" } }],
          ports: [
            { port: 53, protocol: "UDP" },
            { port: 443, protocol: "TCP" },
          ],
        },
      ],
    });
    expect((rules.server as { ingress: unknown }).ingress).toEqual([
      { from: [namespace("ingress")], ports: http },
      { from: [{ ...namespace("other"), ...pods("client", "client-sync") }], ports: http },
      { from: [{ ...namespace("monitoring"), podSelector: { matchLabels: { app: "prometheus" } } }], ports: expect.arrayContaining(http) },
    ]);
  });

  test("a NodePort may be reached from anywhere, at what the Service leads to", () => {
    const rules = policies(app("edge", { namespace: "demo", ...opened, service: { type: "NodePort", ports: { http: 80 } } }));
    expect((rules.edge as { ingress: unknown[] }).ingress[0]).toEqual({ ports: http });
  });

  test("an app accepts further pods of its own or another namespace", () => {
    const rules = policies(
      app("server", {
        namespace: "demo",
        ...opened,
        accepts: { backup: { namespace: "backup", ports: [8080] }, peers: { pods: { matchLabels: { app: "peer" } } } },
      }),
    );
    expect((rules.server as { ingress: unknown[] }).ingress.slice(1)).toEqual([
      { from: [namespace("backup")], ports: [{ port: 8080 }] },
      { from: [{ podSelector: { matchLabels: { app: "peer" } } }], ports: expect.arrayContaining(http) },
    ]);
  });
});
