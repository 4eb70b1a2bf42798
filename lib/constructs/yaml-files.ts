import { readFileSync } from "node:fs";
import { Yaml } from "cdk8s";
import { parseAllDocuments } from "yaml";
import { roundedInteger } from "../kubernetes/index.ts";
import { InputError } from "../problem/index.ts";

const loadAddress = Yaml.load.bind(Yaml);

/**
 * Has cdk8s read files in this process. Since `Include` may be given a web address, cdk8s reads files as well in a Node process that it
 * starts for each of them, and each Helm chart is such a file: that was two thirds of the time of a synth with one Include and four
 * environments. The parser and its settings are those of cdk8s; addresses still go to cdk8s.
 */
export function readYamlFilesInProcess(): void {
  Yaml.load = (urlOrFile) => (isAddress(urlOrFile) ? loadAddress(urlOrFile) : documentsOf(readFileSync(urlOrFile, "utf8")));
}

const isAddress = (urlOrFile: string) => /^https?:\/\//i.test(urlOrFile);

function documentsOf(text: string): unknown[] {
  const values = parseAllDocuments(text, { version: "1.1" }).map((document) => {
    const rounded = roundedInteger(document);
    if (rounded)
      throw new InputError([
        {
          message: `YAML holds the integer ${rounded.text}, which can't be kept to its last digit`,
          fix: "Write it as a text, if its reader takes one.",
        },
      ]);
    return document.toJSON() as unknown;
  });
  return values.filter((value) => value !== null && (typeof value !== "object" || Object.keys(value).length > 0));
}
