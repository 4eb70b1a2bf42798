import { runbookRows } from "../../lib/review/runbooks/index.ts";
import {
  app,
  autoscalerOf,
  claim,
  claimSpec,
  claims,
  daemonSet,
  definition,
  deployment,
  idsOf,
  ingress,
  job,
  named,
  namespace,
  type Objects,
  reviewed,
  service,
  set,
  storageClass,
  template,
  usesClaim,
} from "./runbook-objects.ts";

interface Row {
  readonly what: string;
  readonly ids: readonly string[];
  /** Where the runbooks are offered, and the nearest changes where none is. */
  readonly offered: readonly [before: Objects, after: Objects];
  readonly others: Readonly<Record<string, readonly [before: Objects, after: Objects]>>;
}

const image = (name: string, spec: object = {}) => template(app, { containers: [{ name: "web", image: name }], ...spec });
const recreated =
  (pod: object = {}) =>
  (name: string) =>
    deployment({ strategy: { type: "Recreate" }, template: image(name, pod) });
const both = (pair: (name: string) => object, ...others: object[]): [Objects, Objects] => [
  [pair("web:1"), ...others],
  [pair("web:2"), ...others],
];
const barePod = { apiVersion: "v1", kind: "Pod", metadata: { name: "a", namespace: "shop", labels: app }, spec: template().spec };
const everyNode = { rollingUpdate: { maxUnavailable: "100%" } };
const volume = (source: object) => ({ volumes: [{ name: "data", ...source }] });
const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "pods", namespace: "shop" }, spec: { hard: { pods: "2" } } };
const policy = (labels: object) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "web", namespace: "shop" },
  spec: { podSelector: { matchLabels: labels } },
});
const ports = (...all: readonly (readonly [port: number, name?: string, targetPort?: number])[]) =>
  service({ ports: all.map(([port, name, targetPort = 8080]) => ({ port, targetPort, ...(name ? { name } : {}) })) });
const selecting = (selector: object) => service({ selector });

const balancer = (name: string) => ({ type: "LoadBalancer", loadBalancerClass: `balancer.example/${name}` });
const annotated = (object: ReturnType<typeof service>, key: string) => ({
  ...object,
  metadata: { ...object.metadata, annotations: { [key]: "a" } },
});

