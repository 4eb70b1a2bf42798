import { namespaceOf, type Scope } from "./scope.ts";

/** What is known of a ConfigMap or Secret that will be there. */
interface ProvidedObject {
  /** Its keys; undefined where they are known only to what makes it. */
  readonly keys?: ReadonlySet<string>;
}

/** The objects that will be there when an environment runs: those among its manifests, and those that operators and controllers make of them. */
export interface ProvidedObjects {
  secret(namespace: string, name: string): ProvidedObject | undefined;
  configMap(namespace: string, name: string): ProvidedObject | undefined;
  claim(namespace: string, name: string): boolean;
  secretNames(namespace: string): string[];
}

const known = new WeakMap<Scope, ProvidedObjects>();

/** What an environment's manifests make; found out once. */
export function providedBy(scope: Scope): ProvidedObjects {
  const found = known.get(scope) ?? read(scope);
  known.set(scope, found);
  return found;
}

const keysOf = (...parts: unknown[]) => new Set(parts.flatMap((part) => Object.keys((part as object | undefined) ?? {})));

function read(scope: Scope): ProvidedObjects {
  const secrets = new Map<string, ProvidedObject>();
  const configMaps = new Map<string, ProvidedObject>();
  const place = (namespace: string, name: string) => `${namespace}/${name}`;
  for (const manifest of scope.ofKind("ConfigMap")) {
    const { data, binaryData } = manifest.object;
    configMaps.set(place(namespaceOf(manifest), manifest.object.metadata.name), { keys: keysOf(data, binaryData) });
  }
  // Every namespace gets this one with the API server's certificate.
  const given = new Set(["kube-root-ca.crt"]);
  for (const manifest of scope.ofKind("Secret")) {
    const { data, stringData } = manifest.object;
    secrets.set(place(namespaceOf(manifest), manifest.object.metadata.name), { keys: keysOf(data, stringData) });
  }
  for (const manifest of scope.ofKind("external-secrets.io/ExternalSecret")) {
    const { target, data = [], dataFrom } = manifest.object.spec ?? {};
    const templated = target?.template?.data ? keysOf(target.template.data) : undefined;
    const keys = templated ?? new Set(data.flatMap(({ secretKey }) => secretKey ?? []));
    const open = dataFrom !== undefined || target?.template?.templateFrom !== undefined || target?.template?.mergePolicy === "Merge";
    secrets.set(place(namespaceOf(manifest), target?.name ?? manifest.object.metadata.name), open ? {} : { keys });
  }
  for (const manifest of scope.ofKind("bitnami.com/SealedSecret")) {
    const { encryptedData, template } = manifest.object.spec ?? {};
    secrets.set(place(namespaceOf(manifest), template?.metadata?.name ?? manifest.object.metadata.name), {
      keys: keysOf(encryptedData, template?.data),
    });
  }
  for (const manifest of scope.ofKind("cert-manager.io/Certificate")) {
    const { secretName } = manifest.object.spec ?? {};
    if (secretName) secrets.set(place(namespaceOf(manifest), secretName), {});
  }
  for (const manifest of scope.ofKind("networking.k8s.io/Ingress")) {
    const annotations = manifest.object.metadata.annotations ?? {};
    if (!["cert-manager.io/cluster-issuer", "cert-manager.io/issuer", "kubernetes.io/tls-acme"].some((key) => key in annotations)) continue;
    const { tls = [] } = manifest.object.spec ?? {};
    for (const { secretName } of tls) if (secretName) secrets.set(place(namespaceOf(manifest), secretName), {});
  }
  const stateful = scope.ofKind("apps/StatefulSet").flatMap((manifest) => {
    const { volumeClaimTemplates = [] } = manifest.object.spec ?? {};
    return volumeClaimTemplates.map(({ metadata }) => ({
      namespace: namespaceOf(manifest),
      prefix: `${metadata?.name}-${manifest.object.metadata.name}-`,
    }));
  });
  // An object that doesn't fit its schema is told as such; that others miss it would be told in vain.
  const unsound = (kind: string, namespace: string, name: string, group?: string): ProvidedObject | undefined =>
    scope.has(kind, namespace, name, group) ? {} : undefined;
  return {
    secret: (namespace, name) =>
      secrets.get(place(namespace, name)) ??
      unsound("Secret", namespace, name) ??
      unsound("ExternalSecret", namespace, name, "external-secrets.io"),
    configMap: (namespace, name) =>
      configMaps.get(place(namespace, name)) ?? unsound("ConfigMap", namespace, name) ?? (given.has(name) ? {} : undefined),
    claim: (namespace, name) =>
      scope.has("PersistentVolumeClaim", namespace, name) ||
      stateful.some((one) => one.namespace === namespace && name.startsWith(one.prefix) && /^\d+$/.test(name.slice(one.prefix.length))),
    secretNames: (namespace) =>
      [...secrets.keys()].filter((key) => key.startsWith(`${namespace}/`)).map((key) => key.slice(namespace.length + 1)),
  };
}
