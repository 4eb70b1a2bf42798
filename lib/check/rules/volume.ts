import type { DownwardItem, Issue, KeyToPath, ProjectedSource, Volume } from "../../kubernetes/index.ts";
import { isSubdomain } from "../../kubernetes/index.ts";
import { claimIssues } from "./claim-spec.ts";
import { fieldReferenceIssues, resourceReferenceIssues } from "./downward.ts";
import { formed, oneOf, required, unique } from "./issues.ts";

/** A pod's volumes: https://kubernetes.io/docs/concepts/storage/volumes/ */
export function* volumeIssues(volumes: readonly Volume[], path: string): Generator<Issue> {
  yield* unique(volumes, ({ name }: Volume) => name, path, "name");
  for (const [index, volume] of volumes.entries()) yield* oneVolume(volume, `${path}[${index}]`);
}

function* oneVolume(volume: Volume, at: string): Generator<Issue> {
  yield* required(volume.name, `${at}.name`);
  yield* formed(volume.name, (name) => name === "" || isVolumeName(name), `${at}.name`, "at most 63 lower-case letters, digits and '-'");
  const sources = Object.keys(volume).filter((key) => key !== "name");
  if (sources.length > 1) yield { path: at, message: `expected one source of the volume, found ${sources.join(" and ")}` };
  if (sources.length === 0)
    yield {
      path: at,
      message: "says no source, so it is an empty directory",
      fix: "Say emptyDir: {} where that is meant.",
      severity: "warning",
    };
  const { configMap, secret, persistentVolumeClaim, hostPath, projected, downwardAPI, ephemeral, csi, nfs } = volume;
  for (const [kind, source] of [
    ["configMap", configMap],
    ["secret", secret],
    ["projected", projected],
    ["downwardAPI", downwardAPI],
  ] as const) {
    yield* modeIssues(source?.defaultMode, `${at}.${kind}.defaultMode`);
  }
  yield* keyIssues(configMap?.items, `${at}.configMap.items`);
  yield* keyIssues(secret?.items, `${at}.secret.items`);
  if (configMap) yield* required(configMap.name, `${at}.configMap.name`);
  if (secret) yield* required(secret.secretName, `${at}.secret.secretName`);
  if (persistentVolumeClaim) yield* required(persistentVolumeClaim.claimName, `${at}.persistentVolumeClaim.claimName`);
  if (downwardAPI) yield* downwardIssues(downwardAPI.items ?? [], `${at}.downwardAPI.items`, true);
  if (hostPath) {
    yield* required(hostPath.path, `${at}.hostPath.path`);
    yield* formed(hostPath.path, (value) => !String(value).split("/").includes(".."), `${at}.hostPath.path`, "a path without '..'");
    yield* oneOf(
      hostPath.type,
      ["", "DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice"],
      `${at}.hostPath.type`,
    );
  }
  if (ephemeral) {
    if (ephemeral.volumeClaimTemplate)
      yield* claimIssues(ephemeral.volumeClaimTemplate.spec ?? {}, `${at}.ephemeral.volumeClaimTemplate.spec`);
    else yield* required(undefined, `${at}.ephemeral.volumeClaimTemplate`);
  }
  if (csi)
    yield* formed(
      csi.driver ?? "",
      (name) => isSubdomain(String(name).toLowerCase()) && String(name).length <= 63,
      `${at}.csi.driver`,
      "a driver's name",
    );
  if (nfs) {
    yield* required(nfs.server, `${at}.nfs.server`);
    yield* formed(nfs.path ?? "", (value) => String(value).startsWith("/"), `${at}.nfs.path`, "an absolute path");
  }
  yield* projectedIssues(projected?.sources ?? [], `${at}.projected.sources`);
}

const isVolumeName = (name: unknown) => isSubdomain(name) && !String(name).includes(".") && String(name).length <= 63;

function* modeIssues(mode: number | undefined, path: string): Generator<Issue> {
  yield* formed(mode, (value) => typeof value === "number" && value >= 0 && value <= 0o777, path, "a mode from 0 to 0777 (511)");
}

function* projectedIssues(sources: readonly ProjectedSource[], path: string): Generator<Issue> {
  const paths = new Map<string, string>();
  for (const [index, source] of sources.entries()) {
    const at = `${path}[${index}]`;
    const { serviceAccountToken: token, downwardAPI } = source;
    for (const kind of ["configMap", "secret"] as const) {
      const reference = source[kind];
      if (!reference) continue;
      yield* required(reference.name, `${at}.${kind}.name`);
      yield* keyIssues(reference.items, `${at}.${kind}.items`);
    }
    if (token) {
      yield* required(token.path, `${at}.serviceAccountToken.path`);
      yield* pathIssues(token.path, `${at}.serviceAccountToken.path`);
      yield* formed(
        token.expirationSeconds,
        (seconds) => Number(seconds) >= 600 && Number(seconds) <= 2 ** 32,
        `${at}.serviceAccountToken.expirationSeconds`,
        "from 600 to 4294967296 seconds",
      );
    }
    if (downwardAPI) yield* downwardIssues(downwardAPI.items ?? [], `${at}.downwardAPI.items`, true);
    const own = [...(source.configMap?.items ?? []), ...(source.secret?.items ?? []), ...(downwardAPI?.items ?? [])];
    for (const { path: target = "" } of own) {
      const other = paths.get(target);
      if (target && other) yield { path: at, message: `another source has the path "${target}": ${other}` };
      paths.set(target, at);
    }
  }
}

function* downwardIssues(items: readonly DownwardItem[], path: string, inVolume: boolean): Generator<Issue> {
  for (const [index, { path: target, fieldRef, resourceFieldRef, mode }] of items.entries()) {
    const at = `${path}[${index}]`;
    yield* required(target, `${at}.path`);
    yield* pathIssues(target, `${at}.path`);
    yield* modeIssues(mode, `${at}.mode`);
    if (!fieldRef === !resourceFieldRef) yield { path: at, message: "expected one of fieldRef and resourceFieldRef, found none or both" };
    if (fieldRef) yield* fieldReferenceIssues(fieldRef, `${at}.fieldRef`, inVolume);
    if (resourceFieldRef) yield* resourceReferenceIssues(resourceFieldRef, `${at}.resourceFieldRef`, inVolume);
  }
}

function* keyIssues(items: readonly KeyToPath[] | undefined, path: string): Generator<Issue> {
  for (const [index, { key, path: target, mode }] of (items ?? []).entries()) {
    yield* required(key, `${path}[${index}].key`);
    yield* required(target, `${path}[${index}].path`);
    yield* pathIssues(target, `${path}[${index}].path`);
    yield* modeIssues(mode, `${path}[${index}].mode`);
  }
}

function* pathIssues(target: string | undefined, path: string): Generator<Issue> {
  yield* formed(
    target,
    (one) => !String(one).startsWith("/") && !String(one).split("/").includes("..") && !String(one).startsWith(".."),
    path,
    "a relative path without '..'",
  );
}
