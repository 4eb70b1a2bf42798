import { deletion, immutable, inPlace, kindImpact } from "../impact.ts";

export const role = kindImpact(["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"], {
  fields: [
    ["rules", inPlace("who is bound to it may do other things at once")],
    ["aggregationRule", inPlace("it is put together from other roles")],
  ],
  removed: () => deletion("who is bound to it may do nothing by it any more"),
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
    ["automountServiceAccountToken", inPlace("new pods get, or don't get, a token; those that run stay as they are")],
    ["imagePullSecrets", inPlace("new pods pull with other credentials; those that run stay as they are")],
    ["metadata.annotations", inPlace("new pods take another role where the annotation names one; those that run stay as they are")],
  ],
  removed: () => deletion("pods of the account can't be made any more, and tokens of those that run stop working"),
});
