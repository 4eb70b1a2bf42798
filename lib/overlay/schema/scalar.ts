import { z } from "zod";

/** Scalars as Kubernetes spells them: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const text = (pattern: RegExp, longest: number, allowed: string) =>
  z
    .string()
    .max(longest, { error: `${allowed}, at most ${longest} characters` })
    .regex(pattern, { error: allowed });

/** RFC 1123 label: what most names of things inside an object must be. */
export const dnsLabel = text(
  new RegExp(`^${label}$`),
  63,
  "lower-case letters, digits and '-', beginning and ending with a letter or digit",
);
/** RFC 1035 label: what the name of a Service must be. */
export const serviceName = text(/^[a-z]([-a-z0-9]*[a-z0-9])?$/, 63, "lower-case letters, digits and '-', beginning with a letter");
/** RFC 1123 subdomain: what the name of most objects must be. */
export const objectName = text(
  new RegExp(`^${label}(\\.${label})*$`),
  253,
  "lower-case letters, digits, '-' and '.', each part beginning and ending with a letter or digit",
);
/** A port's name (IANA service name). */
export const portName = text(
  /^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/,
  15,
  "lower-case letters, digits and single '-', with at least one letter",
);
/** The name of an environment variable: anything printable but `=`, as API servers take it since 1.32. */
export const envName = text(/^[A-Za-z_.-][A-Za-z0-9_.-]*$/, 253, "letters, digits, '_', '-' and '.', not beginning with a digit");
/** The key of a ConfigMap or Secret, which is a file's name when mounted. */
export const dataKey = text(/^(?!\.\.?$)(?!\.\..)[-._a-zA-Z0-9]+$/, 253, "letters, digits, '-', '_' and '.', and no path");
/** A label's or annotation's key: an optional DNS prefix and a name. */
export const qualifiedName = text(
  /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/,
  317,
  "an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' and '.'",
);
const labelValue = text(
  /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/,
  63,
  "letters, digits, '-', '_' and '.', beginning and ending with a letter or digit",
);
export const hostName = text(new RegExp(`^(\\*\\.)?${label}(\\.${label})*$`), 253, "a DNS name");
export const cidr = text(
  /^([0-9]{1,3}(\.[0-9]{1,3}){3}\/([0-9]|[12][0-9]|3[0-2])|[0-9a-fA-F:]*:[0-9a-fA-F:.]*\/([0-9]|[1-9][0-9]|1[01][0-9]|12[0-8]))$/,
  60,
  "an address and a prefix length, as 10.0.0.0/16",
);
export const ipAddress = text(/^([0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*)$/, 45, "an IPv4 or IPv6 address");
/** An absolute path inside a container or on a node. */
export const absolutePath = text(/^\/[^:]*$/, 4096, "an absolute path without ':'");

const amount = /^[+-]?([0-9]+|[0-9]+\.[0-9]*|\.[0-9]+)(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?[0-9]+)?$/;
/** A resource quantity: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
export const quantity = z.union([text(amount, 40, "a quantity, as 100m, 0.5, 256Mi or 2Gi"), z.number().nonnegative()]);

export const portNumber = z.int().min(1).max(65535);
export const nonNegative = z.int().min(0).max(2147483647);
export const positive = z.int().min(1).max(2147483647);
/** A count of pods, or a share of them. */
export const countOrPercent = z.union([nonNegative, text(/^(100|[1-9]?[0-9])%$/, 4, "a whole number, or a percentage as 25%")]);

const cronField = "(\\*|[0-9A-Za-z]+(-[0-9A-Za-z]+)?)(/[0-9]+)?";
/** A five-field cron schedule or one of its short names. */
export const cronSchedule = text(
  new RegExp(
    `^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|@every [0-9hms]+|(${cronField}(,${cronField})* +){4}${cronField}(,${cronField})*)$`,
  ),
  200,
  "five cron fields, as '30 2 * * *', or @hourly, @daily, @weekly, @monthly, @yearly",
);

export const labels = z.record(qualifiedName, labelValue);
export const annotations = z.record(qualifiedName, z.string());

/** A part of the Kubernetes API that is taken as it is, without being looked into. */
export const verbatim = z.record(z.string(), z.unknown()).meta({ tsType: "Readonly<Record<string, unknown>>" });
