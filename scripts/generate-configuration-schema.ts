/** Writes schemas/slipway.schema.json from the form of slipway.yaml. `--check` only says whether the file is current. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { configurationSchema } from "../lib/sources/index.ts";

const file = "schemas/slipway.schema.json";
const schema = {
  ...z.toJSONSchema(configurationSchema, { target: "draft-7", io: "input" }),
  title: "slipway.yaml",
  description: "What a repository says of its manifests to `slipway check`.",
};

/** The schema in this repository's style. */
function formatted(): string {
  const scratch = mkdtempSync(join(tmpdir(), "slipway-schema-"));
  try {
    const path = join(scratch, "slipway.schema.json");
    writeFileSync(path, JSON.stringify(schema));
    execFileSync("npx", ["biome", "format", "--write", "--config-path=biome.json", "--vcs-enabled=false", scratch], { stdio: "pipe" });
    return readFileSync(path, "utf8");
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const text = formatted();
if (!process.argv.includes("--check")) writeFileSync(file, text);
else if (readFileSync(file, "utf8") !== text) {
  console.error(`${file} is not what lib/sources/configuration.ts says: run \`npm run generate\``);
  process.exitCode = 1;
}
