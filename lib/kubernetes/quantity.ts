/** Resource quantities: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
import { own } from "../outside/index.ts";
import { isQualifiedName } from "./formats.ts";

const form = /^([+-]?)([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?[0-9]+)?$/;
/** Characters of a quantity; the server keeps no more digits than fit in a fraction of it. */
const longest = 1000;
const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The value of a quantity in its unit (cores, bytes, ...); undefined for what is none. Numbers are quantities too. */
export function quantity(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  const match = typeof value === "string" && value.length <= longest ? form.exec(value) : null;
  if (!match) return undefined;
  const [, sign, digits, suffix = ""] = match;
  const number = Number(digits) * (own(factors, suffix) ?? (suffix ? Number(`1${suffix}`) : 1));
  return sign === "-" ? -number : number;
}

export const isQuantity = (value: unknown) => quantity(value) !== undefined;

/** Resources every node has, by the names Kubernetes itself knows. */
export const standardResources: ReadonlySet<string> = new Set(["cpu", "memory", "ephemeral-storage"]);

/** Name of a resource that a container may ask for: one that Kubernetes knows, or one with a DNS prefix. */
export const isResourceName = (name: string) =>
  isQualifiedName(name) && (name.includes("/") || standardResources.has(name) || name.startsWith("hugepages-"));
