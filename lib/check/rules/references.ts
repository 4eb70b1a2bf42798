import type { KeyReference, KeyToPath, Selector } from "../../kubernetes/index.ts";
import { isEmptySelector } from "../../kubernetes/index.ts";
import { suggestion } from "../../problem/index.ts";
import { providedBy } from "../provided-objects.ts";
import { rule } from "../rule.ts";
import { type CheckedManifest, namespaceOf, type Pods, specOf } from "../scope.ts";

/** A ConfigMap or Secret that pods read, and the key where one is named. */
interface Read {
  readonly kind: "ConfigMap" | "Secret";
  readonly name: string;
  readonly path: string;
  readonly keys: readonly { readonly key: string; readonly path: string }[];
}

function* reads({ spec, path, containers }: Pods): Generator<Read> {
  const one = (kind: Read["kind"], reference: KeyReference | undefined, at: string): Read[] =>
    reference?.name && !reference.optional
      ? [{ kind, name: reference.name, path: at, keys: reference.key ? [{ key: reference.key, path: `${at}.key` }] : [] }]
      : [];
  const files = (
    kind: Read["kind"],
    source: { name?: string; items?: readonly KeyToPath[]; optional?: boolean } | undefined,
    at: string,
  ): Read[] =>
    source?.name && !source.optional
      ? [
          {
            kind,
            name: source.name,
            path: at,
            keys: (source.items ?? []).map(({ key = "" }, index) => ({ key, path: `${at}.items[${index}].key` })),
          },
        ]
      : [];
  for (const { container, path: at } of containers) {
    for (const [index, { valueFrom }] of (container.env ?? []).entries()) {
      yield* one("ConfigMap", valueFrom?.configMapKeyRef, `${at}.env[${index}].valueFrom.configMapKeyRef`);
      yield* one("Secret", valueFrom?.secretKeyRef, `${at}.env[${index}].valueFrom.secretKeyRef`);
    }
    for (const [index, { configMapRef, secretRef }] of (container.envFrom ?? []).entries()) {
      yield* one("ConfigMap", configMapRef, `${at}.envFrom[${index}].configMapRef`);
      yield* one("Secret", secretRef, `${at}.envFrom[${index}].secretRef`);
    }
  }
  for (const [index, volume] of (spec.volumes ?? []).entries()) {
    const at = `${path}.volumes[${index}]`;
    const { secret } = volume;
    yield* files("ConfigMap", volume.configMap, `${at}.configMap`);
    yield* files("Secret", secret && { ...secret, ...(secret.secretName ? { name: secret.secretName } : {}) }, `${at}.secret`);
    for (const [place, source] of (volume.projected?.sources ?? []).entries()) {
      yield* files("ConfigMap", source.configMap, `${at}.projected.sources[${place}].configMap`);
      yield* files("Secret", source.secret, `${at}.projected.sources[${place}].secret`);
    }
  }
}

export const configuration = rule({
  id: "references/configuration",
  severity: "error",
  why: "A pod that reads a ConfigMap, Secret or key that isn't there never starts: CreateContainerConfigError, or ContainerCreating forever.",
  fix: "Make the object or key, correct the name, or mark the reference optional.",
  source: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/#restrictions",
  bad: "apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: shop }\nspec: { containers: [{ name: a, image: a:1, envFrom: [{ configMapRef: { name: nobody } }] }] }\n",
  *check(scope) {
    const made = providedBy(scope);
    for (const pods of scope.pods) {
      for (const { kind, name, path, keys } of reads(pods)) {
        const known = kind === "Secret" ? made.secret(pods.namespace, name) : made.configMap(pods.namespace, name);
        if (!known) {
          const candidates = kind === "Secret" ? made.secretNames(pods.namespace) : scope.namesOf("ConfigMap", pods.namespace);
          yield {
            manifest: pods.manifest,
            path: `${path}.name`,
            message: `nothing makes the ${kind} "${name}" in ${pods.namespace}`,
            fix: suggestion(name, candidates),
          };
        } else if (known.keys) {
          for (const { key, path: at } of keys)
            if (!known.keys.has(key))
              yield {
                manifest: pods.manifest,
                path: at,
                message: `the ${kind} "${name}" has no key "${key}"`,
                fix: suggestion(key, known.keys, "It has"),
              };
        }
      }
    }
  },
});

