import type { IKeyToPath, IPersistentVolumeClaimSpec, IVolume } from "kubernetes-models/v1";
import type { ClaimTemplate, ProjectedSource, Volume } from "../overlay/index.ts";
import { type Entries, nonEmpty } from "./metadata.ts";
import { verbatim } from "./verbatim.ts";

type Items = { readonly [key: string]: string | { readonly path: string; readonly mode?: number } };
interface Source {
  readonly name: string;
  readonly items?: Items;
  readonly optional?: boolean;
}

/**
 * A volume as the API has it.
 */
export function volume(name: string, model: Volume, props: VolumeProps): IVolume {
  return { name, ...source(model, props) };
}

export interface VolumeProps {
  /** The name of the claim meant by a key of the app's `storage`, or the name itself. */
  readonly claimName: (key: string) => string;
  readonly entries: Entries;
}

function source(model: Volume, { claimName, entries }: VolumeProps): Omit<IVolume, "name"> {
  const mode = model.defaultMode === undefined ? {} : { defaultMode: model.defaultMode };
  if (model.config !== undefined) return { configMap: { ...named(model.config, entries), ...mode } };
  if (model.secret !== undefined) {
    const { name, ...rest } = named(model.secret, entries);
    return { secret: { secretName: name, ...rest, ...mode } };
  }
  if (model.projected) return { projected: { sources: model.projected.map((part) => projected(part, entries)), ...mode } };
  if (model.downward) return { downwardAPI: { items: downward(model.downward, entries), ...mode } };
  if (model.emptyDir) return { emptyDir: emptyDir(model.emptyDir) };
  if (model.claim !== undefined) return { persistentVolumeClaim: claim(model.claim, claimName) };
  if (model.hostPath !== undefined) return { hostPath: typeof model.hostPath === "string" ? { path: model.hostPath } : model.hostPath };
  if (model.ephemeral)
    return { ephemeral: { volumeClaimTemplate: { ...claimMetadata(model.ephemeral), spec: claimSpec(model.ephemeral) } } };
  if (model.csi) return { csi: verbatim(model.csi) };
  return model.nfs ? { nfs: model.nfs } : { image: model.image };
}

function emptyDir({ sizeLimit, ...rest }: NonNullable<Volume["emptyDir"]>): IVolume["emptyDir"] {
  return { ...rest, ...(sizeLimit === undefined ? {} : { sizeLimit: String(sizeLimit) }) };
}

function claim(model: NonNullable<Volume["claim"]>, claimName: (key: string) => string): IVolume["persistentVolumeClaim"] {
  const { name, readOnly } = typeof model === "string" ? { name: model, readOnly: undefined } : model;
  return { claimName: claimName(name), readOnly };
}

function named(model: string | Source, entries: Entries): { name: string; items?: IKeyToPath[]; optional?: boolean } {
  if (typeof model === "string") return { name: model };
  return {
    name: model.name,
    ...(model.items ? { items: items(model.items, entries) } : {}),
    ...(model.optional === undefined ? {} : { optional: model.optional }),
  };
}

function items(model: Items, entries: Entries): IKeyToPath[] {
  return entries(model).map(([key, item]) => ({ key, ...(typeof item === "string" ? { path: item } : item) }));
}

function projected(model: ProjectedSource, entries: Entries) {
  if (model.config) return { configMap: named(model.config, entries) };
  if (model.secret) return { secret: named(model.secret, entries) };
  if (model.serviceAccountToken) return { serviceAccountToken: model.serviceAccountToken };
  if (model.downward) return { downwardAPI: { items: downward(model.downward, entries) } };
  return { clusterTrustBundle: verbatim<{ path: string }>(model.clusterTrustBundle) };
}

function downward(fields: Readonly<Record<string, string>>, entries: Entries) {
  return entries(fields).map(([path, fieldPath]) => ({ path, fieldRef: { fieldPath } }));
}

function claimMetadata({ labels, annotations }: ClaimTemplate) {
  const metadata = { ...nonEmpty("labels", labels), ...nonEmpty("annotations", annotations) };
  return nonEmpty("metadata", metadata);
}

export function claimSpec(model: ClaimTemplate): IPersistentVolumeClaimSpec {
  return {
    accessModes: [...(model.accessModes ?? ["ReadWriteOnce" as const])],
    resources: { requests: { storage: String(model.size) } },
    ...{
      storageClassName: model.storageClass,
      volumeMode: model.volumeMode,
      volumeName: model.volumeName,
      volumeAttributesClassName: model.volumeAttributesClass,
    },
    ...(model.selector ? { selector: model.selector } : {}),
    ...(model.dataSource ? { dataSourceRef: verbatim(model.dataSource) } : {}),
  };
}
