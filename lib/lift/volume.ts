import { isRecord, itemsOf, membersOf } from "../outside/index.ts";
import { byName, defined, filled, type Members, mapped, picked, short, unless } from "./shape.ts";

const standardMode = 0o644;

/** Files of a ConfigMap or Secret, by the name of which it is. */
function files(source: Members, name: unknown): Members {
  const items = mapped(
    byName(source.items, ({ key }) => key),
    (item) => short(picked(item, ["path", "mode"]), "path"),
  );
  return defined({ name, items, optional: source.optional });
}

/** Fields of the pod by file; undefined where one is no field, or has a mode of its own. */
function downward(items: unknown): Members | undefined {
  const entries = byName(items, ({ path }) => path);
  const isPlain = itemsOf(items).every((item) => isRecord(item) && isRecord(item.fieldRef) && item.mode === undefined);
  return isPlain ? mapped(entries, ({ fieldRef }) => membersOf(fieldRef).fieldPath) : undefined;
}

function projected(source: unknown): Members {
  const { configMap, secret, serviceAccountToken, downwardAPI, clusterTrustBundle } = membersOf(source);
  if (isRecord(configMap)) return { config: files(configMap, configMap.name) };
  if (isRecord(secret)) return { secret: files(secret, secret.name) };
  if (isRecord(serviceAccountToken)) return { serviceAccountToken };
  return defined({ downward: downward(membersOf(downwardAPI).items), clusterTrustBundle });
}

/**
 * A volume; one that the model lacks comes without a source, which the schema refuses.
 * @param claimKey the key of the app's claim by its name
 */
function liftVolume(volume: Members, claimKey: (name: unknown) => unknown): Members {
  const { configMap, secret, projected: sources, downwardAPI, emptyDir, persistentVolumeClaim, hostPath, ephemeral } = volume;
  const mode = (source: Members) => defined({ defaultMode: unless(source.defaultMode, standardMode) });
  if (isRecord(configMap)) return { config: short(files(configMap, configMap.name), "name"), ...mode(configMap) };
  if (isRecord(secret)) return { secret: short(files(secret, secret.secretName), "name"), ...mode(secret) };
  if (isRecord(sources)) return { projected: itemsOf(sources.sources).map(projected), ...mode(sources) };
  if (isRecord(downwardAPI)) return defined({ downward: downward(downwardAPI.items), ...mode(downwardAPI) });
  if (isRecord(emptyDir)) return { emptyDir: defined({ ...emptyDir, medium: unless(emptyDir.medium, "") }) };
  if (isRecord(persistentVolumeClaim)) return { claim: claim(persistentVolumeClaim, claimKey) };
  if (isRecord(hostPath)) return { hostPath: short(defined({ ...hostPath, type: unless(hostPath.type, "") }), "path") };
  if (isRecord(ephemeral)) return { ephemeral: liftClaim(membersOf(ephemeral.volumeClaimTemplate)) };
  const others = picked(volume, ["csi", "nfs", "image"]);
  return Object.keys(volume).length === 1 ? { emptyDir: {} } : others;
}

function claim({ claimName, readOnly }: Members, claimKey: (name: unknown) => unknown): unknown {
  return short(defined({ name: claimKey(claimName), readOnly: unless(readOnly, false) }), "name");
}

export const liftVolumes = (volumes: unknown, claimKey: (name: unknown) => unknown): Members | undefined =>
  mapped(
    byName(volumes, ({ name }) => name),
    (volume) => filled(liftVolume(defined(volume), claimKey)),
  );

/** The spec of a claim, with the labels and annotations that it has of its own. */
export function liftClaim({ metadata, spec }: Members): Members {
  const { resources, storageClassName, accessModes, volumeAttributesClassName, dataSourceRef, ...rest } = membersOf(spec);
  const { labels, annotations } = membersOf(metadata);
  const isUsual = itemsOf(accessModes).length === 1 && itemsOf(accessModes)[0] === "ReadWriteOnce";
  return defined({
    size: membersOf(membersOf(resources).requests).storage,
    storageClass: storageClassName,
    accessModes: isUsual ? undefined : accessModes,
    volumeMode: unless(rest.volumeMode, "Filesystem"),
    volumeName: rest.volumeName,
    volumeAttributesClass: volumeAttributesClassName,
    selector: rest.selector,
    dataSource: dataSourceRef,
    labels: filled(membersOf(labels)),
    annotations: filled(membersOf(annotations)),
  });
}
