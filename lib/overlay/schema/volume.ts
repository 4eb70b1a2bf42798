import { z } from "zod";
import { oneOf } from "./one-of.ts";
import {
  annotations,
  dataKey,
  imageReference,
  labels,
  nodePath,
  nonNegative,
  objectName,
  objectNameOrNone,
  positive,
  quantity,
  storageSize,
  verbatim,
  volumeFile,
} from "./scalar.ts";

const mode = nonNegative.max(0o777).describe("File mode, as 0o440.");
const items = z
  .record(dataKey, z.union([volumeFile, z.strictObject({ path: volumeFile.describe("Path in the volume."), mode: mode.optional() })]))
  .describe("Keys to show, and the path of each. Default: all, by their key.");
const files = { items: items.optional(), optional: z.boolean().optional().describe("Start without it. Default: false.") };

const claimFields = {
  size: storageSize.describe("Storage to ask for, as 20Gi."),
  storageClass: objectNameOrNone.optional().describe("Storage class. Default: the cluster's; empty for none."),
  accessModes: z
    .array(z.enum(["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]))
    .min(1)
    .optional()
    .describe("Default: ReadWriteOnce."),
  volumeMode: z.enum(["Filesystem", "Block"]).optional().describe("Kubernetes' default: Filesystem."),
  volumeName: objectName.optional().describe("An existing PersistentVolume to bind."),
  volumeAttributesClass: objectName.optional().describe("Class of changeable attributes of the volume."),
  selector: verbatim.optional().describe("Label selector over PersistentVolumes."),
  dataSource: verbatim.optional().describe("Snapshot or claim to fill the volume from (`dataSourceRef`)."),
  labels: labels.optional().describe("Labels of the claim."),
  annotations: annotations.optional().describe("Annotations of the claim."),
};
export const ClaimTemplate = z
  .strictObject(claimFields)
  .meta({ id: "ClaimTemplate", description: "A claim that a StatefulSet makes for each of its pods." });
export const Claim = z
  .strictObject({ ...claimFields, name: objectName.optional().describe("Default: the app's name, '-' and the claim's.") })
  .meta({ id: "Claim", description: "A PersistentVolumeClaim of the app. Argo CD neither prunes nor deletes it." });

const ProjectedSource = oneOf({
  config: z.strictObject({ name: objectName.describe("The ConfigMap."), ...files }).describe("Keys of a ConfigMap."),
  secret: z.strictObject({ name: objectName.describe("The Secret."), ...files }).describe("Keys of a Secret."),
  serviceAccountToken: z
    .strictObject({
      path: volumeFile.describe("File name."),
      audience: z.string().optional().describe("Default: the API server."),
      expirationSeconds: positive.min(600).optional().describe("Seconds the token is valid. Kubernetes' default: 3600."),
    })
    .describe("A token of the pod's account."),
  downward: z.record(volumeFile, z.string().min(1)).describe("Fields of the pod by file name, as `labels: metadata.labels`."),
  clusterTrustBundle: verbatim.describe("Trust anchors, as the Kubernetes API has them."),
}).meta({ id: "ProjectedSource", description: "One source of a projected volume." });

export const Volume = oneOf(
  {
    config: z
      .union([objectName, z.strictObject({ name: objectName.describe("The ConfigMap."), ...files })])
      .describe("Files from a ConfigMap."),
    secret: z.union([objectName, z.strictObject({ name: objectName.describe("The Secret."), ...files })]).describe("Files from a Secret."),
    emptyDir: z
      .strictObject({
        medium: z.enum(["Memory"]).optional().describe("Memory, or else the node's disk."),
        sizeLimit: quantity.optional().describe("The pod is evicted past it."),
      })
      .describe("Scratch space that lives as long as the pod."),
    claim: z
      .union([
        objectName,
        z.strictObject({
          name: objectName.describe("The PersistentVolumeClaim."),
          readOnly: z.boolean().optional().describe("Default: false."),
        }),
      ])
      .describe("A PersistentVolumeClaim: one of the app's `storage` by its key, or any by its name."),
    hostPath: z
      .union([
        nodePath,
        z.strictObject({
          path: nodePath.describe("Path on the node."),
          type: z
            .enum(["", "DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice"])
            .optional()
            .describe("What must be there. Default: nothing is checked."),
        }),
      ])
      .describe("A path of the node; only where the environment allows it for the app."),
    projected: z.array(ProjectedSource).min(1).describe("Several sources in one folder."),
    ephemeral: ClaimTemplate.describe("A claim that lives as long as the pod."),
    csi: verbatim.describe("An inline CSI volume, as the Kubernetes API has it."),
    nfs: z
      .strictObject({
        server: z.string().min(1).describe("Host of the NFS server."),
        path: z.string().startsWith("/", { error: "an absolute path" }).describe("Exported path."),
        readOnly: z.boolean().optional().describe("Default: false."),
      })
      .describe("An NFS export."),
    image: z
      .strictObject({
        reference: imageReference.describe("Full image reference."),
        pullPolicy: z.enum(["Always", "IfNotPresent", "Never"]).optional().describe("When it is pulled."),
      })
      .describe("The files of an OCI image."),
    downward: z.record(volumeFile, z.string().min(1)).describe("Fields of the pod by file name."),
  },
  { defaultMode: mode.optional().describe("Mode of the files of config, secret, projected and downward volumes.") },
).meta({ id: "Volume", description: "Something containers mount." });
