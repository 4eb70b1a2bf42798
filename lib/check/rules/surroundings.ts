import { own } from "../../outside/index.ts";
import { isDataKey, isPathSegment, isSubdomain } from "../formats.ts";
import type { ClaimSpec } from "../kinds.ts";
import { quantity } from "../quantity.ts";
import { rule } from "../rule.ts";
import { joined } from "../schema/validate.ts";
import { specOf } from "../scope.ts";
import { formed, oneOf, refused, required, type Spot, within } from "./spot.ts";
import { selectorSpots } from "./workload.ts";

interface Data {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly type?: string;
}
/** The most an object's values may have in all: https://kubernetes.io/docs/concepts/configuration/configmap/#motivation */
const mostBytes = 1024 * 1024;
/** Keys that a type of Secret has to have: https://kubernetes.io/docs/concepts/configuration/secret/#secret-types */
const secretKeys: Readonly<Record<string, readonly string[]>> = {
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
};

export const data = rule({
  id: "schema/data",
  ...refused,
  source: "https://kubernetes.io/docs/concepts/configuration/configmap/",
  bad: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: shop }\ndata: { "my file": text }\n',
  *check(scope) {
    for (const kind of ["ConfigMap", "Secret"])
      for (const manifest of scope.ofKind(kind)) yield* within(manifest, dataSpots(manifest.object as unknown as Data, kind));
  },
});

function* dataSpots({ data: values = {}, binaryData = {}, stringData = {}, type }: Data, kind: string): Generator<Spot> {
  let bytes = 0;
  for (const [field, members] of Object.entries({ data: values, binaryData, stringData })) {
    for (const [key, value] of Object.entries(members ?? {})) {
      if (!isDataKey(key))
        yield { path: joined(field, key), message: `expected a key of letters, digits, '-', '_' and '.', found ${JSON.stringify(key)}` };
      const size = Buffer.byteLength(String(value));
      bytes += field === "binaryData" || (kind === "Secret" && field === "data") ? Math.floor((size * 3) / 4) : size;
    }
  }
  if (kind === "ConfigMap")
    for (const key of Object.keys(binaryData ?? {}))
      if (Object.hasOwn(values ?? {}, key)) yield { path: joined("binaryData", key), message: "data has the key too" };
  if (bytes > mostBytes)
    yield { path: "data", message: `at most 1048576 bytes in all, found ${bytes}`, fix: "Put large files into an image or a volume." };
  const all = { ...values, ...stringData };
  for (const key of (kind === "Secret" && own(secretKeys, type ?? "")) || [])
    if (!Object.hasOwn(all, key)) yield { path: joined("data", key), message: `is required by the type ${type}, and isn't there` };
}

export const claims = rule({
  id: "schema/claim",
  ...refused,
  source: "https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-claim-v1/",
  bad: "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: a, namespace: shop }\nspec: { accessModes: [ReadWriteOnce] }\n",
  *check(scope) {
    for (const manifest of scope.ofKind("PersistentVolumeClaim")) yield* within(manifest, claimSpots(specOf<ClaimSpec>(manifest), "spec"));
    for (const manifest of scope.ofKind("StatefulSet", "apps")) {
      const { volumeClaimTemplates = [] } = specOf<{ volumeClaimTemplates?: readonly { spec?: ClaimSpec }[] }>(manifest);
      for (const [index, { spec = {} }] of volumeClaimTemplates.entries())
        yield* within(manifest, claimSpots(spec, `spec.volumeClaimTemplates[${index}].spec`));
    }
  },
});

