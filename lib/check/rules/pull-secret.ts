import { podReads } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { providedBy } from "../provided-objects.ts";
import { rule } from "../rule.ts";
import { type CheckedManifest, inNamespace, namespaceOf, type Scope } from "../scope.ts";
import { missing } from "./missing.ts";

/** Types whose content the kubelet takes for registries' credentials. */
const pullTypes = ["kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"];

export const pullSecret = rule({
  id: "references/pull-secret-type",
  severity: "error",
  why: "The kubelet ignores a pull secret of another type: it pulls without credentials, and a private image stays in ImagePullBackOff.",
  fix: "Give the Secret the type kubernetes.io/dockerconfigjson, and the key .dockerconfigjson.",
  source: "https://kubernetes.io/docs/concepts/containers/images/#specifying-imagepullsecrets-on-a-pod",
  bad: yaml`
    apiVersion: v1
    kind: Secret
    metadata: { name: registry, namespace: shop }
    type: Opaque
    stringData: { password: placeholder }
    ---
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      imagePullSecrets: [{ name: registry }]
      containers: [{ name: a, image: a:1 }]
  `,
  good: yaml`
    apiVersion: v1
    kind: Secret
    metadata: { name: registry, namespace: shop }
    type: kubernetes.io/dockerconfigjson
    stringData: { .dockerconfigjson: '{"auths":{}}' }
    ---
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      imagePullSecrets: [{ name: registry }]
      containers: [{ name: a, image: a:1 }]
  `,
  *check(scope) {
    for (const { manifest, namespace, name, path } of pullSecrets(scope)) {
      const secret = scope.find("Secret", namespace, name);
      if (secret && !pullTypes.includes(secret.object.type ?? ""))
        yield { manifest, path, message: `the Secret "${name}" isn't of the type ${pullTypes.join(" or ")}, so it is ignored` };
    }
  },
});

export const pullSecretThere = rule({
  id: "references/pull-secret",
  severity: "warning",
  why: "The kubelet pulls without the credentials of a pull secret that doesn't exist: a private image stays in ImagePullBackOff.",
  fix: "Create the Secret, or correct its name.",
  source: "https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      imagePullSecrets: [{ name: registry }]
      containers: [{ name: a, image: a:1 }]
  `,
  good: yaml`
    apiVersion: v1
    kind: Secret
    metadata: { name: registry, namespace: shop }
    type: kubernetes.io/dockerconfigjson
    stringData: { .dockerconfigjson: '{"auths":{}}' }
    ---
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      imagePullSecrets: [{ name: registry }]
      containers: [{ name: a, image: a:1 }]
  `,
  *check(scope) {
    const provided = providedBy(scope);
    for (const { manifest, namespace, name, path } of pullSecrets(scope)) {
      if (name === "" || provided.secret(namespace, name)) continue;
      const message = `nothing creates the Secret "${name}"${inNamespace(manifest)}`;
      yield { manifest, path, message, ...missing({ kind: "Secret", namespace, name, candidates: provided.secretNames(namespace) }) };
    }
  },
});

interface Named {
  readonly manifest: CheckedManifest;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
}

/** Every place that names a pull secret: pods, and the ServiceAccounts that give theirs to pods. */
function* pullSecrets(scope: Scope): Generator<Named> {
  for (const { manifest, spec, path, namespace } of scope.pods)
    for (const read of podReads(spec, path)) if (read.as === "pull secret") yield { manifest, namespace, name: read.name, path: read.path };
  for (const manifest of scope.ofKind("ServiceAccount"))
    for (const [index, { name = "" }] of (manifest.object.imagePullSecrets ?? []).entries())
      yield { manifest, namespace: namespaceOf(manifest), name, path: `imagePullSecrets[${index}].name` };
}