export const serviceAccount = rule({
  id: "references/service-account",
  severity: "error",
  why: "Pods of an account that isn't there are refused one by one: the workload stays at 0 pods.",
  fix: "Make the ServiceAccount, or name one that there is.",
  source: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/",
  bad: "apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: shop }\nspec: { serviceAccountName: nobody, containers: [{ name: a, image: a:1 }] }\n",
  *check(scope) {
    for (const { manifest, spec, path, namespace } of scope.pods) {
      const name = spec.serviceAccountName;
      if (!name || name === "default" || scope.find("ServiceAccount", namespace, name)) continue;
      yield {
        manifest,
        path: `${path}.serviceAccountName`,
        message: `there is no ServiceAccount "${name}" in ${namespace}`,
        fix: suggestion(name, scope.namesOf("ServiceAccount", namespace)),
      };
    }
  },
});

export const claim = rule({
  id: "references/claim",
  severity: "error",
  why: "Pods of a claim that isn't there stay Pending.",
  fix: "Make the PersistentVolumeClaim, or name one that there is.",
  source: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#claims-as-volumes",
  bad: "apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: shop }\nspec: { volumes: [{ name: data, persistentVolumeClaim: { claimName: nobody } }], containers: [{ name: a, image: a:1 }] }\n",
  *check(scope) {
    const made = providedBy(scope);
    for (const { manifest, spec, path, namespace } of scope.pods) {
      for (const [index, { persistentVolumeClaim }] of (spec.volumes ?? []).entries()) {
        const name = persistentVolumeClaim?.claimName;
        if (name && !made.claim(namespace, name))
          yield {
            manifest,
            path: `${path}.volumes[${index}].persistentVolumeClaim.claimName`,
            message: `nothing makes the claim "${name}" in ${namespace}`,
            fix: suggestion(name, scope.namesOf("PersistentVolumeClaim", namespace)),
          };
      }
    }
  },
});

/** Group of a kind an autoscaler names, by its apiVersion. */
const groupOfVersion = (apiVersion = "") => (apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "");

export const scaleTarget = rule({
  id: "references/scale-target",
  severity: "error",
  why: "An autoscaler without its target scales nothing, and says so only in its own status.",
  fix: "Name the workload it is for, with its apiVersion and kind.",
  source: "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",
  bad: "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: a, namespace: shop }\nspec: { maxReplicas: 2, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: nobody } }\n",
  *check(scope) {
    for (const manifest of scope.ofKind("HorizontalPodAutoscaler", "autoscaling")) {
      const { scaleTargetRef } = specOf<{ scaleTargetRef?: { apiVersion?: string; kind?: string; name?: string } }>(manifest);
      const { apiVersion, kind = "", name = "" } = scaleTargetRef ?? {};
      const group = groupOfVersion(apiVersion);
      if (!["apps", ""].includes(group) || scope.find(kind, namespaceOf(manifest), name, group)) continue;
      const misplaced = group === "" && scope.find(kind, namespaceOf(manifest), name, "apps");
      yield {
        manifest,
        path: "spec.scaleTargetRef",
        message: `there is no ${kind} "${name}" in ${namespaceOf(manifest)}`,
        fix: misplaced ? "Its apiVersion is apps/v1." : suggestion(name, scope.namesOf(kind, namespaceOf(manifest), group)),
      };
    }
  },
});

