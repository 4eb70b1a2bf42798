import { commandsOf, deployment, idsOf, type Objects, reviewed, template } from "./runbook-objects.ts";

const object = (apiVersion: string, kind: string, name: string, rest: object = {}) => ({
  apiVersion,
  kind,
  metadata: { name, namespace: "shop" },
  ...rest,
});
const account = (name: string) => object("v1", "ServiceAccount", name);
const role = (name: string) =>
  object("rbac.authorization.k8s.io/v1", "Role", name, { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] });
const binding = (name: string, subject: string, roleName = name) =>
  object("rbac.authorization.k8s.io/v1", "RoleBinding", name, {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: roleName },
    subjects: [{ kind: "ServiceAccount", name: subject }],
  });
const settings = (name: string) => object("v1", "ConfigMap", name, { data: { a: "1" } });
const external = (name: string, target: string) =>
  object("external-secrets.io/v1", "ExternalSecret", name, { spec: { secretStoreRef: { name: "store" }, target: { name: target } } });
const web = (name: string) =>
  deployment(
    {
      template: template(undefined, {
        serviceAccountName: "old",
        containers: [{ name: "web", image: "web:1", envFrom: [{ configMapRef: { name: "old" } }, { secretRef: { name: "token" } }] }],
      }),
    },
    name,
  );
const old: Objects = [account("old"), role("old"), binding("old", "old"), settings("old"), external("vault", "token")];
const about = (found: ReturnType<typeof reviewed>, verb: string) =>
  commandsOf(found)
    .flatMap((command) => command.split(" && "))
    .filter((command) => command.startsWith(`kubectl ${verb} `))
    .map((command) => command.split(" ").slice(2, 4).join(" "));

describe("the runbook of a workload that is renamed", () => {
  test("keeps what its old pods use and the change deletes, and deletes it at the end", () => {
    const found = reviewed([web("web"), ...old], [web("store")]);
    const used = ["serviceaccount old", "rolebinding old", "role old", "configmap old", "externalsecret vault"];
    expect(idsOf(found)).toEqual(["replace-workload"]);
    expect(about(found, "annotate")).toEqual(["deployment web", ...used]);
    expect(about(found, "delete")).toEqual(["deployment web", ...used]);
    const { steps = [] } = found.runbooks[0] ?? {};
    const merge = steps.findIndex(({ command }) => command === undefined);
    expect(steps.slice(0, merge).flatMap(({ command }) => command?.split("\n") ?? [])).toHaveLength(6);
    expect(steps.at(-1)?.command).toMatch(/^kubectl delete serviceaccount old --namespace=shop --ignore-not-found\n/);
  });

  test("leaves alone what stays", () => {
    const found = reviewed([web("web"), ...old], [web("store"), ...old]);
    expect(about(found, "annotate")).toEqual(["deployment web"]);
    expect(about(found, "delete")).toEqual(["deployment web"]);
  });

  test("isn't offered where the old pods lose rights that no step keeps", () => {
    expect(idsOf(reviewed([web("web"), ...old], [web("store"), account("new"), role("old"), binding("old", "new")]))).toEqual([]);
  });

  test("isn't offered where a name can't stand in a command", () => {
    expect(idsOf(reviewed([web("web"), account("old"), binding("a:b", "old")], [web("store")]))).toEqual([]);
  });
});