export function* claimSpots(
  { accessModes = [], resources, volumeMode, storageClassName, selector }: ClaimSpec,
  path: string,
): Generator<Spot> {
  if (accessModes.length === 0) yield { path: `${path}.accessModes`, message: "is required, and isn't there" };
  for (const [index, mode] of accessModes.entries())
    yield* oneOf(mode, ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"], `${path}.accessModes[${index}]`);
  if (accessModes.includes("ReadWriteOncePod") && accessModes.length > 1)
    yield { path: `${path}.accessModes`, message: "ReadWriteOncePod stands alone" };
  yield* required(resources?.requests?.storage, `${path}.resources.requests.storage`);
  yield* formed(
    resources?.requests?.storage,
    (amount) => (quantity(amount) ?? 1) > 0,
    `${path}.resources.requests.storage`,
    "more than nothing",
  );
  yield* oneOf(volumeMode, ["Filesystem", "Block"], `${path}.volumeMode`);
  yield* formed(storageClassName, (name) => name === "" || isSubdomain(name), `${path}.storageClassName`, "an object's name");
  if (selector) yield* selectorSpots(selector, `${path}.selector`);
}

interface Binding {
  readonly roleRef?: { readonly apiGroup?: string; readonly kind?: string; readonly name?: string };
  readonly subjects?: readonly {
    readonly kind?: string;
    readonly name?: string;
    readonly namespace?: string;
    readonly apiGroup?: string;
  }[];
}

export const bindings = rule({
  id: "schema/role-binding",
  ...refused,
  source: "https://kubernetes.io/docs/reference/access-authn-authz/rbac/",
  bad: "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: { name: a }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: a }\nsubjects: []\n",
  *check(scope) {
    for (const kind of ["RoleBinding", "ClusterRoleBinding"])
      for (const manifest of scope.ofKind(kind, "rbac.authorization.k8s.io"))
        yield* within(manifest, bindingSpots(manifest.object as unknown as Binding, kind));
    for (const kind of ["Role", "ClusterRole"])
      for (const manifest of scope.ofKind(kind, "rbac.authorization.k8s.io"))
        yield* within(manifest, roleSpots(manifest.object as unknown as Role, kind));
  },
});

function* bindingSpots({ roleRef = {}, subjects = [] }: Binding, kind: string): Generator<Spot> {
  yield* formed(
    roleRef.apiGroup ?? "rbac.authorization.k8s.io",
    (group) => group === "rbac.authorization.k8s.io" || group === "",
    "roleRef.apiGroup",
    "rbac.authorization.k8s.io",
  );
  yield* formed(
    roleRef.kind ?? "",
    (one) => (kind === "RoleBinding" ? ["Role", "ClusterRole"] : ["ClusterRole"]).includes(String(one)),
    "roleRef.kind",
    kind === "RoleBinding" ? "Role or ClusterRole" : "ClusterRole",
  );
  yield* required(roleRef.name, "roleRef.name");
  yield* formed(roleRef.name, (name) => name === "" || isPathSegment(name), "roleRef.name", "no '/', '%', '.' or '..'");
  for (const [index, subject] of subjects.entries()) {
    const at = `subjects[${index}]`;
    yield* required(subject.name, `${at}.name`);
    yield* formed(
      subject.kind ?? "",
      (one) => ["ServiceAccount", "User", "Group"].includes(String(one)),
      `${at}.kind`,
      "one of ServiceAccount, User, Group",
    );
    if (subject.kind === "ServiceAccount") {
      yield* formed(subject.name, (name) => name === "" || isSubdomain(name), `${at}.name`, "an object's name");
      if (kind === "ClusterRoleBinding") yield* required(subject.namespace, `${at}.namespace`);
      yield* oneOf(subject.apiGroup, [""], `${at}.apiGroup`);
    } else yield* oneOf(subject.apiGroup, ["", "rbac.authorization.k8s.io"], `${at}.apiGroup`);
  }
}

interface Role {
  readonly rules?: readonly {
    readonly verbs?: readonly string[];
    readonly apiGroups?: readonly string[];
    readonly resources?: readonly string[];
    readonly nonResourceURLs?: readonly string[];
  }[];
}

function* roleSpots({ rules }: Role, kind: string): Generator<Spot> {
  for (const [index, { verbs = [], apiGroups = [], resources = [], nonResourceURLs = [] }] of (rules ?? []).entries()) {
    const at = `rules[${index}]`;
    if (verbs.length === 0) yield { path: `${at}.verbs`, message: "is required, and isn't there" };
    if (nonResourceURLs.length > 0) {
      if (kind === "Role") yield { path: `${at}.nonResourceURLs`, message: "is for a ClusterRole only" };
      if (apiGroups.length + resources.length > 0)
        yield { path: `${at}.nonResourceURLs`, message: "can't stand beside apiGroups and resources" };
      continue;
    }
    if (apiGroups.length === 0) yield { path: `${at}.apiGroups`, message: "is required, and isn't there", fix: 'The core group is "".' };
    if (resources.length === 0) yield { path: `${at}.resources`, message: "is required, and isn't there" };
  }
}
