#!/usr/bin/env node
// In the repository the sources run as they are; a published package runs what was compiled from them.
import { existsSync } from "node:fs";

const sources = new URL("../lib/cli/main.ts", import.meta.url);
if (existsSync(sources)) {
  const { createJiti } = await import("jiti");
  await createJiti(import.meta.url).import(sources.href);
} else {
  await import("../build/cli/main.js");
}
