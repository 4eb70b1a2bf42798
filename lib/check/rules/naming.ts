import { joined } from "../../kubernetes/index.ts";
import { groupBy, groupOf, type KubernetesObject } from "../../manifest/index.ts";
import { isRecord, own } from "../../outside/index.ts";
import { type ManifestIssue, type Rule, rule } from "../rule.ts";
import { type CheckedManifest, inNamespace, namespaceOf, type Scope } from "../scope.ts";
import { missing } from "./missing.ts";

/** A place where a kind names an object. */
interface Place {
  /** As `gateway.networking.k8s.io/HTTPRoute`. */
  readonly from: string;
  /** Where the name stands, as `spec.rules[].backendRefs[]`: an object with a name, or the name itself. */
  readonly at: string | readonly string[];
  /** Kind that is meant where the place doesn't say one. */
  readonly kind: string;
  readonly group?: string;
  /** Where an object holds the name. Default: `name` */
  readonly nameKey?: string;
  /** A field that says that the object has no namespace: its kind begins with `Cluster`. */
  readonly clusterKey?: string;
  /** A field that says, as true, that the object may be missing. */
  readonly optionalKey?: string;
}

/** What is alike in rules about objects that others name. */
interface Naming extends Pick<Rule, "id" | "severity" | "why" | "fix" | "source" | "bad" | "good"> {
  readonly places: readonly Place[];
  /** Whether it counts only where objects of that kind are among the manifests: clusters bring such of their own. */
  readonly onlyAmongOthers?: true;
}

/** A value in an object, with its path. */
type Placed = readonly [path: string, value: unknown];

/** The values at a path in which `[]` stands for each entry of a list. */
const valuesAt = (object: KubernetesObject, path: string | readonly string[]): readonly Placed[] =>
  (typeof path === "string" ? path.split(".") : path).reduce<readonly Placed[]>(
    (found, step) => found.flatMap((place) => valuesBelow(place, step)),
    [["", object]],
  );

function valuesBelow([path, value]: Placed, step: string): readonly Placed[] {
  const name = step.replace("[]", "");
  const member = isRecord(value) ? own(value, name) : undefined;
  const at = joined(path, name);
  if (name !== step) return Array.isArray(member) ? member.map((entry, index) => [`${at}[${index}]`, entry] as const) : [];
  return member === undefined || member === null ? [] : [[at, member]];
}

const textOf = (value: unknown, key: string) => {
  const text = isRecord(value) ? own(value, key) : undefined;
  return typeof text === "string" ? text : undefined;
};

const isTrue = (value: unknown, key: string | undefined) => key !== undefined && isRecord(value) && own(value, key) === true;

interface Named {
  readonly kind: string;
  readonly group: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
}

/** What a place names; undefined where it names nothing, or something that only its controller knows. */
function namedAt(
  [path, value]: Placed,
  { kind: meant, group: meantGroup = "", nameKey = "name", clusterKey, optionalKey }: Place,
  from: string,
): Named | undefined {
  const name = typeof value === "string" ? value : textOf(value, nameKey);
  if (!name || /[{}$*]/.test(name) || isTrue(value, optionalKey)) return undefined;
  const kind = isTrue(value, clusterKey) ? `Cluster${meant}` : (textOf(value, "kind") ?? meant);
  const version = textOf(value, "apiVersion");
  const group = textOf(value, "group") ?? (version?.includes("/") ? groupOf({ apiVersion: version }) : undefined);
  return {
    kind,
    group: group ?? meantGroup,
    namespace: isClusterWide(kind) ? "" : (textOf(value, "namespace") ?? from),
    name,
    path: typeof value === "string" ? path : `${path}.${nameKey}`,
  };
}

function* issuesOf(scope: Scope, manifest: CheckedManifest, places: readonly Place[], onlyAmongOthers: boolean): Generator<ManifestIssue> {
  for (const place of places)
    for (const value of valuesAt(manifest.object, place.at)) {
      const named = namedAt(value, place, namespaceOf(manifest));
      if (!named || !kinds.has(named.kind) || scope.has(named.kind, named.namespace, named.name, named.group)) continue;
      const { kind, namespace, name, group, path } = named;
      const candidates = scope.namesOf(kind, namespace, group);
      if (onlyAmongOthers && scope.has(`Cluster${kind}`, "", name, group))
        yield { manifest, path, message: `there is no ${kind} "${name}", but a Cluster${kind}`, fix: `Add kind: Cluster${kind}.` };
      else if (!onlyAmongOthers || candidates.length > 0 || scope.isListed(kind, group))
        yield { manifest, path, message: messageOf(named, manifest), ...missing({ kind, group, namespace, name, candidates }) };
    }
}

function messageOf({ kind, namespace, name }: Named, manifest: CheckedManifest): string {
  const place = namespace === "" ? "" : ` in ${namespace}`;
  return `there is no ${kind} "${name}"${namespace === namespaceOf(manifest) ? inNamespace(manifest) : place}`;
}

/** Kinds that are looked for. Others have rules of their own, or only their controllers know what is meant. */
const kinds = new Set([
  "Service",
  "Deployment",
  "StatefulSet",
  "Issuer",
  "ClusterIssuer",
  "SecretStore",
  "ClusterSecretStore",
  "Gateway",
  "GatewayClass",
  "GitRepository",
  "HelmRepository",
  "OCIRepository",
  "Bucket",
  "AnalysisTemplate",
  "ClusterAnalysisTemplate",
  "TriggerAuthentication",
  "ClusterTriggerAuthentication",
  "DaemonSet",
  "ServiceAccount",
  "ConfigMap",
  "Secret",
]);

/** Kinds of objects that have no namespace. */
const isClusterWide = (kind: string) => kind.startsWith("Cluster") || kind === "GatewayClass";

/** A rule about objects that the places of others name. */
export function naming({ places, onlyAmongOthers = undefined, ...texts }: Naming): Rule {
  return rule({
    ...texts,
    *check(scope) {
      for (const [kind, own] of groupBy(places, ({ from }) => from))
        for (const manifest of scope.ofCustomKind(kind)) yield* issuesOf(scope, manifest, own, onlyAmongOthers === true);
    },
  });
}
