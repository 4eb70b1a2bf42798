import { deletion, immutable, inPlace, kindImpact } from "../impact.ts";

export const role = kindImpact(["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"], {
  fields: [
    ["rules", inPlace("its subjects get other rights at once")],
    ["aggregationRule", inPlace("it is combined from other roles")],
  ],
  removed: () => deletion("its subjects lose all its rights"),
});

export const binding = kindImpact(["rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding"], {
  fields: [
    ["roleRef", immutable("the role of a binding")],
    ["subjects", inPlace("others may do what the role allows, at once")],
  ],
  removed: () => deletion("its subjects lose what the role allowed"),
});

export const serviceAccount = kindImpact(["ServiceAccount"], {
  fields: [
    ["automountServiceAccountToken", inPlace("new pods get a token or none; running pods stay as they are")],
    ["imagePullSecrets", inPlace("new pods pull with other credentials; running pods stay as they are")],
    ["metadata.annotations", inPlace("new pods take another role where the annotation names one; running pods stay as they are")],
  ],
  removed: () => deletion("pods of the account can no longer be created, and the tokens of running pods stop working"),
});
