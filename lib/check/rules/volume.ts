import { isSubdomain } from "../formats.ts";
import type { DownwardItem, KeyToPath, ProjectedSource, Volume } from "../kinds.ts";
import { fieldReferenceSpots, resourceReferenceSpots } from "./downward.ts";
import { formed, oneOf, required, type Spot, unique } from "./spot.ts";
import { claimSpots } from "./surroundings.ts";

/** A pod's volumes: https://kubernetes.io/docs/concepts/storage/volumes/ */
export function* volumeSpots(volumes: readonly Volume[], path: string): Generator<Spot> {
  yield* unique(volumes, ({ name }: Volume) => name, path, "name");
  for (const [index, volume] of volumes.entries()) yield* oneVolume(volume, `${path}[${index}]`);
}

function* oneVolume(volume: Volume, at: string): Generator<Spot> {
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
    yield* modeSpots(source?.defaultMode, `${at}.${kind}.defaultMode`);
  }
  yield* keySpots(configMap?.items, `${at}.configMap.items`);
  yield* keySpots(secret?.items, `${at}.secret.items`);
  if (configMap) yield* required(configMap.name, `${at}.configMap.name`);
  if (secret) yield* required(secret.secretName, `${at}.secret.secretName`);
  if (persistentVolumeClaim) yield* required(persistentVolumeClaim.claimName, `${at}.persistentVolumeClaim.claimName`);
  if (downwardAPI) yield* downwardSpots(downwardAPI.items ?? [], `${at}.downwardAPI.items`, true);
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
      yield* claimSpots(ephemeral.volumeClaimTemplate.spec ?? {}, `${at}.ephemeral.volumeClaimTemplate.spec`);
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
  yield* projectedSpots(projected?.sources ?? [], `${at}.projected.sources`);
}

const isVolumeName = (name: unknown) => isSubdomain(name) && !String(name).includes(".") && String(name).length <= 63;

function* modeSpots(mode: number | undefined, path: string): Generator<Spot> {
  yield* formed(mode, (value) => typeof value === "number" && value >= 0 && value <= 0o777, path, "a mode from 0 to 0777 (511)");
}

function* projectedSpots(sources: readonly ProjectedSource[], path: string): Generator<Spot> {
  const paths = new Map<string, string>();
  for (const [index, source] of sources.entries()) {
    const at = `${path}[${index}]`;
    const { serviceAccountToken: token, downwardAPI } = source;
    for (const kind of ["configMap", "secret"] as const) {
      const reference = source[kind];
      if (!reference) continue;
      yield* required(reference.name, `${at}.${kind}.name`);
      yield* keySpots(reference.items, `${at}.${kind}.items`);
    }
    if (token) {
      yield* required(token.path, `${at}.serviceAccountToken.path`);
      yield* pathSpots(token.path, `${at}.serviceAccountToken.path`);
      yield* formed(
        token.expirationSeconds,
        (seconds) => Number(seconds) >= 600 && Number(seconds) <= 2 ** 32,
        `${at}.serviceAccountToken.expirationSeconds`,
        "from 600 to 4294967296 seconds",
      );
    }
    if (downwardAPI) yield* downwardSpots(downwardAPI.items ?? [], `${at}.downwardAPI.items`, true);
    const own = [...(source.configMap?.items ?? []), ...(source.secret?.items ?? []), ...(downwardAPI?.items ?? [])];
    for (const { path: target = "" } of own) {
      const other = paths.get(target);
      if (target && other) yield { path: at, message: `another source has the path "${target}": ${other}` };
      paths.set(target, at);
    }
  }
}

function* downwardSpots(items: readonly DownwardItem[], path: string, inVolume: boolean): Generator<Spot> {
  for (const [index, { path: target, fieldRef, resourceFieldRef, mode }] of items.entries()) {
    const at = `${path}[${index}]`;
    yield* required(target, `${at}.path`);
    yield* pathSpots(target, `${at}.path`);
    yield* modeSpots(mode, `${at}.mode`);
    if (!fieldRef === !resourceFieldRef) yield { path: at, message: "expected one of fieldRef and resourceFieldRef, found none or both" };
    if (fieldRef) yield* fieldReferenceSpots(fieldRef, `${at}.fieldRef`, inVolume);
    if (resourceFieldRef) yield* resourceReferenceSpots(resourceFieldRef, `${at}.resourceFieldRef`, inVolume);
  }
}

function* keySpots(items: readonly KeyToPath[] | undefined, path: string): Generator<Spot> {
  for (const [index, { key, path: target, mode }] of (items ?? []).entries()) {
    yield* required(key, `${path}[${index}].key`);
    yield* required(target, `${path}[${index}].path`);
    yield* pathSpots(target, `${path}[${index}].path`);
    yield* modeSpots(mode, `${path}[${index}].mode`);
  }
}

function* pathSpots(target: string | undefined, path: string): Generator<Spot> {
  yield* formed(
    target,
    (one) => !String(one).startsWith("/") && !String(one).split("/").includes("..") && !String(one).startsWith(".."),
    path,
    "a relative path without '..'",
  );
}
