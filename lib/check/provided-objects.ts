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

/** What an environment's manifests provide; found once for each scope. */
export function providedBy(scope: Scope): ProvidedObjects {
  const found = known.get(scope) ?? read(scope);
  known.set(scope, found);
  return found;
}

/** Annotations by which an operator copies a Secret or ConfigMap to other namespaces, under the same name. */
const copied = [
  // https://github.com/emberstack/kubernetes-reflector
  "reflector.v1.k8s.emberstack.com/reflection-auto-enabled",
  // https://github.com/mittwald/kubernetes-replicator
  "replicator.v1.mittwald.de/replicate-to",
  "replicator.v1.mittwald.de/replicate-to-matching",
  // https://appscode.com/products/kubed
  "kubed.appscode.com/sync",
];

/** Names of a kind's objects that are copied to other namespaces. */
const copiedNames = (scope: Scope, kind: "Secret" | "ConfigMap"): ReadonlySet<string> =>
  new Set(
    scope
      .ofKind(kind)
      .flatMap(({ object: { metadata } }) => (copied.some((key) => key in (metadata.annotations ?? {})) ? metadata.name : [])),
  );

/** Objects by namespace and name. */
type Provided = ReadonlyMap<string, ProvidedObject>;
type Entry = readonly [place: string, object: ProvidedObject];

const placeOf = (namespace: string, name: string) => `${namespace}/${name}`;
const keysOf = (...maps: (object | undefined)[]) => new Set(maps.flatMap((map) => Object.keys(map ?? {})));
/** Every namespace gets this one with the API server's certificate. */
const certificates = "kube-root-ca.crt";

function read(scope: Scope): ProvidedObjects {
  const configMaps: Provided = new Map(
    scope.ofKind("ConfigMap").map((manifest): Entry => {
      const { metadata, data, binaryData } = manifest.object;
      return [placeOf(namespaceOf(manifest), metadata.name), { keys: keysOf(data, binaryData) }];
    }),
  );
  const secrets: Provided = new Map([
    ...plainSecrets(scope),
    ...externalSecrets(scope),
    ...sealedSecrets(scope),
    ...certificateSecrets(scope),
    ...ingressSecrets(scope),
  ]);
  const claims = claimTemplates(scope);
  const [copiedSecrets, copiedConfigMaps] = [copiedNames(scope, "Secret"), copiedNames(scope, "ConfigMap")];
  // An object that doesn't fit its schema is reported as such; that others miss it would be reported in vain.
  const unsound = (kind: string, namespace: string, name: string, group?: string): ProvidedObject | undefined =>
    scope.has(kind, namespace, name, group) ? {} : undefined;
  return {
    secret: (namespace, name) =>
      secrets.get(placeOf(namespace, name)) ??
      unsound("Secret", namespace, name) ??
      unsound("ExternalSecret", namespace, name, "external-secrets.io") ??
      (copiedSecrets.has(name) ? {} : undefined),
    configMap: (namespace, name) =>
      configMaps.get(placeOf(namespace, name)) ??
      unsound("ConfigMap", namespace, name) ??
      (name === certificates || copiedConfigMaps.has(name) ? {} : undefined),
    claim: (namespace, name) =>
      scope.has("PersistentVolumeClaim", namespace, name) ||
      claims.some(
        ({ prefix, ...set }) => set.namespace === namespace && name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)),
      ),
    secretNames: (namespace) =>
      [...secrets.keys()].filter((key) => key.startsWith(`${namespace}/`)).map((key) => key.slice(namespace.length + 1)),
  };
}

const plainSecrets = (scope: Scope) =>
  scope.ofKind("Secret").map((manifest): Entry => {
    const { metadata, data, stringData } = manifest.object;
    // A snapshot has no keys of a Secret.
    return [placeOf(namespaceOf(manifest), metadata.name), manifest.isFromSnapshot ? {} : { keys: keysOf(data, stringData) }];
  });

/** The Secrets that the External Secrets operator writes: https://external-secrets.io/latest/guides/templating/ */
const externalSecrets = (scope: Scope) =>
  scope.ofKind("external-secrets.io/ExternalSecret").map((manifest): Entry => {
    const { target: { name, template } = {}, data = [], dataFrom } = manifest.object.spec ?? {};
    const keys = template?.data ? keysOf(template.data) : new Set(data.flatMap(({ secretKey }) => secretKey ?? []));
    const isOpen = dataFrom !== undefined || template?.templateFrom !== undefined || template?.mergePolicy === "Merge";
    return [placeOf(namespaceOf(manifest), name ?? manifest.object.metadata.name), isOpen ? {} : { keys }];
  });

const sealedSecrets = (scope: Scope) =>
  scope.ofKind("bitnami.com/SealedSecret").map((manifest): Entry => {
    const { encryptedData, template } = manifest.object.spec ?? {};
    const name = template?.metadata?.name ?? manifest.object.metadata.name;
    return [placeOf(namespaceOf(manifest), name), { keys: keysOf(encryptedData, template?.data) }];
  });

/** The Secrets that cert-manager writes for Certificates. */
const certificateSecrets = (scope: Scope) =>
  scope.ofKind("cert-manager.io/Certificate").flatMap((manifest): Entry[] => {
    const { secretName } = manifest.object.spec ?? {};
    return secretName ? [[placeOf(namespaceOf(manifest), secretName), {}]] : [];
  });

/** Annotations by which cert-manager makes an Ingress's certificates: https://cert-manager.io/docs/usage/ingress/ */
const issuers = ["cert-manager.io/cluster-issuer", "cert-manager.io/issuer", "kubernetes.io/tls-acme"];

const ingressSecrets = (scope: Scope) =>
  scope
    .ofKind("networking.k8s.io/Ingress")
    .filter(({ object: { metadata } }) => issuers.some((key) => key in (metadata.annotations ?? {})))
    .flatMap((manifest) =>
      (manifest.object.spec?.tls ?? []).flatMap(({ secretName }): Entry[] =>
        secretName ? [[placeOf(namespaceOf(manifest), secretName), {}]] : [],
      ),
    );

/** The names of the claims that StatefulSets make, up to the pod's number. */
const claimTemplates = (scope: Scope) =>
  scope.ofKind("apps/StatefulSet").flatMap((manifest) =>
    (manifest.object.spec?.volumeClaimTemplates ?? []).map(({ metadata }) => ({
      namespace: namespaceOf(manifest),
      prefix: `${metadata?.name}-${manifest.object.metadata.name}-`,
    })),
  );
