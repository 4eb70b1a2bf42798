import { isIP } from "node:net";
import { standardAddress, standardNetwork } from "./standard-address.ts";

/** Spellings the API server asks for: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const fits = (pattern: RegExp, longest: number) => (text: unknown) =>
  typeof text === "string" && text.length <= longest && pattern.test(text);

/** RFC 1123 label: most names inside objects. */
export const isLabel = fits(new RegExp(`^${label}$`), 63);
/** RFC 1035 label: names of Services. */
export const isServiceName = fits(/^[a-z]([-a-z0-9]*[a-z0-9])?$/, 63);
/** Names of Services in a minor version: since 1.36 (RelaxedServiceNameValidation) they may begin with a digit. */
export const isServiceNameSince = (minor: number) => (minor >= 36 ? isLabel : isServiceName);
/** RFC 1123 subdomain: names of most objects. */
export const isSubdomain = fits(new RegExp(`^${label}(\\.${label})*$`), 253);
const isWildcardHost = fits(new RegExp(`^\\*\\.${label}(\\.${label})*$`), 253);
/** IANA service name: names of ports. */
export const isPortName = (text: unknown) =>
  fits(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 15)(text) && /[a-z]/.test(String(text)) && !/--/.test(String(text));
/** Key of a ConfigMap or Secret. */
export const isDataKey = (text: unknown) =>
  fits(/^[-._a-zA-Z0-9]+$/, 253)(text) && text !== "." && text !== ".." && !String(text).startsWith("..");
/** Name of an environment variable; since 1.32 all printable ASCII but `=`. */
export const isEnvName = (text: unknown, minor: number) =>
  (minor >= 32 ? fits(/^[ -<>-~]+$/, 100_000)(text) : fits(/^[-._a-zA-Z][-._a-zA-Z0-9]*$/, 100_000)(text)) &&
  text !== "." &&
  !String(text).startsWith("..");
export const isLabelValue = fits(/^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/, 63);
const isName = fits(/^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/, 63);
/** Key of a label or annotation: an optional DNS prefix and a name. */
export function isQualifiedName(text: unknown): boolean {
  if (typeof text !== "string") return false;
  const slash = text.indexOf("/");
  return slash < 0 ? isName(text) : isSubdomain(text.slice(0, slash)) && isName(text.slice(slash + 1));
}
export const isAddress = (text: unknown) => typeof text === "string" && isIP(text) !== 0 && !/^0\d|\.0\d/.test(text);
export function isCidr(text: unknown): boolean {
  const [address = "", bits = "", ...rest] = typeof text === "string" ? text.split("/") : [];
  const family = isIP(address);
  return rest.length === 0 && family !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}
/** An address in a field that is older than the server's strict reading: it takes other than standard forms too, and warns of them. */
export const isOlderAddress = (text: unknown) => typeof text === "string" && standardAddress(text) !== undefined;
/** A network in such a field. */
export const isOlderNetwork = (text: unknown) => typeof text === "string" && standardNetwork(text) !== undefined;
/** Id of a user or group. */
export const isId = (value: unknown) => typeof value === "number" && value >= 0 && value <= 2147483647;
export const isPort = (value: unknown) => typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 65535;
/** Node ports as clusters have them unless configured otherwise. */
export const nodePorts = [30000, 32767] as const;
export const isNodePort = (value: unknown) => typeof value === "number" && value >= nodePorts[0] && value <= nodePorts[1];
/** A path segment: names of RBAC objects. */
export const isPathSegment = (text: unknown) =>
  typeof text === "string" && text !== "" && text !== "." && text !== ".." && !/[/%]/.test(text);
const cronField = "(\\*|\\?|[0-9]+|[A-Za-z]{3})(-([0-9]+|[A-Za-z]{3}))?(/[0-9]+)?";
const cronForm = new RegExp(`^${cronField}(,${cronField})*$`);
const ranges = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const;
const names = [undefined, undefined, undefined, "jan feb mar apr may jun jul aug sep oct nov dec", "sun mon tue wed thu fri sat"];

const longestCron = 1000;
/** Five cron fields or a short name: https://pkg.go.dev/github.com/robfig/cron/v3 */
export function isCron(text: unknown): boolean {
  if (typeof text !== "string" || text.length > longestCron) return false;
  if (text.startsWith("@"))
    return /^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/.test(text) || /^@every (\d+(\.\d+)?(ns|us|ms|s|m|h))+$/.test(text);
  const fields = text.trim().split(/\s+/);
  return fields.length === 5 && fields.every((field, index) => cronForm.test(field) && inRange(field, index));
}

