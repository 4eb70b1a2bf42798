/**
 * A YAML example in a template literal, without the indentation it has in the code.
 *
 * @example
 * yaml`
 *   kind: ConfigMap
 *   data: { a: b }
 * `; // "kind: ConfigMap\ndata: { a: b }\n"
 */
export function yaml(strings: TemplateStringsArray): string {
  const lines = strings.join("").replace(/^\n/, "").trimEnd().split("\n");
  const indent = Math.min(...lines.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length));
  return `${lines.map((line) => line.slice(indent)).join("\n")}\n`;
}
