import { seen } from "../../outside/index.ts";
import { chosen } from "../../problem/index.ts";
import { loadEnvironments, projectAt } from "../../project/index.ts";
import { type Explanation, explain } from "../../synth/index.ts";
import { paint, printJson, printReport } from "../output.ts";

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
    printReport(
      `${[routingText(explanation), path === undefined ? tree(explanation) : history(explanation)].filter((text) => text !== "").join("\n\n")}\n`,
    );
}

const ways = { ingress: "an Ingress", gateway: "a Gateway" } as const;

/** Each path by an Ingress and by a Gateway, what is different for a client, and what becomes of annotations. */
function routingText({ environment, app, routing }: Explanation): string {
  if (!routing) return "";
  const { by, routes, annotations } = routing;
  const served = `${paint("1", `${environment} ${app}`)}: served by ${by.map((way) => ways[way]).join(" and ") || "nothing in the cluster"}`;
  const paths = routes.map(({ address, ingress, gateway, differences }) =>
    [
      paint("1", address),
      ...(ingress ? [`  ${seen(ingress.object)}: ${wayText(ingress.serves)}`] : []),
      ...(gateway ? [`  ${seen(gateway.object)}: ${wayText(gateway.serves)}`] : []),
      ...(differences.length > 0 ? ["  for a client of the Gateway", ...differences.map((text) => `    ${paint("33", text)}`)] : []),
    ].join("\n"),
  );
  const said = annotations.map(({ annotation, value, as, reason }) =>
    [
      `  ${seen(annotation)}: ${shown(value)}`,
      `    ${paint(as === undefined ? "33" : "", `${as ?? "not translated"}${reason ? `: ${reason}` : ""}`)}`,
    ].join("\n"),
  );
  return [
    served,
    ...paths,
    ...(said.length > 0 ? [[paint("1", "annotations of ingress-nginx, and what says the same"), ...said].join("\n")] : []),
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
      lines.push(`${"  ".repeat(depth)}${paint("1", parts[depth] ?? "")}`);
    lines.push(valueLine("  ".repeat(parts.length - 1), parts.at(-1) ?? "", value));
    above = parts.slice(0, -1);
  }
  if (patches.length > 0)
    lines.push("", paint("1", "patched after rendering"), ...patches.map((patch) => valueLine("  ", patch.path, patch)));
  return lines.join("\n");
}

/** A value beside the layer that won. */
function valueLine(indent: string, name: string, { value, layers }: Value): string {
  const rest = `: ${shown(value)}`.padEnd(60 - indent.length - seen(name).length);
  return `${indent}${paint("1", name)}${rest}  ${source(layers.at(-1))}`;
}

/** Each value with all its layers, the one that won first. */
function history({ values, patches }: Explanation): string {
  return [...values, ...patches]
    .map(({ path, value, layers }) =>
      [`${paint("1", path)}: ${value === undefined ? "(removed)" : shown(value)}`, ...[...layers].reverse().map(step)].join("\n"),
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
  return paint("2", `${layer.layer}${layer.file ? `  ${layer.file}${layer.line ? `:${layer.line}` : ""}` : ""}`);
}

function shown(value: unknown): string {
  if (typeof value === "function") return "(function)";
  const text = typeof value === "string" && /^[\x21-\x7e][\x20-\x7e]*$/.test(value) ? value : JSON.stringify(value);
  return seen(text.length > 100 ? `${text.slice(0, 97)}...` : text);
}