const fieldNames = ["minute", "hour", "day of the month", "month", "day of the week"];

/** What is wrong with a schedule, as far as it is one field; undefined where it is the form as a whole. */
export function cronProblem(text: string): string | undefined {
  const fields = text.slice(0, longestCron).trim().split(/\s+/);
  if (text.startsWith("@")) return undefined;
  if (fields.length !== 5) return `expected five fields (${fieldNames.join(", ")}), found ${fields.length}`;
  const index = fields.findIndex((field, at) => !cronForm.test(field) || !inRange(field, at));
  const [least, most] = ranges[index] ?? [0, 0];
  return index < 0 ? undefined : `the ${fieldNames[index]} is ${JSON.stringify(fields[index])}, and has to be from ${least} to ${most}`;
}

function inRange(field: string, index: number): boolean {
  const [least, most] = ranges[index] ?? [0, 0];
  const words = names[index]?.split(" ");
  return field.split(",").every((part) => {
    const [range = "", step] = part.split("/");
    if (step !== undefined && Number(step) === 0) return false;
    if (range === "*" || range === "?") return true;
    const bounds = range
      .split("-")
      .map((bound) => (/^\d+$/.test(bound) ? Number(bound) : words ? words.indexOf(bound.toLowerCase()) + (index === 3 ? 1 : 0) : -1));
    if (bounds.some((bound) => bound < least || bound > most)) return false;
    return bounds.length === 1 || (bounds[0] ?? least) <= (bounds[1] ?? most);
  });
}

/** A share, as `25%`; whether more than all of it makes sense is the field's to say. */
export const isPercent = (text: unknown) => typeof text === "string" && /^[0-9]+%$/.test(text);
/** Key of an annotation: as a label's, but its case doesn't matter. */
export const isAnnotationKey = (text: unknown) => typeof text === "string" && isQualifiedName(text.toLowerCase());
/** Host of an Ingress rule: a DNS name, which may begin with a wildcard, and no address. */
export const isIngressHost = (text: unknown) => !isAddress(text) && (isSubdomain(text) || isWildcardHost(text));
/** Search domain of a resolver: a DNS name in which `_` may stand as a letter, and which may end in a dot. */
export const isSearchDomain = (text: unknown) =>
  typeof text === "string" && (text === "." || isSubdomain(text.replace(/\.$/, "").replaceAll("_", "a")));
/** Path of a mount: anything without `:`. */
export const isMountPath = (text: unknown) => typeof text === "string" && text !== "" && !text.includes(":");
/** A path that leads down from where it begins: no absolute one, and no `..` in it. */
export const isDescendingPath = (text: unknown) => typeof text === "string" && !text.startsWith("/") && hasNoBacksteps(text);
/** A file of a volume: as a descending path, and its name doesn't begin with `..`, which the kubelet keeps for itself. */
export const isVolumeFile = (text: unknown) => isDescendingPath(text) && typeof text === "string" && text !== "" && !text.startsWith("..");
/** No part of the path is `..`: paths of the node. */
export const hasNoBacksteps = (text: unknown) => typeof text === "string" && !text.split("/").includes("..");
export const isHeaderName = fits(/^[-A-Za-z0-9]+$/, 100_000);
/** Name of a kernel parameter, with dots or slashes between its parts. */
export const isSysctl = fits(/^[a-z0-9]([-_a-z0-9]*[a-z0-9])?([./][a-z0-9*]([-_a-z0-9*]*[a-z0-9*])?)*$/, 253);

let zones: ReadonlyMap<string, string> | undefined;

/** Name of the time zone database. The server minds its case: https://www.iana.org/time-zones */
export function isTimeZone(zone: unknown): boolean {
  if (typeof zone !== "string" || zone === "Local" || !/^[A-Z][\w+-]*(\/[A-Z0-9][\w+-]*)*$/.test(zone)) return false;
  zones ??= new Map(Intl.supportedValuesOf("timeZone").map((name) => [name.toLowerCase(), name]));
  const spelling = zones.get(zone.toLowerCase());
  if (spelling !== undefined) return spelling === zone;
  try {
    // Older names of a zone aren't listed, and known all the same.
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
