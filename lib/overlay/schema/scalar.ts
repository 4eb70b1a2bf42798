import { z } from "zod";
import {
  quantity as amountOf,
  hasNoBacksteps,
  imageProblem,
  isAddress,
  isAnnotationKey,
  isCidr,
  isCron,
  isDataKey,
  isDescendingPath,
  isEnvName,
  isHeaderName,
  isIngressHost,
  isLabel,
  isLabelValue,
  isMountPath,
  isNodePort,
  isPercent,
  isPortName,
  isQualifiedName,
  isResourceName,
  isSearchDomain,
  isServiceName,
  isSubdomain,
  isSysctl,
  isTimeZone,
  isVolumeFile,
  nodePorts,
  parseImage,
} from "../../kubernetes/index.ts";

/**
 * Scalars as the API server takes them: what it would refuse is refused here, where the overlay's path is known.
 * @param example what the reference shows
 */
const text = (holds: (text: string) => boolean, allowed: string, example: string) =>
  z
    .string()
    .refine(holds, { error: allowed })
    .meta({ examples: [example] });

/** RFC 1123 label: what most names of things inside an object must be. */
export const dnsLabel = text(isLabel, "at most 63 lower-case letters, digits and '-', beginning and ending with a letter or digit", "web");
/** RFC 1035 label: what the name of a Service must be. */
export const serviceName = text(isServiceName, "at most 63 lower-case letters, digits and '-', beginning with a letter", "web");
/** RFC 1123 subdomain: what the name of most objects must be. */
export const objectName = text(
  isSubdomain,
  "at most 253 lower-case letters, digits, '-' and '.', each part beginning and ending with a letter or digit",
  "web",
);
/** The name of a class or an account, or nothing for none. */
export const objectNameOrNone = text((name) => name === "" || isSubdomain(name), "the name of an object, or an empty text for none", "web");
/** A port's name (IANA service name). */
export const portName = text(isPortName, "at most 15 lower-case letters, digits and single '-', with at least one letter", "http");
/**
 * The name of an environment variable, as every API server takes it and a shell can read it. Servers since 1.32 take any printable ASCII
 * but `=`: https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/
 */
export const envName = text((name) => isEnvName(name, 31), "letters, digits, '_', '-' and '.', not beginning with a digit", "LOG_LEVEL");
/** What goes before the names of variables. */
export const envPrefix = text((prefix) => prefix === "" || isEnvName(prefix, 31), "the beginning of a variable's name", "SHOP_");
/** The name of a variable that is kept in a ConfigMap or Secret, so that it is a key as well. */
export const envKey = text(
  (name) => isEnvName(name, 31) && isDataKey(name),
  "at most 253 letters, digits, '_', '-' and '.', not beginning with a digit",
  "LOG_LEVEL",
);
/** The key of a ConfigMap or Secret, which is a file's name when mounted. */
export const dataKey = text(isDataKey, "at most 253 letters, digits, '-', '_' and '.', and no path", "app.properties");
/** A label's key: an optional DNS prefix and a name. */
export const qualifiedName = text(
  isQualifiedName,
  "an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' and '.'",
  "example.com/team",
);
export const labelValue = text(
  isLabelValue,
  "at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit",
  "payments",
);
/** The name of one host. */
export const dnsName = text(isSubdomain, "a DNS name in lower case", "shop.example.com");
/** A host as an Ingress serves it: a DNS name, which may begin with a wildcard. */
export const hostName = text(isIngressHost, "a DNS name in lower case, which may begin with '*.'", "shop.example.com");
/** A host to connect to. */
export const hostOrAddress = text(
  (host) => isSubdomain(host) || isAddress(host),
  "a DNS name in lower case, or an IP address",
  "shop.example.com",
);
export const searchDomain = text(isSearchDomain, "a DNS name", "shop.svc.cluster.local");
export const cidr = text(isCidr, "an address and a prefix length, as 10.0.0.0/16", "10.0.0.0/16");
export const ipAddress = text(isAddress, "an IPv4 or IPv6 address", "10.0.0.10");
export const headerName = text(isHeaderName, "letters, digits and '-'", "X-Request-Id");
export const sysctl = text(isSysctl, "the name of a kernel parameter, as net.core.somaxconn", "net.core.somaxconn");

