/**
 * Gives each package of the lock file that has none the checksum its registry has for it, so that `npm ci` takes nothing else:
 * `node scripts/complete-integrity.mjs`. npm leaves it out for packages of other platforms. Which registry is the reader's to say, so
 * no entry names an address. Ends with 1 where a checksum can't be had.
 */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";

const run = promisify(execFile);
const file = "package-lock.json";
const text = readFileSync(file, "utf8");
const lock = JSON.parse(text);
const bare = Object.entries(lock.packages).filter(([path, entry]) => path && !entry.link && !entry.inBundle && !entry.integrity);

async function checksum(path, { name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length), version }) {
  const { stdout } = await run("npm", ["view", `${name}@${version}`, "dist.integrity", "--json"], { timeout: 60_000 });
  const integrity = JSON.parse(stdout || "null");
  if (typeof integrity !== "string" || !integrity.startsWith("sha512-"))
    throw new Error(`the registry has no sha512 for ${name}@${version}`);
  return integrity;
}

let missing = 0;
for (const [path, entry] of bare) {
  try {
    const integrity = await checksum(path, entry);
    // Where npm has it: after version and resolved.
    const { version, resolved, ...rest } = entry;
    lock.packages[path] = { version, ...(resolved ? { resolved } : {}), integrity, ...rest };
  } catch (error) {
    missing++;
    process.stderr.write(`complete-integrity: ${path}: ${error.message.split("\n")[0]}\n`);
  }
}
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`complete-integrity: ${bare.length - missing} of ${bare.length} completed\n`);
process.exitCode = missing > 0 ? 1 : 0;