const rows: readonly Row[] = [
  {
    what: "a Deployment that stops all pods",
    ids: ["roll-pods"],
    offered: both(recreated(volume({ emptyDir: {} }))),
    others: {
      "its pods write to a claim": both(recreated(usesClaim())),
      "its pods write to their node": both(recreated(volume({ hostPath: { path: "/data" } }))),
      "its pods take a port of their node": both(recreated({ hostNetwork: true })),
      "no further pod has room": both(recreated(), quota),
      "it takes the claim away": [[recreated(usesClaim())("web:1")], [recreated()("web:2")]],
      "a Service leaves its pods": [
        [recreated()("web:1"), service({})],
        [deployment({ strategy: { type: "Recreate" }, template: template({ ...app, tier: "a" }) }), selecting({ app: "web", tier: "b" })],
      ],
    },
  },
  {
    what: "a DaemonSet that stops the pods of all nodes",
    ids: ["roll-pods"],
    offered: both((name) => daemonSet(app, { updateStrategy: everyNode, template: image(name) })),
    others: {
      "a quota may have no room for a further pod on each node": both(
        (name) => daemonSet(app, { updateStrategy: everyNode, template: image(name) }),
        quota,
      ),
      "they take a port of their node": both((name) =>
        daemonSet(app, { updateStrategy: everyNode, template: image(name, { hostNetwork: true }) }),
      ),
    },
  },
  {
    what: "a Service's selector that no pod has",
    ids: ["label-pods-first"],
    offered: [
      [selecting(app), deployment()],
      [selecting(named), deployment()],
    ],
    others: {
      "the pods have another value": [
        [selecting(app), deployment()],
        [selecting({ app: "shop" }), deployment()],
      ],
      "all pods would stop for it": [
        [selecting(app), recreated()("web:1")],
        [selecting(named), recreated()("web:1")],
      ],
      "the labels would let a policy take the pods": [
        [selecting(app), deployment(), policy(named)],
        [selecting(named), deployment(), policy(named)],
      ],
      "the labels would let another Service take the pods": [
        [selecting(app), deployment(), service({ selector: named }, "other")],
        [selecting(named), deployment(), service({ selector: named }, "other")],
      ],
      "it also selects a Pod of its own": [
        [selecting(app), deployment(), barePod],
        [selecting(named), deployment(), barePod],
      ],
      "the value isn't a label's": [
        [selecting(app), deployment()],
        [selecting({ part: "$(reboot)" }), deployment()],
      ],
    },
  },
  {
    what: "a Service's port that an Ingress leads to",
    ids: ["serve-both-ports"],
    offered: [
      [ports([80, "http"]), deployment(), ingress({ number: 80 })],
      [ports([8080, "http"]), deployment(), ingress({ number: 80 })],
    ],
    others: {
      "no other port leads to the same port of the pods": [
        [ports([80, "http"]), deployment(), ingress({ number: 80 })],
        [ports([8080, "http", 9090]), deployment(), ingress({ number: 80 })],
      ],
      "the Ingress follows": [
        [ports([80, "http"]), deployment(), ingress({ number: 80 })],
        [ports([8080, "http"]), deployment(), ingress({ number: 8080 })],
      ],
    },
  },
  {
    what: "a StatefulSet's larger volumes",
    ids: ["recreate-stateful-set"],
    offered: [
      [set(claims("1Gi")), storageClass(true)],
      [set(claims("2Gi")), storageClass(true)],
    ],
    others: {
      "its class lets no claim grow": [
        [set(claims("1Gi")), storageClass(false)],
        [set(claims("2Gi")), storageClass(false)],
      ],
      "its pods are as many as an autoscaler says": [
        [set(claims("1Gi")), autoscalerOf("StatefulSet")],
        [set(claims("2Gi")), autoscalerOf("StatefulSet")],
      ],
      "its claims have another name": [[set(claims("1Gi"))], [set(claims("1Gi", "files"))]],
      "the new manifest isn't valid": [[set(claims("1Gi"))], [set({ ...claims("2Gi"), minReadySeconds: -1 })]],
    },
  },
  {
    what: "a StatefulSet's selector",
    ids: ["recreate-stateful-set"],
    offered: [[set()], [set({ selector: { matchLabels: { ...app, ...named } }, template: template({ ...app, ...named }) })]],
    others: {
      "the pods have another value": [[set()], [set({ selector: { matchLabels: { app: "shop" } }, template: template({ app: "shop" }) })]],
    },
  },
  {
    what: "a Job's template",
    ids: ["recreate-job"],
    offered: [[job("web:1")], [job("web:2")]],
    others: {
      "it is a hook": [
        [job("web:1")],
        [{ ...job("web:2"), metadata: { name: "web", namespace: "shop", annotations: { "helm.sh/hook": "post-install" } } }],
      ],
      "the new one isn't valid": [[job("web:1")], [job("web:2", "web", { restartPolicy: "Always" })]],
    },
  },
  {
    what: "a Deployment's selector",
    ids: ["recreate-deployment"],
    offered: [
      [deployment(), service({})],
      [deployment({ selector: { matchLabels: named }, template: template(named) }), service({ selector: named })],
    ],
    others: {
      "its Service leaves the old pods at once": [
        [deployment(), service({})],
        [
          deployment({ selector: { matchLabels: { app: "shop" } }, template: template({ app: "shop" }) }),
          service({ selector: { app: "shop" } }),
        ],
      ],
      "another workload has the same labels": [
        [deployment(), set()],
        [deployment({ selector: { matchLabels: named }, template: template(named) }), set()],
      ],
      "two versions of its pods may not run at a time": [
        [deployment()],
        [deployment({ selector: { matchLabels: named }, template: template(named, usesClaim()) })],
      ],
      "it selects by an expression": [
        [deployment()],
        [deployment({ selector: { matchExpressions: [{ key: "app", operator: "Exists" }] } })],
      ],
    },
  },
  {
    what: "a DaemonSet's selector",
    ids: ["recreate-daemon-set"],
    offered: [[daemonSet(app)], [daemonSet({ ...app, ...named })]],
    others: { "the pods have another value": [[daemonSet(app)], [daemonSet({ app: "shop" })]] },
  },
  {
    what: "a load balancer's class",
    ids: ["bridge-load-balancer"],
    offered: [[service(balancer("a"))], [service(balancer("b"))]],
    others: {
      "it asks for an address of its own": [[service(balancer("a"))], [service({ ...balancer("b"), loadBalancerIP: "192.0.2.7" })]],
      "an annotation gives it a name": [
        [service(balancer("a"))],
        [annotated(service(balancer("b")), "external-dns.alpha.kubernetes.io/hostname")],
      ],
      "an annotation gives it an address": [[service(balancer("a"))], [annotated(service(balancer("b")), "metallb.io/loadBalancerIPs")]],
      "the name for the second one is taken": [
        [service(balancer("a")), service({}, "web-bridge")],
        [service(balancer("b")), service({}, "web-bridge")],
      ],
      "its clusterIP changes too": [
        [service({ ...balancer("a"), clusterIP: "10.0.0.7" })],
        [service({ ...balancer("b"), clusterIP: "10.0.0.8" })],
      ],
    },
  },
  {
    what: "a Service's address",
    ids: ["recreate-service"],
    offered: [[service({ clusterIP: "None" })], [service({ type: "NodePort" })]],
    others: {
      "the server takes the change": [[service({})], [service({ type: "NodePort" })]],
    },
  },
  {
    what: "a rolling update that is left over",
    ids: ["drop-rolling-update"],
    offered: [[deployment()], [deployment({ strategy: { type: "Recreate" } })]],
    others: {
      "it was in the manifest, and goes with it": [
        [deployment({ strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } })],
        [deployment({ strategy: { type: "Recreate" } })],
      ],
      "the manifest asks for both": [[deployment()], [deployment({ strategy: { type: "Recreate", rollingUpdate: { maxSurge: 1 } } })]],
      "the other direction": [[deployment({ strategy: { type: "Recreate" } })], [deployment({ strategy: { type: "RollingUpdate" } })]],
    },
  },
  {
    what: "a claim's class and a smaller request",
    ids: ["rebind-claim"],
    offered: [[claim(claimSpec("2Gi"))], [claim(claimSpec("1Gi", "other"))]],
    others: {
      "it asks for more than the volume has": [[claim(claimSpec("1Gi"))], [claim(claimSpec("2Gi", "other"))]],
      "its modes change": [[claim(claimSpec("1Gi"))], [claim(claimSpec("1Gi", "other", { accessModes: ["ReadWriteMany"] }))]],
      "its namespace isn't known": [[claim(claimSpec("2Gi"), "data", "")], [claim(claimSpec("1Gi"), "data", "")]],
    },
  },
  {
    what: "a claim's name",
    ids: ["move-claim"],
    offered: [[claim(claimSpec("1Gi"))], [claim(claimSpec("1Gi"), "files")]],
    others: {
      "another claim comes": [[claim(claimSpec("1Gi"))], [claim(claimSpec("1Gi", "other"), "files")]],
      "it goes alone": [[claim(claimSpec("1Gi"))], []],
    },
  },
  {
    what: "a claim's namespace",
    ids: ["move-claim"],
    offered: [[claim(claimSpec("1Gi"))], [claim(claimSpec("1Gi"), "data", "store")]],
    others: {
      "it asks for more": [[claim(claimSpec("1Gi"))], [claim(claimSpec("2Gi"), "data", "store")]],
      "it comes in two namespaces": [
        [claim(claimSpec("1Gi"))],
        [claim(claimSpec("1Gi"), "data", "store"), claim(claimSpec("1Gi"), "data", "other")],
      ],
    },
  },
  {
    what: "a StatefulSet's name",
    ids: ["move-stateful-set"],
    offered: [[set(claims("1Gi"))], [set(claims("1Gi"), "store")]],
    others: {
      "its pods are as many as an autoscaler says": [
        [set(claims("1Gi")), autoscalerOf("StatefulSet")],
        [set(claims("1Gi"), "store"), autoscalerOf("StatefulSet")],
      ],
      "it goes alone": [[set(claims("1Gi"))], []],
    },
  },
  {
    what: "a workload's name",
    ids: ["replace-workload"],
    offered: [[deployment()], [deployment({}, "store")]],
    others: {
      "two may not run at a time": [
        [deployment({ template: template(app, usesClaim()) })],
        [deployment({ template: template(app, usesClaim()) }, "store")],
      ],
      "its pods take a port of their node": [
        [deployment({ template: template(app, { hostNetwork: true }) })],
        [deployment({ template: template(app, { hostNetwork: true }) }, "store")],
      ],
    },
  },
  {
    what: "a workload's and a Service's namespace",
    ids: ["replace-service", "replace-workload"],
    offered: [
      [deployment(), service({})],
      [deployment({}, "web", "store"), service({}, "web", "store")],
    ],
    others: {
      "the old namespace goes with everything in it": [
        [namespace("shop"), deployment(), service({})],
        [namespace("store"), deployment({}, "web", "store"), service({}, "web", "store")],
      ],
    },
  },
  {
    what: "a CRD's stored version",
    ids: ["migrate-stored-version"],
    offered: [[definition([["v1", true, ["a"]]])], [definition([["v2", true, ["a", "b"]]])]],
    others: {
      "the version stays": [
        [definition([["v1", true, ["a"]]])],
        [
          definition([
            ["v2", true, ["a"]],
            ["v1", false, ["a"]],
          ]),
        ],
      ],
    },
  },
];

describe.each(rows)("for $what", ({ ids, offered, others }) => {
  test("a runbook is offered", () => {
    expect(idsOf(reviewed(...offered))).toEqual(ids);
  });
  test.each(Object.entries(others))("none is offered where %s", (_what, pair) => {
    expect(idsOf(reviewed(...pair))).toEqual([]);
  });
});

test("each runbook has its row", () => {
  expect([...new Set(rows.flatMap(({ ids }) => ids))].sort()).toEqual(runbookRows.map(({ id }) => id).sort());
});