/** An image's repository or whole reference, as the kubelet can read it. */
export const imageReference = text(
  (reference) => imageProblem(parseImage(reference)) === undefined,
  "an image reference, as team/web:1.0.0 or quay.io/team/web@sha256:<64 hexadecimal digits>",
  "team/web",
);
/** What goes before repositories: a host, and a path where it has one. */
export const registry = text(
  (host) => imageProblem(parseImage(`${host}/image`)) === undefined,
  "a registry host, and a path where it has one",
  "registry.example",
);

const isAbsolute = (path: string) => path.startsWith("/");
/** An absolute path inside a container. */
export const absolutePath = text((path) => isAbsolute(path) && isMountPath(path), "an absolute path without ':'", "/var/data");
/** An absolute path of a node. */
export const nodePath = text((path) => isAbsolute(path) && hasNoBacksteps(path), "an absolute path without '..'", "/var/log");
/** A path inside a volume. */
export const subPath = text(isDescendingPath, "a relative path without '..'", "config/app.yaml");
/** A file inside a volume. */
export const volumeFile = text(isVolumeFile, "a relative path without '..'", "config/app.yaml");

/** A resource quantity: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
export const quantity = z.union([
  text((amount) => (amountOf(amount) ?? -1) >= 0, "a quantity, as 100m, 0.5, 256Mi or 2Gi", "256Mi"),
  z.number().nonnegative(),
]);
/** An amount of storage, which can't be nothing. */
export const storageSize = z.union([
  text((amount) => (amountOf(amount) ?? 0) > 0, "a quantity above 0, as 20Gi", "20Gi"),
  z.number().positive(),
]);
/** The name of a resource that a container asks for. */
export const resourceName = text(isResourceName, "cpu, memory, ephemeral-storage, hugepages-<size>, or a name with a DNS prefix", "memory");

export const portNumber = z.int().min(1).max(65535);
export const nodePort = z.int().refine(isNodePort, { error: `a port from ${nodePorts[0]} to ${nodePorts[1]}` });
export const nonNegative = z.int().min(0).max(2147483647);
export const positive = z.int().min(1).max(2147483647);
/** A count of pods, or a share of them. */
export const countOrPercent = z.union([
  nonNegative,
  text((share) => isPercent(share) && Number.parseInt(share, 10) <= 100, "a whole number, or a percentage as 25%", "25%"),
]);
/** A count of further pods, or a share, which may be more than all there are. */
export const surge = z.union([nonNegative, text(isPercent, "a whole number, or a percentage as 25%", "25%")]);

/** A five-field cron schedule or one of its short names. */
export const cronSchedule = text(isCron, "five cron fields, as '30 2 * * *', or @hourly, @daily, @weekly, @monthly, @yearly", "30 2 * * *");
export const timeZone = text(isTimeZone, "a name of the time zone database, as Europe/Amsterdam", "Europe/Amsterdam");
/** A duration of Argo CD and External Secrets. */
export const duration = text((length) => /^([0-9]+(s|m|h))+$/.test(length), "a duration, as 15m or 1h", "15m");

export const labels = z.record(qualifiedName, labelValue);
export const annotations = z.record(
  text(isAnnotationKey, "an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' and '.'", "example.com/contact"),
  z.string(),
);

export const awsAccount = z
  .string()
  .regex(/^[0-9]{12}$/, { error: "twelve digits" })
  .meta({ examples: ["123456789012"] });
export const awsRegion = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, { error: "a region, as eu-west-1" })
  .meta({ examples: ["eu-west-1"] });

/** A part of the Kubernetes API that is taken as it is, without being looked into. */
export const verbatim = z.record(z.string(), z.unknown()).meta({ tsType: "Readonly<Record<string, unknown>>" });

/** A file of the repository, which no path leads out of. */
export const repositoryFile = z
  .string()
  .regex(/^(?![./])(?!.*(^|\/)\.\.(\/|$))[^\\]*[^/\\]$/, { error: "a file's path from the repository's root, as clusters/prod.yaml" })
  .meta({ examples: ["clusters/prod.yaml"] });
