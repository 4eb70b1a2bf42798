import { hidden, isRecord, own } from "../outside/index.ts";
import { nearest } from "../problem/index.ts";

type Members = Readonly<Record<string, unknown>>;
/** Gives what stands in the place of a value that isn't shown. */
export type Hide = (value: unknown) => unknown;
type View = (value: unknown, hide: Hide) => unknown;

const secretKinds = ["Secret", "ExternalSecret", "SealedSecret"];
/** Longer kinds are nobody's. */
const longestKind = 63;
const near = new Map<string, boolean>();
/** A kind that says "secret" in any case, or was meant to. */
function isSecretKind(kind: string): boolean {
  if (/secret/i.test(kind)) return true;
  if (kind.length > longestKind) return false;
  const known = near.get(kind) ?? nearest(kind, secretKinds) !== undefined;
  if (near.size < 1000) near.set(kind, known);
  return known;
}

/**
 * Whether an object is a Secret, makes one (an ExternalSecret, a SealedSecret, and whatever else has "secret" in its kind or group), or
 * was meant to be one: its kind is misspelt or missing, or it has a field `stringData` in any spelling.
 */
export function holdsSecret(object: unknown): boolean {
  if (!isRecord(object)) return false;
  const [kind, apiVersion] = [own(object, "kind"), own(object, "apiVersion")];
  if (typeof kind !== "string" || isSecretKind(kind)) return true;
  return (typeof apiVersion === "string" && /secret/i.test(apiVersion)) || Object.keys(object).some((key) => /^string_?data$/i.test(key));
}

/**
 * An object as it may be shown: of Secrets, and of what makes them, names of keys and what Kubernetes itself gives a meaning; other
 * values, also those under fields nobody knows, are hidden. Secrets inside other objects are found, and so is what kubectl keeps of the
 * last applied object. What holds nothing secret is given back as it is.
 * @param hide gives what stands for a hidden value. Default: `(hidden)`
 */
export function withoutSecrets<T>(object: T, hide: Hide = () => hidden): T {
  return (holdsSecret(object) ? secret(object, hide) : visible(object, hide)) as T;
}

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

function visible(value: unknown, hide: Hide): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => visible(item, hide));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (!isRecord(value)) return value;
  if (isInnerSecret(value)) return secret(value, hide);
  // Most values hold nothing secret, and are given back without a copy.
  let shown: Record<string, unknown> | undefined;
  for (const [key, member] of Object.entries(value)) {
    const seen = key === lastApplied ? hide(member) : visible(member, hide);
    if (seen === member) continue;
    shown ??= { ...value };
    shown[key] = seen;
  }
  return shown ?? value;
}

/** An object among another's fields, and no reference to one, which has a kind too. */
function isInnerSecret(value: Members): boolean {
  const keys = Object.keys(value);
  if (keys.some((key) => /^string_?data$/i.test(key))) return true;
  const kind = own(value, "kind");
  return typeof kind === "string" && isSecretKind(kind) && keys.some((key) => /^(metadata|data|spec)$/i.test(key));
}

const shownIf =
  (may: (value: unknown) => boolean): View =>
  (value, hide) =>
    may(value) ? value : hide(value);
const nothing: View = (value, hide) => hide(value);
/** The named fields as their views show them; of all others only that they are there. */
const fields =
  (views: Readonly<Record<string, View>>): View =>
  (value, hide) =>
    isRecord(value)
      ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, (own(views, key) ?? nothing)(member, hide)]))
      : hide(value);
const keys = fields({});
const listOf =
  (item: View): View =>
  (value, hide) =>
    Array.isArray(value) ? value.map((entry) => item(entry, hide)) : hide(value);

const name = shownIf((value) => typeof value === "string" && value.length <= 253);
const word = (...words: readonly string[]) => shownIf((value) => typeof value === "string" && words.includes(value));
const flag = shownIf((value) => typeof value === "boolean");
const duration = shownIf((value) => typeof value === "string" && /^([0-9]{1,6}(\.[0-9]{1,3})?(ns|us|ms|s|m|h)){1,3}$/.test(value));

/** What Argo CD and Helm read in annotations is a number or words of a known few. */
const argoWord =
  /^(-?\d{1,4}|(Pre|Post)?(Sync|Delete)|SyncFail|Skip|HookSucceeded|HookFailed|BeforeHookCreation|IgnoreExtraneous|(Prune|Delete|Force|Replace|Validate|PruneLast|ApplyOutOfSyncOnly|ServerSide(Apply|Diff)|IncludeMutationWebhook|SkipDryRunOnMissingResource|ClientSideApplyMigration|RespectIgnoreDifferences|FailOnSharedResource)=(true|false|confirm))$/;
const argoWords = shownIf((value) => typeof value === "string" && value.split(",").every((word) => argoWord.test(word.trim())));
const annotations = fields(
  Object.fromEntries(
    ["sync-wave", "sync-options", "compare-options", "hook", "hook-delete-policy"].map((key) => [`argocd.argoproj.io/${key}`, argoWords]),
  ),
);
const metadata = fields({ name, namespace: name, generateName: name, labels: keys, annotations, finalizers: listOf(nothing) });

/** https://kubernetes.io/docs/concepts/configuration/secret/#secret-types */
const type = word(
  "Opaque",
  ...["service-account-token", "dockercfg", "dockerconfigjson", "basic-auth", "ssh-auth", "tls"].map((type) => `kubernetes.io/${type}`),
  "bootstrap.kubernetes.io/token",
);

/** Where a store keeps a value: https://external-secrets.io/latest/api/externalsecret/ */
const remoteRef = fields({ key: name, property: name, version: name });
const template = fields({ metadata, type, data: keys, mergePolicy: word("Merge", "Replace"), engineVersion: word("v1", "v2") });
const spec = fields({
  refreshInterval: duration,
  secretStoreRef: fields({ name, kind: name }),
  target: fields({
    name,
    creationPolicy: word("Owner", "Orphan", "Merge", "None"),
    deletionPolicy: word("Delete", "Merge", "Retain"),
    immutable: flag,
    template,
  }),
  data: listOf(fields({ secretKey: name, remoteRef })),
  dataFrom: listOf(fields({ extract: remoteRef })),
  // Of a SealedSecret.
  encryptedData: keys,
  template,
});

const secret = fields({ apiVersion: name, kind: name, metadata, type, immutable: flag, data: keys, stringData: keys, spec });
