import { type Issue, isEmptySelector, type Selector, type SpecOf } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import { namespaceOf, type Scope } from "../scope.ts";
import { each, within } from "./issues.ts";

export const openPolicy = rule({
  id: "security/open-policy",
  severity: "warning",
  why: "The policy lets more through than it seems to: entries of a list add up, an empty list means everybody, and rules of a type that policyTypes doesn't name never count.",
  fix: "Write what is meant as one peer, and list each type that has rules.",
  source: "https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors",
  bad: yaml`
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: a, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: a } }
      ingress: [{ from: [], ports: [{ port: 8080 }] }]
  `,
  good: yaml`
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: a, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: a } }
      ingress: [{ from: [{ podSelector: { matchLabels: { app: b } } }], ports: [{ port: 8080 }] }]
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("networking.k8s.io/NetworkPolicy")) {
      const { policyTypes = [], ingress, egress } = manifest.object.spec ?? {};
      const namespace = namespaceOf(manifest);
      yield* within(manifest, typeIssues(policyTypes, { Ingress: ingress, Egress: egress }));
      yield* within(
        manifest,
        each(ingress, "spec.ingress", ({ from }, path) => peersIssues(from, `${path}.from`, "reach the pods", namespace, scope)),
      );
      yield* within(
        manifest,
        each(egress, "spec.egress", ({ to }, path) => peersIssues(to, `${path}.to`, "be reached", namespace, scope)),
      );
    }
  },
});

/** Rules of a type that the policy isn't of: the API server keeps them, and no plugin looks at them. */
function* typeIssues(types: readonly string[], rules: Readonly<Record<string, readonly unknown[] | undefined>>): Generator<Issue> {
  for (const [type, list] of Object.entries(rules))
    if (types.length > 0 && !types.includes(type) && list && list.length > 0)
      yield {
        path: `spec.${type.toLowerCase()}`,
        message: `never counts, as policyTypes names ${types.join(", ")} only`,
        fix: `Add ${type} to policyTypes, or remove the rules.`,
      };
}

type Peer = NonNullable<NonNullable<NonNullable<SpecOf<"networking.k8s.io/NetworkPolicy">["ingress"]>[number]["from"]>[number]>;

function* peersIssues(peers: readonly Peer[] | undefined, path: string, verb: string, namespace: string, scope: Scope): Generator<Issue> {
  if (peers?.length === 0)
    yield { path, message: `is empty, so everybody may ${verb}`, fix: "List the peers, or leave the field out to say that all are meant." };
  for (const [index, peer] of (peers ?? []).entries()) {
    const { ipBlock } = peer;
    const isAnywhere = ipBlock && /^(0\.0\.0\.0|::)\/0$/.test(ipBlock.cidr ?? "") && (ipBlock.except ?? []).length === 0;
    if (isAnywhere && (peers ?? []).length > 1)
      yield {
        path: `${path}[${index}].ipBlock`,
        message: `lets every address ${verb}, so the other peers change nothing`,
        fix: "Remove it, or the other peers.",
      };
    const next = peers?.[index + 1];
    if (next && isOneMeant(peer, next, namespace, scope))
      yield {
        path: `${path}[${index + 1}]`,
        message: `any pod of the namespaces above may ${verb}, and these pods of its own namespace, where there are none`,
        fix: "If pods with these labels in those namespaces are meant, write namespaceSelector and podSelector into one entry.",
      };
  }
}

/** A peer of whole namespaces, and after it one of pods that its own namespace doesn't have: one peer was meant. */
function isOneMeant(first: Peer, second: Peer, namespace: string, scope: Scope): boolean {
  const [spaces, pods] = first.namespaceSelector ? [first, second] : [second, first];
  const isSplit = spaces.namespaceSelector && !spaces.podSelector && pods.podSelector && !pods.namespaceSelector;
  if (!isSplit || isEmptySelector(pods.podSelector as Selector)) return false;
  return scope.selected(namespace, {}).length > 0 && scope.selected(namespace, pods.podSelector as Selector).length === 0;
}

export const privileged = rule({
  id: "security/privileged",
  severity: "warning",
  why: "A privileged container, or one that mounts the socket of the container runtime, is root on its node: whoever breaks into it owns every pod there.",
  fix: "Give it the capabilities or devices that it needs instead. Where it must be so, enforce the Pod Security level privileged on its namespace by a label, which says that it is meant.",
  source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec: { containers: [{ name: a, image: a:1, securityContext: { privileged: true } }] }
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec: { containers: [{ name: a, image: a:1, securityContext: { capabilities: { add: [NET_ADMIN] } } }] }
  `,
  *check(scope) {
    for (const { manifest, spec, containers, namespace, path } of scope.pods) {
      const labels = scope.find("Namespace", "", namespace)?.object.metadata.labels ?? {};
      // What runs on every node, or in kube-system, is often part of the node itself: a network plugin, or a driver of volumes.
      if (labels["pod-security.kubernetes.io/enforce"] || namespace === "kube-system" || manifest.object.kind === "DaemonSet") continue;
      const [first] = containers.filter(({ container }) => container.securityContext?.privileged);
      if (first)
        yield {
          manifest,
          path: `${first.path}.securityContext.privileged`,
          message: `the container "${first.container.name}" is privileged`,
        };
      for (const [index, { hostPath }] of (spec.volumes ?? []).entries())
        if (/(docker|containerd|crio)\.sock$/.test((hostPath?.path ?? "").slice(0, 300)))
          yield {
            manifest,
            path: `${path}.volumes[${index}].hostPath.path`,
            message: `mounts ${hostPath?.path}, the socket of the container runtime`,
          };
    }
  },
});
