import type { KubernetesObject } from "slipway";
import { app, daemonSet, deployment, idsOf, ingress, named, service, specOf } from "./manifests.ts";
import type { Proof } from "./proof.ts";

const rolling = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };

/** Changes that stop an app for a time. */
export const downtime: readonly Proof[] = [
  ...["stop-all", "stop-one", "stop-nodes"].map((name): Proof => {
    const recreate = { type: "Recreate" };
    const all = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "100%", maxSurge: 0 } };
    const [kind, what, strategyOf] =
      name === "stop-nodes"
        ? (["DaemonSet", "a DaemonSet that stops the pods of all nodes", (own: object) => ({ updateStrategy: own })] as const)
        : ([
            "Deployment",
            name === "stop-all" ? "a Deployment that stops all pods" : "a Deployment that stops its only pod",
            (own: object) => ({ strategy: own, replicas: name === "stop-all" ? 2 : 1 }),
          ] as const);
    const create = kind === "DaemonSet" ? daemonSet : deployment;
    const own = name === "stop-all" ? recreate : all;
    return {
      what: `${what} runs another image`,
      ids: ["roll-pods"],
      downtime: false,
      name,
      objects: (namespace) => {
        const state = (image: string, strategy: object) => [
          service(namespace),
          create(namespace, { spec: strategyOf(strategy), pod: { containers: [{ name: "web", image }] } }),
        ];
        const after = state("web:2", own);
        return { before: state("web:1", own), after, merges: [state("web:2", rolling), after] };
      },
      holds: ({ before, after }) => {
        expect(idsOf(after, "Pod")).toHaveLength(idsOf(before, "Pod").length);
        expect(idsOf(after, "Pod").filter((uid) => idsOf(before, "Pod").includes(uid))).toEqual([]);
        expect(specOf(after, kind, "web")).toMatchObject(strategyOf(own));
        expect(specOf(after, kind, "web")).toMatchObject({ template: { spec: { containers: [{ image: "web:2" }] } } });
      },
      isLost: ({ fewestPods, fewestEndpoints }) => expect([fewestPods, fewestEndpoints]).toEqual([0, { web: 0 }]),
    };
  }),
  {
    what: "a Service selects by a label that no pod has",
    ids: ["label-pods-first"],
    downtime: false,
    name: "first-label",
    objects: (name) => {
      const after = [service(name, { selector: named }), deployment(name)];
      const labelled = deployment(name, { labels: { ...app, ...named }, selector: app });
      return {
        before: [service(name), deployment(name)],
        after,
        merges: [
          [service(name), labelled],
          [service(name, { selector: named }), labelled],
        ],
      };
    },
    holds: ({ after }) => {
      expect(specOf(after, "Service", "web")).toMatchObject({ selector: named });
      expect(idsOf(after, "Pod")).toHaveLength(2);
    },
    isLost: ({ fewestEndpoints }) => expect(fewestEndpoints).toEqual({ web: 0 }),
  },
  {
    what: "a Service no longer has the port that an Ingress leads to",
    ids: ["serve-both-ports"],
    downtime: false,
    name: "port",
    objects: (name) => {
      const [old, now] = [80, 8080].map((port) => ({ name: "http", port, targetPort: 8080 }));
      const ports = (...all: unknown[]) => [service(name, { ports: all }), deployment(name)];
      const both = ports(old, { ...now, name: "http-new" });
      const after = [...ports(now), ingress(name, 8080)];
      return {
        before: [...ports(old), ingress(name, 80)],
        after: [...ports(now), ingress(name, 80)],
        merges: [[...both, ingress(name, 80)], [...both, ingress(name, 8080)], after],
      };
    },
    holds: ({ after }) => expect(specOf(after, "Service", "web")).toMatchObject({ ports: [{ name: "http", port: 8080 }] }),
    isLost: ({ lostRoutes }) => expect(lostRoutes).toEqual(["web:80"]),
  },
  {
    what: "a Service's load balancer gets another class",
    ids: ["bridge-load-balancer"],
    refusal: /may not change once set/,
    downtime: false,
    name: "balancer-class",
    objects: (name) => {
      const balancer = (own: string, of = "web") =>
        service(name, { type: "LoadBalancer", loadBalancerClass: `balancer.example/${own}` }, of);
      const state = (...services: KubernetesObject[]) => [deployment(name), ...services];
      const [old, now, bridge] = [balancer("a"), balancer("b"), balancer("b", "web-bridge")];
      const after = state(now);
      return { before: state(old), after, merges: [state(old, bridge), state(service(name), bridge), state(now, bridge), after] };
    },
    holds: ({ before, after, fewestAddresses }) => {
      expect(fewestAddresses).toBe(1);
      const { clusterIP } = specOf(before, "Service", "web") as { clusterIP: string };
      expect(specOf(after, "Service", "web")).toMatchObject({ clusterIP, loadBalancerClass: "balancer.example/b" });
    },
  },
];
