#!/usr/bin/env node
// In the repository the sources run as they are; a published package runs what was compiled from them.
import { existsSync } from "node:fs";
import module from "node:module";
import { privateCache } from "./private-cache.js";

// Whoever reads the answer, as `head`, may stop before its end: it ends then as programs do that a closed pipe stops, and says nothing.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(141);
  });

// Node 22 and newer keep what they compiled for the next start; older ones have no such call.
const compiled = privateCache("node");
if (compiled) module.enableCompileCache?.(compiled);
const sources = new URL("../lib/cli/main.ts", import.meta.url);
const { run } = existsSync(sources) ? await loadSources() : await import("../build/bundle/main.js");
await run(process.argv.slice(2));

async function loadSources() {
  const { createJiti } = await import("jiti");
  try {
    return await createJiti(import.meta.url, { fsCache: privateCache("jiti") ?? false }).import(sources.href);
  } catch (error) {
    if (!error?.syscall) throw error;
    // What is compiled can't be kept, as on a full disk: compile it each time.
    return createJiti(import.meta.url, { fsCache: false }).import(sources.href);
  }
}
