import { type Issue, isEmptySelector, type Selector, type SpecOf } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import { namespaceOf, type Pods, type Scope } from "../scope.ts";
import { each, within } from "./issues.ts";

export const policyPeer = rule({
  id: "references/policy-peer",
  severity: "warning",
  why: "A NetworkPolicy that admits pods by labels that none of them has admits nobody: the connections it is for are dropped.",
  fix: "Select the peers by labels that they have in their pod template, or add the missing label to it.",
  source: "https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: front, namespace: shop, labels: { app: front } }
    spec: { containers: [{ name: a, image: a:1 }] }
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: a, namespace: shop }
    spec:
      podSelector: {}
      ingress: [{ from: [{ podSelector: { matchLabels: { app: front, team: a } } }] }]
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: front, namespace: shop, labels: { app: front } }
    spec: { containers: [{ name: a, image: a:1 }] }
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: a, namespace: shop }
    spec:
      podSelector: {}
      ingress: [{ from: [{ podSelector: { matchLabels: { app: front } } }] }]
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("networking.k8s.io/NetworkPolicy")) {
      const { ingress, egress } = manifest.object.spec ?? {};
      const peerIssues = (peer: Peer, path: string) => issuesOf(peer, path, namespaceOf(manifest), scope);
      yield* within(
        manifest,
        each(ingress, "spec.ingress", ({ from }, path) => each(from, `${path}.from`, peerIssues)),
      );
      yield* within(
        manifest,
        each(egress, "spec.egress", ({ to }, path) => each(to, `${path}.to`, peerIssues)),
      );
    }
  },
});

type Peer = NonNullable<NonNullable<NonNullable<SpecOf<"networking.k8s.io/NetworkPolicy">["ingress"]>[number]["from"]>[number]>;

/** Labels that say which app it is: pods without them are others, and the app may be elsewhere. */
const naming = new Set(["app", "app.kubernetes.io/name", "k8s-app", "name"]);
const mostLabels = 20;

/** Of peers in other namespaces too little is known. */
function* issuesOf({ podSelector, namespaceSelector }: Peer, path: string, namespace: string, scope: Scope): Generator<Issue> {
  if (!podSelector || namespaceSelector || isEmptySelector(podSelector) || scope.selected(namespace, podSelector).length > 0) return;
  const labels = Object.entries(podSelector.matchLabels ?? {});
  if (labels.length > mostLabels || !labels.some(([key]) => naming.has(key))) return;
  for (const [key, value] of labels.filter(([label]) => !naming.has(label))) {
    const others: Selector = { ...podSelector, matchLabels: Object.fromEntries(labels.filter(([other]) => other !== key)) };
    const near = scope.selected(namespace, others)[0];
    if (near) {
      yield { path: `${path}.podSelector`, message: `selects no pod: those of ${nameOf(near)} lack the label ${key}=${value}` };
      return;
    }
  }
}

const nameOf = ({ manifest: { object } }: Pods) => `${object.kind} ${object.metadata.name}`;
