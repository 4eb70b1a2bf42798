import { type KindName, kindNameOf, ObjectSchemas, type RemovedApi, removalIn } from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import { isRecord, own } from "../outside/index.ts";

/** A change of one place of an object. */
export interface Edit {
  readonly steps: readonly (string | number)[];
  /** What its key is called from now on. Default: as before. */
  readonly key?: string;
  /** Its new value. Default: as before. */
  readonly value?: unknown;
}

/** How an object gets to another API version: by edits, or why a person has to decide. */
export type Move = { readonly edits: readonly Edit[] } | { readonly reason: string };

interface MoveRow {
  /** What has to change beside the apiVersion. Default: nothing. */
  readonly edits?: (object: KubernetesObject) => readonly Edit[];
  /** Why a person has to decide; undefined where nobody has to. */
  readonly doubt?: (object: KubernetesObject) => string | undefined;
}

/** What the schema of the target can't tell, by group and kind of the old version. */
const rows: Readonly<Record<string, MoveRow>> = {
  "policy/PodDisruptionBudget": {
    doubt: ({ spec }) =>
      isRecord(spec) && isRecord(spec.selector) && isEmpty(spec.selector)
        ? "its selector is empty: it selected no pod, and selects every pod of the namespace in policy/v1"
        : undefined,
  },
  "extensions/Ingress": { edits: ingressEdits, doubt: pathTypeDoubt },
  "networking.k8s.io/Ingress": { edits: ingressEdits, doubt: pathTypeDoubt },
  "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration": { edits: shareEdits },
  "admissionregistration.k8s.io/MutatingWebhookConfiguration": { doubt: webhookDoubt },
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration": { doubt: webhookDoubt },
  "apiextensions.k8s.io/CustomResourceDefinition": { doubt: () => "its fields are others: write its versions, each with its schema" },
} satisfies { readonly [Kind in KindName | string]?: MoveRow };

const isEmpty = (selector: Readonly<Record<string, unknown>>) =>
  Object.values(selector).every((part) => part === null || (typeof part === "object" && Object.keys(part).length === 0));

/**
 * How an object gets to the apiVersion that took the place of its own. There is one right answer where the target's schema takes the moved
 * object, and no default that it relied on is another.
 * @param to minor version that is to serve it
 */
export function moveOf(object: KubernetesObject, { use }: RemovedApi, to: string): Move {
  if (use === undefined) return { reason: "nothing took its place" };
  const { edits = () => [], doubt = () => undefined } = own(rows, kindNameOf(object)) ?? {};
  const reason = doubt(object);
  if (reason !== undefined) return { reason };
  const all: readonly Edit[] = [{ steps: ["apiVersion"], value: use }, ...edits(object)];
  const moved = edited(object, all);
  const [issue] = new ObjectSchemas(to, []).issues(moved).filter(({ severity = "error" }) => severity === "error");
  if (issue === undefined) return { edits: all };
  return { reason: `${[issue.path, issue.message].filter(Boolean).join(": ")} in ${use}` };
}

/** An object as it is after its move; undefined where there is none, or a person has to decide. */
export function movedObject(object: KubernetesObject, to: string): KubernetesObject | undefined {
  const removal = removalIn(to, object.apiVersion, object.kind);
  const move = removal && moveOf(object, removal, to);
  return move && "edits" in move ? edited(object, move.edits) : undefined;
}

/** An object with edits made, in a copy. Keys keep their order. */
function edited(object: KubernetesObject, edits: readonly Edit[]): KubernetesObject {
  const copy = structuredClone(object);
  for (const { steps, key, value } of edits) {
    const parent = steps.slice(0, -1).reduce<unknown>((found, step) => (isParent(found) ? Reflect.get(found, step) : undefined), copy);
    const last = steps.at(-1);
    if (!isRecord(parent) || last === undefined) continue;
    const members = Object.entries(parent).map(([name, member]) =>
      name === String(last) ? ([key ?? name, value ?? member] as const) : ([name, member] as const),
    );
    for (const name of Object.keys(parent)) Reflect.deleteProperty(parent, name);
    // A key may be __proto__, which an assignment would take for something else.
    for (const [name, member] of members)
      Reflect.defineProperty(parent, name, { value: member, enumerable: true, writable: true, configurable: true });
  }
  return copy;
}

const isParent = (value: unknown): value is object => typeof value === "object" && value !== null;

interface Backend {
  readonly steps: readonly (string | number)[];
  readonly backend: unknown;
}

function* pathsOf({ spec }: KubernetesObject): Generator<{ steps: (string | number)[]; path: Readonly<Record<string, unknown>> }> {
  const rules = isRecord(spec) && Array.isArray(spec.rules) ? spec.rules : [];
  for (const [index, rule] of rules.entries()) {
    const paths = isRecord(rule) && isRecord(rule.http) && Array.isArray(rule.http.paths) ? rule.http.paths : [];
    for (const [at, path] of paths.entries()) if (isRecord(path)) yield { steps: ["spec", "rules", index, "http", "paths", at], path };
  }
}

function ingressEdits(object: KubernetesObject): readonly Edit[] {
  const { spec } = object;
  const backends: readonly (Backend & { readonly key?: string })[] = [
    ...(isRecord(spec) && spec.backend !== undefined ? [{ steps: ["spec", "backend"], backend: spec.backend, key: "defaultBackend" }] : []),
    ...[...pathsOf(object)].flatMap(({ steps, path }) =>
      path.backend === undefined ? [] : [{ steps: [...steps, "backend"], backend: path.backend }],
    ),
  ];
  return backends.map(({ backend, ...place }) => ({ ...place, value: movedBackend(backend) }));
}

/** A backend that names a Service, as v1 has it; one that names another object stays as it is. */
function movedBackend(backend: unknown): unknown {
  if (!isRecord(backend) || (backend.serviceName === undefined && backend.servicePort === undefined)) return backend;
  const { serviceName, servicePort, ...others } = backend;
  const port = typeof servicePort === "number" ? { number: servicePort } : { name: servicePort };
  return { service: { name: serviceName, port }, ...others };
}

function pathTypeDoubt(object: KubernetesObject): string | undefined {
  for (const { path, steps } of pathsOf(object))
    if (path.pathType === undefined)
      return `${steps[0]}.rules[${steps[2]}].http.paths[${steps[5]}] has no pathType: ImplementationSpecific keeps what the controller does, Prefix and Exact are the same for every controller`;
  return undefined;
}

function shareEdits({ spec }: KubernetesObject): readonly Edit[] {
  const limited = isRecord(spec) && isRecord(spec.limited) ? spec.limited : {};
  return limited.assuredConcurrencyShares === undefined
    ? []
    : [{ steps: ["spec", "limited", "assuredConcurrencyShares"], key: "nominalConcurrencyShares" }];
}

/** What v1beta1 filled in otherwise than v1 does. */
const webhookDefaults = ["failurePolicy", "matchPolicy", "timeoutSeconds"];

function webhookDoubt({ webhooks }: KubernetesObject): string | undefined {
  for (const [index, webhook] of (Array.isArray(webhooks) ? webhooks : []).entries())
    for (const field of webhookDefaults)
      if (isRecord(webhook) && webhook[field] === undefined)
        return `webhooks[${index}].${field} isn't given, and v1 fills in another value`;
  return undefined;
}
