import { type Selector, selects } from "../kubernetes/index.ts";
import { groupOf, type KubernetesObject } from "../manifest/index.ts";
import { isRecord, itemsOf, membersOf } from "../outside/index.ts";
import { canonical } from "./exported.ts";

type Labels = Readonly<Record<string, string>>;

/** Whether an object of a kind is selected by its labels. */
type Selecting = (kind: string, labels: Labels) => boolean;

/** The selectors of an estate by which labels of objects that are no pods count. */
export class Selectors {
  /** By the key of a label that they name. */
  readonly #byKey = new Map<string, Selecting[]>();
  readonly #known = new Set<string>();
  /** Selectors in a language of their own. */
  readonly #texts = new Set<string>();

  constructor(objects: Iterable<KubernetesObject>) {
    for (const object of objects) this.#read(object, "", object);
  }

  /** Whether another label changes what selects an object. @param before its labels without it */
  isTouched(kind: string, before: Labels, key: string, value: string): boolean {
    const after = { ...before, [key]: value };
    const isSelected = (this.#byKey.get(key) ?? []).some((selecting) => selecting(kind, before) !== selecting(kind, after));
    return isSelected || [...this.#texts].some((text) => text.includes(key) && text.includes(value));
  }

  #read(value: unknown, key: string, owner: KubernetesObject): void {
    if (Array.isArray(value)) for (const item of value) this.#read(item, key, owner);
    else if (typeof value === "string") this.#addText(value, key, owner);
    else if (isRecord(value)) {
      const selector = selectorOf(value, key);
      if (selector) this.#add(selector, key, owner);
      else for (const [name, member] of Object.entries(value)) if (!ofOthers.has(name)) this.#read(member, name, owner);
    }
  }

  #addText(text: string, key: string, owner: KubernetesObject): void {
    if (isSelectorKey(key) && reach(owner, key, {}) !== "pods") this.#texts.add(text);
  }

  #add(selector: Selector, key: string, owner: KubernetesObject): void {
    const reached = reach(owner, key, selector);
    const id = `${reached} ${canonical(selector)}`;
    if (reached === "pods" || this.#known.has(id)) return;
    this.#known.add(id);
    const selecting: Selecting = (kind, labels) => (reached === "all" || reached === kind) && selects(selector, labels);
    const named = [
      ...Object.keys(selector.matchLabels ?? {}),
      ...(selector.matchExpressions ?? []).flatMap((expression) => expression.key ?? []),
    ];
    for (const name of new Set(named)) this.#byKey.set(name, [...(this.#byKey.get(name) ?? []), selecting]);
  }
}

/** Members whose selectors are for namespaces, nodes or pods, wherever they stand. */
const ofOthers: ReadonlySet<string> = new Set([
  "namespaceSelector",
  "nodeSelector",
  "nodeAffinity",
  "podAffinity",
  "podAntiAffinity",
  "podSelector",
  "topologySpreadConstraints",
]);

const isSelectorKey = (key: string) => /selector/i.test(key);

/** A label selector, or a map of labels that is called one. */
function selectorOf(value: Readonly<Record<string, unknown>>, key: string): Selector | undefined {
  const texts = (map: unknown) => Object.entries(membersOf(map)).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  if (!("matchLabels" in value) && !("matchExpressions" in value)) {
    const labels = texts(value);
    return isSelectorKey(key) && labels.length > 0 && labels.length === Object.keys(value).length
      ? { matchLabels: Object.fromEntries(labels) }
      : undefined;
  }
  const matchExpressions = itemsOf(value.matchExpressions).flatMap((item) => {
    const { key: name, operator, values } = membersOf(item);
    const wanted = itemsOf(values).filter((text) => typeof text === "string");
    return typeof name === "string" && typeof operator === "string" ? [{ key: name, operator, values: wanted }] : [];
  });
  return { matchLabels: Object.fromEntries(texts(value.matchLabels)), matchExpressions };
}

/** Groups of Kubernetes itself: their selectors are for pods, namespaces and volumes, but for those of admission. */
const builtIn =
  /^(|apps|batch|autoscaling|policy|extensions|(admissionregistration|apiextensions|apiregistration|certificates|coordination|discovery|events|flowcontrol\.apiserver|networking|node|rbac\.authorization|resource|scheduling|storage)\.k8s\.io)$/;

/** Groups, and kinds with their group, whose selectors are for pods. */
const podSelecting =
  /^((extensions|networking|security|telemetry)\.istio\.io|cilium\.io|monitoring\.coreos\.com\/PodMonitor|policy\.networking\.k8s\.io|projectcalico\.org|crd\.projectcalico\.org)(\/|$)/;

/** The kind that a selector is for; all, where that isn't known. */
function reach(owner: KubernetesObject, key: string, selector: Selector): "pods" | "all" | "Service" {
  const group = groupOf(owner);
  if (builtIn.test(group)) return key === "objectSelector" ? "all" : "pods";
  if (podSelecting.test(`${group}/${owner.kind}`)) return "pods";
  if (`${group}/${owner.kind}` === "monitoring.coreos.com/ServiceMonitor") return "Service";
  return key === "selector" && selectsOwnPods(owner, selector) ? "pods" : "all";
}

/** Whether a selector is that of an object's own pods, as of a Rollout. */
function selectsOwnPods({ spec }: KubernetesObject, selector: Selector): boolean {
  const labels = membersOf(membersOf(membersOf(membersOf(spec).template).metadata).labels);
  const texts = Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return texts.length > 0 && selects(selector, Object.fromEntries(texts));
}
