import type { DownwardItem, Issue, KeyToPath, ProjectedSource, Volume } from "../../kubernetes/index.ts";
import { hasNoBacksteps, isSubdomain, isVolumeFile, quantity } from "../../kubernetes/index.ts";
import { claimIssues } from "./claim-spec.ts";
import { fieldReferenceIssues, resourceReferenceIssues } from "./downward.ts";
import { each, formed, oneOf, required, unique } from "./issues.ts";

/** A pod's volumes: https://kubernetes.io/docs/concepts/storage/volumes/ */
export function* volumeIssues(volumes: readonly Volume[], path: string): Generator<Issue> {
  yield* unique(volumes, ({ name }) => name, path, "name");
  yield* each(volumes, path, volumeSourceIssues);
}

function* volumeSourceIssues(volume: Volume, path: string): Generator<Issue> {
  yield* required(volume.name, `${path}.name`);
  yield* formed(volume.name, (name) => name === "" || isVolumeName(name), `${path}.name`, "at most 63 lower-case letters, digits and '-'");
  const sources = Object.keys(volume).filter((key) => key !== "name");
  if (sources.length > 1) yield { path, message: `expected one source of the volume, found ${sources.join(" and ")}` };
  if (sources.length === 0)
    yield {
      path,
      message: "has no source, so it is an empty directory",
      fix: "Add emptyDir: {} where that is meant.",
      severity: "warning",
    };
  yield* configurationIssues(volume, path);
  yield* storageIssues(volume, path);
}

/** Volumes whose files come from objects of the API. */
function* configurationIssues({ configMap, secret, projected, downwardAPI }: Volume, path: string): Generator<Issue> {
  for (const [kind, source] of Object.entries({ configMap, secret, projected, downwardAPI }))
    yield* modeIssues(source?.defaultMode, `${path}.${kind}.defaultMode`);
  yield* each(configMap?.items, `${path}.configMap.items`, keyIssues);
  yield* each(secret?.items, `${path}.secret.items`, keyIssues);
  yield* each(downwardAPI?.items, `${path}.downwardAPI.items`, downwardIssues);
  if (configMap) yield* required(configMap.name, `${path}.configMap.name`);
  if (secret) yield* required(secret.secretName, `${path}.secret.secretName`);
  yield* projectedIssues(projected?.sources ?? [], `${path}.projected.sources`);
}

/** Volumes that store something. */
function* storageIssues({ persistentVolumeClaim, emptyDir, hostPath, ephemeral, csi, nfs }: Volume, path: string): Generator<Issue> {
  if (persistentVolumeClaim) yield* required(persistentVolumeClaim.claimName, `${path}.persistentVolumeClaim.claimName`);
  yield* formed(
    emptyDir?.sizeLimit,
    () => (quantity(emptyDir?.sizeLimit) ?? 0) >= 0,
    `${path}.emptyDir.sizeLimit`,
    "an amount that isn't negative",
  );
  if (hostPath) yield* hostPathIssues(hostPath, `${path}.hostPath`);
  if (ephemeral) {
    yield* required(ephemeral.volumeClaimTemplate, `${path}.ephemeral.volumeClaimTemplate`);
    if (ephemeral.volumeClaimTemplate)
      yield* claimIssues(ephemeral.volumeClaimTemplate.spec ?? {}, `${path}.ephemeral.volumeClaimTemplate.spec`);
  }
  if (csi) yield* formed(csi.driver ?? "", isDriverName, `${path}.csi.driver`, "a driver's name");
  if (nfs) {
    yield* required(nfs.server, `${path}.nfs.server`);
    yield* formed(nfs.path ?? "", (value) => String(value).startsWith("/"), `${path}.nfs.path`, "an absolute path");
  }
}

function* hostPathIssues({ path: target, type }: NonNullable<Volume["hostPath"]>, path: string): Generator<Issue> {
  yield* required(target, `${path}.path`);
  yield* formed(target, hasNoBacksteps, `${path}.path`, "a path without '..'");
  yield* oneOf(type, ["", "DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice"], `${path}.type`);
}

const isDriverName = (name: unknown) => isSubdomain(String(name).toLowerCase()) && String(name).length <= 63;
const isVolumeName = (name: unknown) => isSubdomain(name) && !String(name).includes(".") && String(name).length <= 63;

function* modeIssues(mode: number | undefined, path: string): Generator<Issue> {
  yield* formed(mode, (value) => typeof value === "number" && value >= 0 && value <= 0o777, path, "a mode from 0 to 0777 (511)");
}

function* projectedIssues(sources: readonly ProjectedSource[], path: string): Generator<Issue> {
  yield* each(sources, path, projectedSourceIssues);
  const paths = new Map<string, string>();
  for (const [index, { configMap, secret, downwardAPI }] of sources.entries()) {
    const at = `${path}[${index}]`;
    for (const { path: target = "" } of [...(configMap?.items ?? []), ...(secret?.items ?? []), ...(downwardAPI?.items ?? [])]) {
      const other = paths.get(target);
      if (target && other) yield { path: at, message: `another source has the path "${target}": ${other}` };
      paths.set(target, at);
    }
  }
}

function* projectedSourceIssues(source: ProjectedSource, path: string): Generator<Issue> {
  for (const kind of ["configMap", "secret"] as const) {
    const reference = source[kind];
    if (reference) yield* required(reference.name, `${path}.${kind}.name`);
    yield* each(reference?.items, `${path}.${kind}.items`, keyIssues);
  }
  yield* each(source.downwardAPI?.items, `${path}.downwardAPI.items`, downwardIssues);
  const token = source.serviceAccountToken;
  if (!token) return;
  yield* required(token.path, `${path}.serviceAccountToken.path`);
  yield* pathIssues(token.path, `${path}.serviceAccountToken.path`);
  yield* formed(
    token.expirationSeconds,
    (seconds) => Number(seconds) >= 600 && Number(seconds) <= 2 ** 32,
    `${path}.serviceAccountToken.expirationSeconds`,
    "from 600 to 4294967296 seconds",
  );
}

function* downwardIssues({ path: target, fieldRef, resourceFieldRef, mode }: DownwardItem, path: string): Generator<Issue> {
  yield* required(target, `${path}.path`);
  yield* pathIssues(target, `${path}.path`);
  yield* modeIssues(mode, `${path}.mode`);
  if (!fieldRef === !resourceFieldRef) yield { path, message: "expected one of fieldRef and resourceFieldRef, found none or both" };
  if (fieldRef) yield* fieldReferenceIssues(fieldRef, `${path}.fieldRef`, true);
  if (resourceFieldRef) yield* resourceReferenceIssues(resourceFieldRef, `${path}.resourceFieldRef`, true);
}

function* keyIssues({ key, path: target, mode }: KeyToPath, path: string): Generator<Issue> {
  yield* required(key, `${path}.key`);
  yield* required(target, `${path}.path`);
  yield* pathIssues(target, `${path}.path`);
  yield* modeIssues(mode, `${path}.mode`);
}

const pathIssues = (target: string | undefined, path: string): readonly Issue[] =>
  formed(target, (file) => file === "" || isVolumeFile(file), path, "a relative path without '..'");
