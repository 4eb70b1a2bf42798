import { seen } from "../../outside/index.ts";
import { chosen } from "../../problem/index.ts";
import { loadEnvironments, projectAt } from "../../project/index.ts";
import { type Explanation, explain } from "../../synth/index.ts";
import { print, printJson } from "../output.ts";

interface Options {
  readonly environment: string;
  readonly app: string;
  readonly path: string | undefined;
  readonly format: "text" | "json";
}

type Value = Explanation["values"][number];
type Layer = Value["layers"][number];

/** `slipway explain ENV APP [PATH]`: each value, the layers that set it, and what they replaced. */
export async function explainCommand({ environment: name, app, path, format }: Options): Promise<void> {
  const project = projectAt();
  const [environment] = chosen(await loadEnvironments(project.root), [name], "environment");
  if (!environment) return;
  const explanation = explain(environment, app, path, project);
  if (format === "json") printJson(explanation, (_key, value) => (typeof value === "function" ? "function" : value));
  else
    print(
      `${[routingText(explanation), path === undefined ? tree(explanation) : history(explanation)].filter((text) => text !== "").join("\n\n")}\n`,
    );
}

const ways = { ingress: "an Ingress", gateway: "a Gateway" } as const;

/** Each path by an Ingress and by a Gateway, what is different for a client, and what becomes of annotations. */
function routingText({ environment, app, routing }: Explanation): string {
  if (!routing) return "";
  const { by, routes, annotations } = routing;
  const served = `${environment} ${app}: served by ${by.map((way) => ways[way]).join(" and ") || "nothing in the cluster"}`;
  const paths = routes.map(({ address, ingress, gateway, differences }) =>
    [
      seen(address),
      ...(ingress ? [`  ${seen(ingress.object)}: ${wayText(ingress.serves)}`] : []),
      ...(gateway ? [`  ${seen(gateway.object)}: ${wayText(gateway.serves)}`] : []),
      ...(differences.length > 0 ? ["  for a client of the Gateway", ...differences.map((text) => `    ${seen(text)}`)] : []),
    ].join("\n"),
  );
  const said = annotations.map(({ annotation, value, as, reason }) =>
    [`  ${seen(annotation)}: ${shown(value)}`, `    ${seen(`${as ?? "not translated"}${reason ? `: ${reason}` : ""}`)}`].join("\n"),
  );
  return [
    served,
    ...paths,
    ...(said.length > 0 ? [["annotations of ingress-nginx, and what says the same", ...said].join("\n")] : []),
  ].join("\n\n");
}

type Served = NonNullable<NonNullable<Explanation["routing"]>["routes"][number]["gateway"]>["serves"];

function wayText({ type, path, methods, conditions, services, applied }: Served): string {
  const what = [`${type} ${path}`, methods.length > 0 ? methods.join(", ") : "all methods", ...conditions].join(", ");
  const where = services.length > 0 ? ` -> ${services.join(", ")}` : "";
  return seen(`${what}${where}${applied.length > 0 ? ` (${applied.join(", ")})` : ""}`);
}

/** A line for each value of the app, with the layer that won; values side by side under what they belong to. */
function tree({ values, patches }: Explanation): string {
  const lines: string[] = [];
  const rows = values.map((value) => ({ value, parts: value.path.split(/\.(?![^[]*\])|(?=\[)/) }));
  let above: readonly string[] = [];
  for (const { value, parts } of rows) {
    const shared = parts.slice(0, -1).findIndex((part, index) => part !== above[index]);
    for (let depth = shared < 0 ? parts.length - 1 : shared; depth < parts.length - 1; depth++)
      lines.push(`${"  ".repeat(depth)}${parts[depth]}`);
    lines.push(`${`${"  ".repeat(parts.length - 1)}${parts.at(-1)}: ${shown(value.value)}`.padEnd(60)}  ${source(value.layers.at(-1))}`);
    above = parts.slice(0, -1);
  }
  if (patches.length > 0)
    lines.push(
      "",
      "patched after rendering",
      ...patches.map((patch) => `${`  ${patch.path}: ${shown(patch.value)}`.padEnd(60)}  ${source(patch.layers.at(-1))}`),
    );
  return lines.join("\n");
}

/** Each value with all its layers, the one that won first. */
function history({ values, patches }: Explanation): string {
  return [...values, ...patches]
    .map(({ path, value, layers }) =>
      [`${path}: ${value === undefined ? "(removed)" : shown(value)}`, ...[...layers].reverse().map(step)].join("\n"),
    )
    .join("\n\n");
}

function step(layer: Layer): string {
  const result = "value" in layer ? shown(layer.value) : "removes it";
  const before = "replaced" in layer ? `, replaced ${shown(layer.replaced)}` : "";
  return `  ${result.padEnd(24)}  ${source(layer)}${before}`;
}

function source(layer: Layer | undefined): string {
  if (!layer) return "";
  return seen(`${layer.layer}${layer.file ? `  ${layer.file}${layer.line ? `:${layer.line}` : ""}` : ""}`);
}

function shown(value: unknown): string {
  if (typeof value === "function") return "(function)";
  const text = typeof value === "string" && /^[\x21-\x7e][\x20-\x7e]*$/.test(value) ? value : JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
}
