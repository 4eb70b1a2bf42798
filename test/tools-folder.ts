import { homedir } from "node:os";
import { join } from "node:path";

/** Where the tools are that scripts/install-tools.sh builds. */
export const tools = process.env.SLIPWAY_TOOLS ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "slipway/tools");