export const selectsSomething = rule({
  id: "references/pod-selector",
  severity: "warning",
  why: "A disruption budget or network policy that selects no pod protects nothing, and nothing reports it.",
  fix: "Give it the labels of the pods it is for.",
  source: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
  bad: "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: a, namespace: shop }\nspec: { maxUnavailable: 1, selector: { matchLabels: { app: nobody } } }\n",
  *check(scope) {
    const selectors: [readonly CheckedManifest[], (manifest: CheckedManifest) => [string, Selector | undefined]][] = [
      [scope.ofKind("PodDisruptionBudget", "policy"), (manifest) => ["spec.selector", specOf<{ selector?: Selector }>(manifest).selector]],
      [
        scope.ofKind("NetworkPolicy", "networking.k8s.io"),
        (manifest) => ["spec.podSelector", specOf<{ podSelector?: Selector }>(manifest).podSelector],
      ],
    ];
    for (const [manifests, selectorIn] of selectors) {
      for (const manifest of manifests) {
        const [path, selector] = selectorIn(manifest);
        if (!selector || isEmptySelector(selector)) continue;
        if (scope.selected(namespaceOf(manifest), selector).length === 0)
          yield { manifest, path, message: `selects no pod of ${namespaceOf(manifest)}` };
      }
    }
  },
});

/** Namespaces every cluster has. */
const givenNamespaces = new Set(["default", "kube-system", "kube-public", "kube-node-lease"]);

export const namespace = rule({
  id: "references/namespace",
  severity: "warning",
  why: "Objects of a namespace that isn't there are refused, unless something else makes it first.",
  fix: "Have the environment make the namespace, or say that something else does.",
  source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",
  bad: "apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: shpo }\n",
  *check(scope) {
    const made = scope.ofKind("Namespace").map(({ object }) => object.metadata.name);
    // Where no namespace is made at all, something else makes them.
    if (made.length === 0) return;
    const known = new Set([...made, ...givenNamespaces]);
    const told = new Set<string>();
    for (const manifest of scope.manifests) {
      const name = manifest.object.metadata.namespace;
      if (!name || known.has(name) || manifest.app === "argocd" || told.has(name)) continue;
      told.add(name);
      yield { manifest, path: "metadata.namespace", message: `nothing makes the namespace "${name}"`, fix: suggestion(name, made) };
    }
  },
});

export const roleReference = rule({
  id: "references/role",
  severity: "warning",
  why: "A binding to a role or account that isn't there grants nothing, and nothing reports it.",
  fix: "Make the role or account, or correct the name.",
  source: "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding",
  bad: "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: { name: a, namespace: shop }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: nobody }\nsubjects: []\n",
  *check(scope) {
    const group = "rbac.authorization.k8s.io";
    for (const kind of ["RoleBinding", "ClusterRoleBinding"]) {
      for (const manifest of scope.ofKind(kind, group)) {
        const { roleRef, subjects } = manifest.object as unknown as {
          roleRef?: { kind?: string; name?: string };
          subjects?: readonly { kind?: string; name?: string; namespace?: string }[];
        };
        const own = manifest.object.metadata.namespace ?? "";
        // Clusters bring ClusterRoles of their own, so only a Role is known to be missing.
        if (roleRef?.kind === "Role" && roleRef.name && !scope.find("Role", own, roleRef.name, group))
          yield {
            manifest,
            path: "roleRef.name",
            message: `there is no Role "${roleRef.name}" in ${own}`,
            fix: suggestion(roleRef.name, scope.namesOf("Role", own, group)),
          };
        for (const [index, { kind: subject, name = "", namespace: place = own }] of (subjects ?? []).entries()) {
          const ours = scope.namesOf("ServiceAccount", place);
          if (subject === "ServiceAccount" && name !== "default" && ours.length > 0 && !ours.includes(name))
            yield {
              manifest,
              path: `subjects[${index}].name`,
              message: `there is no ServiceAccount "${name}" in ${place}`,
              fix: suggestion(name, ours),
            };
        }
      }
    }
  },
});
