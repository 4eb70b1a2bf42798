import { estateTemplates, ofType, shop, type Template, templatesOf } from "./stacks.ts";

const http = { type: "http", waf: { type: "none", reason: "Nothing to see in a test." } } as const;
const templates: Readonly<Record<string, Template>> = {
  ...estateTemplates(),
  http: templatesOf([shop({ all: { path: "/" } }, { ...http, accessLogs: { key: "own" } })])["gateway-shop"] as Template,
};
interface Policies {
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}
const all = (type: string) =>
  Object.entries(templates).flatMap(([stack, template]) =>
    ofType(template, type).map(([id, resource]) => ({ at: `${stack}/${id}`, resource: resource as typeof resource & Policies })),
  );

/** By its name in the template and with `Retain`, `cdk deploy --import-existing-resources` finds what exists: https://docs.aws.amazon.com/cdk/v2/guide/ref-cli-cmd-deploy.html */
test.each<[string, string, number]>([
  ["AWS::ECR::Repository", "RepositoryName", 12],
  ["AWS::Logs::LogGroup", "LogGroupName", 5],
])("each %s can be imported: it has a literal %s, and stays when its stack goes", (type, name, least) => {
  const resources = all(type);
  expect(resources.length).toBeGreaterThanOrEqual(least);
  for (const { at, resource } of resources)
    expect([at, resource]).toEqual([
      at,
      expect.objectContaining({
        DeletionPolicy: "Retain",
        UpdateReplacePolicy: "Retain",
        Properties: expect.objectContaining({ [name]: expect.any(String) }),
      }),
    ]);
});

test("keys stay, and have no name that a second stack would meet", () => {
  const keys = all("AWS::KMS::Key");
  expect(keys.length).toBeGreaterThanOrEqual(2);
  expect(keys.filter(({ resource }) => resource.DeletionPolicy !== "Retain").map(({ at }) => at)).toEqual([]);
  expect(all("AWS::KMS::Alias")).toEqual([]);
});

test("nothing else stays whose name a second stack would meet", () => {
  const named = Object.entries(templates).flatMap(([stack, { Resources }]) =>
    Object.entries(Resources).flatMap(([id, resource]) => {
      const { Type, Properties = {} } = resource;
      const names = Object.entries(Properties).filter(([key, value]) => /Name$/.test(key) && typeof value === "string");
      return (resource as Policies).DeletionPolicy === "Retain" && names.length > 0 ? [`${Type} of ${stack}: ${id}`] : [];
    }),
  );
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((entry) => !/^AWS::(ECR::Repository|Logs::LogGroup) /.test(entry))).toEqual([]);
});
