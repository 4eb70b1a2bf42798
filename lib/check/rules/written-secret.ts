import { describeObject } from "../../manifest/index.ts";
import { type Claim, contested } from "../claims.ts";
import { yaml } from "../example.ts";
import { membersOf, textOf } from "../read.ts";
import { rule } from "../rule.ts";
import { type CheckedManifest, namespaceOf } from "../scope.ts";

export const writtenTwice = rule({
  id: "references/written-twice",
  severity: "error",
  severityInPart: "warning",
  why: "Two objects that write one Secret overwrite each other, or one of them stops with an error: pods read now one content, now the other.",
  fix: "Give each a Secret of its own, or write all keys by one of them. An ExternalSecret adds keys to an existing Secret with creationPolicy: Merge.",
  source: "https://external-secrets.io/latest/guides/ownership-deletion-policy/",
  bad: yaml`
    apiVersion: external-secrets.io/v1
    kind: ExternalSecret
    metadata: { name: a, namespace: shop }
    spec:
      secretStoreRef: { name: vault, kind: SecretStore }
      target: { name: config }
      data: [{ secretKey: A, remoteRef: { key: a } }]
    ---
    apiVersion: external-secrets.io/v1
    kind: ExternalSecret
    metadata: { name: b, namespace: shop }
    spec:
      secretStoreRef: { name: vault, kind: SecretStore }
      target: { name: config }
      data: [{ secretKey: B, remoteRef: { key: b } }]
  `,
  good: yaml`
    apiVersion: external-secrets.io/v1
    kind: ExternalSecret
    metadata: { name: a, namespace: shop }
    spec:
      secretStoreRef: { name: vault, kind: SecretStore }
      target: { name: config }
      data: [{ secretKey: A, remoteRef: { key: a } }]
    ---
    apiVersion: external-secrets.io/v1
    kind: ExternalSecret
    metadata: { name: b, namespace: shop }
    spec:
      secretStoreRef: { name: vault, kind: SecretStore }
      target: { name: config, creationPolicy: Merge }
      data: [{ secretKey: B, remoteRef: { key: b } }]
  `,
  *check(scope) {
    const claims = Object.entries(writers).flatMap(([kind, secretOf]) =>
      scope.ofCustomKind(kind).flatMap((manifest): Claim[] => {
        const secret = secretOf(manifest);
        return secret ? [{ manifest, key: `${namespaceOf(manifest)}/${secret.name}`, path: secret.path }] : [];
      }),
    );
    for (const [{ manifest, path, key }, first] of contested(claims)) {
      const name = key.slice(key.indexOf("/") + 1);
      yield { manifest, path, message: `${describeObject(first.manifest.object)} writes the Secret "${name}" too` };
    }
  },
});

/** The Secret that an object writes whole, and where the object names it. */
type SecretOf = (manifest: CheckedManifest) => { readonly name: string; readonly path: string } | undefined;

/** Annotations by which the controller of SealedSecrets adds to a Secret that is there. */
const sharing = ["sealedsecrets.bitnami.com/managed", "sealedsecrets.bitnami.com/patch"];
const isShared = (metadata: unknown) => sharing.some((key) => Object.hasOwn(membersOf(membersOf(metadata).annotations), key));
/** What adds to a Secret of somebody else, or writes none. */
const adding = ["Merge", "None"];

const writers: Readonly<Record<string, SecretOf>> = {
  Secret: ({ object }) => {
    const hasContent = [object.data, object.stringData].some((data) => Object.keys(membersOf(data)).length > 0);
    return hasContent && !isShared(object.metadata) ? { name: object.metadata.name, path: "metadata.name" } : undefined;
  },
  "external-secrets.io/ExternalSecret": ({ object }) => {
    const { name, creationPolicy } = membersOf(membersOf(object.spec).target);
    if (adding.includes(textOf(creationPolicy))) return undefined;
    return textOf(name) === "" ? { name: object.metadata.name, path: "metadata.name" } : { name: textOf(name), path: "spec.target.name" };
  },
  "bitnami.com/SealedSecret": ({ object }) => {
    const { metadata } = membersOf(membersOf(object.spec).template);
    if (isShared(metadata)) return undefined;
    const name = textOf(membersOf(metadata).name);
    return name === "" ? { name: object.metadata.name, path: "metadata.name" } : { name, path: "spec.template.metadata.name" };
  },
  "cert-manager.io/Certificate": ({ object }) => {
    const name = textOf(membersOf(object.spec).secretName);
    return name === "" ? undefined : { name, path: "spec.secretName" };
  },
};
