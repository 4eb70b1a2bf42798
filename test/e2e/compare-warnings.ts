import type { KubernetesObject } from "slipway";
import type { Finding } from "../../lib/check/finding.ts";
import { check } from "../../lib/check/index.ts";
import { type ApiServer, kubernetes } from "./api-server.ts";

/** Where the two differ, and why that stays. */
type Differences = readonly (readonly [what: RegExp, why: string])[];

/** Warnings of the server that check doesn't repeat. */
const left: Differences = [
  [/"[a-z-]+-finalizer\.argocd\.argoproj\.io": prefer/, "Argo CD documents its finalizers by these names, and removes no others"],
  [/ \[\] for data\.tls\.(crt|key): tls: /, "to the server an empty list is no bytes, and so is what a controller fills in later"],
];

/** Warnings without a path, or with another than the field's, and what check calls them: its rule, and words of its message. */
const elsewhere: readonly (readonly [warning: RegExp, rule: string, message: RegExp])[] = [
  [/^volume ".*overlapping paths/, "schema/server-warning", /lies over another file/],
  [/^volume ".*has no sources provided/, "schema/server-warning", /names nothing that gives files/],
  [/^\.?metadata\.ownerReferences contains duplicate entries/, "schema/fields", /another entry has the same uid/],
  [/^(tls|x509|asn1): /, "schema/data", /./],
  [/fractional byte value/, "rollout/amount", /fraction of a byte/],
  [/^unrecognized format /, "schema/server-warning", /knows no format/],
  [/^v1 Endpoints is deprecated/, "schema/deprecated", /Endpoints/],
  [/^annotation "?kubernetes\.io\/ingress\.class/, "schema/deprecated", /annotation/],
  [/^annotation service\.kubernetes\.io\/topology-aware-hints/, "schema/deprecated", /annotation/],
  [/^spec\.addressType: FQDN/, "schema/deprecated", /FQDN/],
  [/serviceAccountTokenInSecrets/, "schema/server-warning", /attributes of the volume/],
  [/^ResourceQuota /, "schema/limits", /more than/],
];

/** What check reports as deprecated and the server says nothing of, or not of every case. */
const own: Differences = [
  [/\.serviceAccount$/, "the server takes the old name for the new, and says so in its documentation alone"],
  [/^spec\.loadBalancerIP$/, "deprecated in the documentation since 1.24; the server never warned"],
  [/topology-mode/, "the documentation names what took its place; the server warns of the annotation before it alone"],
  [
    /seccomp\.security\.alpha/,
    "the server says nothing where the field is set too, or where no container has the name; nothing reads the annotation then",
  ],
  [/apparmor\.security\.beta/, "the server says nothing where the field is set too, which the annotation only repeats"],
  [
    /kubernetes\.io\/ingress\.class/,
    "the server says nothing where the field is set too: then it refuses the object, or the annotation does nothing",
  ],
];

/** Findings that say what a warning of the server says, by rule. */
const repeats: Readonly<Record<string, RegExp>> = {
  "rollout/amount": /fraction of a byte/,
  "schema/data": /PEM|certificate|private key/,
  "rollout/node-label": /deprecated/,
  "rollout/spread": /is missing/,
  "schema/address-form": /./,
  "schema/deprecated": /./,
  "schema/server-warning": /./,
};

/** A path in one spelling: keys as steps, in lower case, as the server writes some in another. */
const spelt = (path: string) => path.replace(/\["?([^\]"]*[^\]"\d][^\]"]*)"?\]/g, ".$1").toLowerCase();
const isBelow = (path: string, above: string) => path === above || (path.startsWith(above) && /[.[]/.test(path[above.length] ?? ""));
const areNear = (one: string, other: string) => isBelow(one, other) || isBelow(other, one);
/** The path that a warning begins with. */
const pathOf = (warning: string) => spelt(/^(\S+?)(?::| is ignored| is deprecated)/.exec(warning)?.[1] ?? "");

function repeatsIt(warning: string, { rule, path, message }: Finding): boolean {
  const row = elsewhere.find(([pattern]) => pattern.test(warning));
  return row ? rule === row[1] && row[2].test(message) : pathOf(warning) !== "" && areNear(spelt(path), pathOf(warning));
}

const isLeft = (differences: Differences, text: string) => differences.some(([what]) => what.test(text));

/** What the server said and check didn't, and the other way round, of one object. */
interface Comparison {
  readonly warnings: number;
  readonly silent: readonly string[];
  readonly unfounded: readonly string[];
}

/** Compares what the two say of an object that the server takes. */
export async function compareWarnings(server: ApiServer, what: string, object: KubernetesObject): Promise<Comparison> {
  const { status, warnings } = await server.tryToCreate(object);
  if (status >= 300) return { warnings: 0, silent: [], unfounded: [] };
  const all = check(
    [{ name: "test", kubernetes, isPart: true, manifests: [{ object, app: "", file: "a.yaml" }] }],
    "2030-01-01",
  ).findings.filter(({ severity, outside }) => severity !== "info" && !outside);
  const silent = warnings.filter((warning) => !isLeft(left, `${what}: ${warning}`) && !all.some((finding) => repeatsIt(warning, finding)));
  const unfounded = all.filter(
    (finding) =>
      repeats[finding.rule]?.test(finding.message) &&
      !(finding.rule === "schema/deprecated" && isLeft(own, finding.path)) &&
      !warnings.some((warning) => repeatsIt(warning, finding)),
  );
  return {
    warnings: warnings.length,
    silent: silent.map((warning) => `${what}: ${warning}`),
    unfounded: unfounded.map(({ rule, path, message }) => `${what}: ${rule} ${path} ${message}`),
  };
}
