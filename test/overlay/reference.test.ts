import { existsSync, readdirSync, readFileSync } from "node:fs";
import { app, render } from "slipway";
import { z } from "zod";
import { pageOf, referenceOf } from "../../lib/overlay/reference.ts";
import { App, Environment } from "../../lib/overlay/schema/index.ts";
import { definitionOf } from "../../lib/validation/index.ts";
import { filesOf, testEnvironment } from "../fixture.ts";

const folder = "docs/reference";

/** All parts that have a page, by its file. */
function partsOf(roots: readonly z.ZodType[]): ReadonlyMap<string, z.ZodType> {
  const parts = new Map<string, z.ZodType>();
  const seen = new Set<z.ZodType>();
  const walk = (schema: z.ZodType): void => {
    if (seen.has(schema)) return;
    seen.add(schema);
    const id = z.globalRegistry.get(schema)?.id;
    if (id) parts.set(pageOf(id), schema);
    const { shape = {}, innerType, valueType, element, options = [] } = definitionOf(schema);
    const inner = [schema._zod.parent as z.ZodType | undefined, innerType, valueType, element, ...options, ...Object.values(shape)];
    for (const next of inner) if (next) walk(next);
  };
  roots.forEach(walk);
  return parts;
}

/** The schemas that a key of a page's heading may have: several where a union's branches have it. */
function schemasAt(schema: z.ZodType, [key, ...rest]: readonly string[]): z.ZodType[] {
  if (key === undefined) return [schema];
  const { shape, innerType, valueType, element, options = [] } = definitionOf(schema);
  if (innerType) return schemasAt(innerType, [key, ...rest]);
  const entry = key === "NAME" ? valueType : key === "[]" ? element : shape?.[key];
  return [...(entry ? schemasAt(entry, rest) : []), ...options.flatMap((option) => schemasAt(option, [key, ...rest]))];
}

const keysOf = (heading: string) => heading.replaceAll("[]", ".[]").split(".");

test("every example of the reference is accepted by the schema", () => {
  const parts = partsOf([App, Environment]);
  const refused: string[] = [];
  let examples = 0;
  for (const [file, part] of parts) {
    const page = readFileSync(`${folder}/${file}`, "utf8");
    for (const section of page.split(/^##+ /m).slice(1)) {
      const [heading = ""] = section.split("\n");
      const [, code = ""] = section.split(/^```(?:typescript)?$/m);
      const value = Object.values(new Function(`return {${code}}`)() as object)[0];
      examples++;
      if (!schemasAt(part, keysOf(heading)).some((schema) => schema.safeParse(value).success)) refused.push(`${file}: ${heading}: ${code}`);
    }
  }
  expect(refused).toEqual([]);
  expect(examples).toBeGreaterThan(900);
});

test("there is a page for every part, and no other", () => {
  const pages = readdirSync(folder).filter((file) => !file.startsWith("README"));
  expect(pages.sort()).toEqual([...partsOf([App, Environment]).keys()].sort());
});

test.each([
  [App, "container", "app.md#container"],
  [App, "container.image", "container.md#image"],
  [App, "container.ports.http.protocol", "container-port.md#protocol"],
  [App, "initContainers.migrate.image", "init-container.md#image"],
  [App, "workload.replicas", "deployment-workload.md#replicas"],
  [App, "contaner", "app.md"],
  [App, "container.prots", "container.md"],
  [Environment, "secrets.store.provider", "secret-settings.md#store"],
  [Environment, "cluster.name", "cluster.md#name"],
  [Environment, "aws.gateway.domain.basePath", "gateway.md#domain"],
])("a key's reference is on its part's page", (root, path, expected) => {
  const reference = referenceOf(root, path);
  expect(reference).toBe(`${folder}/${expected}`);
  const [file = "", anchor] = expected.split("#");
  expect(existsSync(`${folder}/${file}`)).toBe(true);
  const headings = [...readFileSync(`${folder}/${file}`, "utf8").matchAll(/^##+ (.*)$/gm)].map(([, text = ""]) => text.toLowerCase());
  if (anchor) expect(headings).toContain(anchor);
});

test("a message about a key says where the reference has it", () => {
  const demo = app("demo", { namespace: "demo", workload: { kind: "Deployment" }, container: { image: "demo:1", prots: {} } } as never);
  expect(() => render(testEnvironment([demo]), { read: filesOf({}) })).toThrow('\n  Did you mean "ports"? See docs/reference/container.md');
});
