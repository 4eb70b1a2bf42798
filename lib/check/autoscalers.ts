import { groupOf } from "../manifest/index.ts";
import { membersOf, textOf } from "./read.ts";
import { type CheckedManifest, namespaceOf, type Scope } from "./scope.ts";

/** What sets a workload's number of pods: a HorizontalPodAutoscaler, or a ScaledObject of KEDA. */
export interface Autoscaler {
  readonly manifest: CheckedManifest;
  readonly namespace: string;
  /** Group, kind and name of what it scales. */
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** KEDA's ScaledObjects take over an autoscaler that is there: https://keda.sh/docs/latest/concepts/scaling-deployments/#transfer-ownership-of-an-existing-hpa */
const takesOver = "scaledobject.keda.sh/transfer-hpa-ownership";

/** All autoscalers that name a target. Those that KEDA takes over count as the ScaledObject that does. */
export function autoscalersOf(scope: Scope): Autoscaler[] {
  return ["autoscaling/HorizontalPodAutoscaler", "keda.sh/ScaledObject"]
    .flatMap((kind) => scope.ofCustomKind(kind))
    .map((manifest) => {
      const { apiVersion, kind, name } = membersOf(membersOf(manifest.object.spec).scaleTargetRef);
      // KEDA scales a Deployment where the kind is left out.
      const isDeployment = manifest.object.kind === "ScaledObject" && textOf(kind) === "";
      return {
        manifest,
        namespace: namespaceOf(manifest),
        group: isDeployment
          ? "apps"
          : groupOf({ apiVersion: textOf(apiVersion) || (manifest.object.kind === "ScaledObject" ? "apps/v1" : "") }),
        kind: isDeployment ? "Deployment" : textOf(kind),
        name: textOf(name),
      };
    })
    .filter(({ name, manifest: { object } }) => name !== "" && object.metadata.annotations?.[takesOver] !== "true");
}
