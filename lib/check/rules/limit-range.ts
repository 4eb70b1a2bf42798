import { type Container, type IntOrString, type Issue, quantity, type SpecOf, shownValue } from "../../kubernetes/index.ts";
import { own } from "../../outside/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import { namespaceOf, type Pods, type Scope } from "../scope.ts";
import { within } from "./issues.ts";

export const limitRange = rule({
  id: "rollout/limit-range",
  severity: "error",
  why: "The API server refuses pods that a LimitRange of their namespace doesn't allow: the workload is accepted, and stays without pods.",
  fix: "Change the container's resources, or the LimitRange.",
  source: "https://kubernetes.io/docs/concepts/policy/limit-range/",
  bad: yaml`
    apiVersion: v1
    kind: LimitRange
    metadata: { name: small, namespace: shop }
    spec: { limits: [{ type: Container, max: { memory: 32Mi } }] }
    ---
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      containers:
        - name: a
          image: a:1
          resources: { requests: { memory: 64Mi }, limits: { memory: 64Mi } }
  `,
  good: yaml`
    apiVersion: v1
    kind: LimitRange
    metadata: { name: small, namespace: shop }
    spec: { limits: [{ type: Container, max: { memory: 64Mi } }] }
    ---
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      containers:
        - name: a
          image: a:1
          resources: { requests: { memory: 64Mi }, limits: { memory: 64Mi } }
  `,
  *check(scope) {
    for (const bound of boundsOf(scope))
      if (bound.type === "PersistentVolumeClaim") yield* claimIssues(scope, bound);
      else for (const pods of scope.selected(bound.namespace, {})) yield* within(pods.manifest, issuesByType[bound.type](pods, bound));
  },
});

type Amounts = Readonly<Record<string, IntOrString>>;
type Item = NonNullable<SpecOf<"LimitRange">["limits"]>[number];
interface Bound extends Item {
  readonly type: "Container" | "Pod" | "PersistentVolumeClaim";
  /** Name of the LimitRange. */
  readonly name: string;
  readonly namespace: string;
  /** Whether no other LimitRange of the namespace may set other defaults. */
  readonly isOnly: boolean;
}

const issuesByType = { Container: containersIssues, Pod: podIssues } as const;
const isBound = (bound: Omit<Bound, "type"> & Item): bound is Bound =>
  bound.type === "PersistentVolumeClaim" || Object.hasOwn(issuesByType, bound.type ?? "");

function boundsOf(scope: Scope): Bound[] {
  const ranges = scope.ofKind("LimitRange");
  return ranges.flatMap((range) => {
    const namespace = namespaceOf(range);
    const isOnly = ranges.filter((other) => namespaceOf(other) === namespace).length === 1;
    const { name } = range.object.metadata;
    return (range.object.spec?.limits ?? []).map((item) => ({ ...item, name, namespace, isOnly })).filter(isBound);
  });
}

function* claimIssues(scope: Scope, bound: Bound) {
  for (const manifest of scope.ofKind("PersistentVolumeClaim")) {
    if (namespaceOf(manifest) !== bound.namespace) continue;
    const { requests = {} } = manifest.object.spec?.resources ?? {};
    yield* within(manifest, leastIssues(requests, bound, "spec.resources.requests"));
    yield* within(manifest, mostIssues(requests, bound, "spec.resources.requests"));
  }
}

function* containersIssues({ containers }: Pods, bound: Bound): Generator<Issue> {
  for (const { container, path } of containers) {
    const { requests = {}, limits = {} } = container.resources ?? {};
    yield* leastIssues({ ...limits, ...requests }, bound, `${path}.resources.requests`);
    // A request is never above its limit, whose own issue says enough.
    const unlimited = Object.fromEntries(Object.entries(requests).filter(([name]) => own(limits, name) === undefined));
    yield* mostIssues(unlimited, bound, `${path}.resources.requests`);
    yield* mostIssues(limits, bound, `${path}.resources.limits`);
    yield* ratioIssues(requests, limits, bound, `${path}.resources.limits`);
    if (bound.isOnly) yield* defaultIssues(requests, limits, bound, `${path}.resources.requests`);
  }
}

const isMore = (one: IntOrString | undefined, other: IntOrString | undefined) => {
  const [more, less] = [quantity(one), quantity(other)];
  return more !== undefined && less !== undefined && more > less;
};

function* leastIssues(requests: Amounts, bound: Bound, path: string): Generator<Issue> {
  for (const [name, least] of Object.entries(bound.min ?? {})) {
    const request = own(requests, name);
    if (isMore(least, request)) yield refusal(request, `less than the minimum ${shownValue(least)}`, bound, `${path}.${name}`);
  }
}

function* mostIssues(amounts: Amounts, bound: Bound, path: string): Generator<Issue> {
  for (const [name, most] of Object.entries(bound.max ?? {})) {
    const amount = own(amounts, name);
    if (isMore(amount, most)) yield refusal(amount, `more than the maximum ${shownValue(most)}`, bound, `${path}.${name}`);
  }
}

function* ratioIssues(requests: Amounts, limits: Amounts, bound: Bound, path: string): Generator<Issue> {
  for (const [name, ratio] of Object.entries(bound.maxLimitRequestRatio ?? {})) {
    const [request, limit, most] = [own(requests, name), own(limits, name), ratio].map(quantity);
    if (request && limit && most && limit / request > most * 1.000001)
      yield refusal(
        own(limits, name),
        `more than ${shownValue(ratio)} times the request ${shownValue(own(requests, name))}`,
        bound,
        `${path}.${name}`,
      );
  }
}

/** A container without a limit gets the default one, or the maximum; a request must not be above it. */
function* defaultIssues(requests: Amounts, limits: Amounts, bound: Bound, path: string): Generator<Issue> {
  for (const [name, limit] of Object.entries({ ...bound.max, ...bound.default })) {
    const request = own(requests, name);
    if (own(limits, name) === undefined && isMore(request, limit) && !isMore(request, own(bound.max, name)))
      yield refusal(request, `more than the limit ${shownValue(limit)} that it gets by default`, bound, `${path}.${name}`);
  }
}

/** Of a pod the sums of its containers count, as far as they are known. */
function* podIssues({ containers, path, spec }: Pods, bound: Bound): Generator<Issue> {
  const lasting = containers.filter(({ list }) => list === "containers").map(({ container }) => container);
  for (const [name, most] of Object.entries(bound.max ?? {})) {
    const total = sumOf(lasting, name);
    if (!spec.resources && total > (quantity(most) ?? Number.POSITIVE_INFINITY))
      yield {
        path: `${path}.containers`,
        message: `the containers have ${total} of ${name} together, more than the maximum ${shownValue(most)} of LimitRange ${bound.name}`,
      };
  }
}

const sumOf = (containers: readonly Container[], name: string) =>
  containers.reduce((sum, { resources: { requests, limits } = {} }) => sum + (quantity(own(limits, name) ?? own(requests, name)) ?? 0), 0);

const refusal = (found: IntOrString | undefined, what: string, { name }: Bound, path: string): Issue => ({
  path,
  message: `${shownValue(found)} is ${what}, by LimitRange ${name}`,
});
