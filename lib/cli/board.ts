import { command } from "./command.ts";
import { reported } from "./report.ts";

export const board = command()
  .option("-o, --out <file>", "file to write", "board.html")
  .addHelpText("after", "\nExample:\n  $ slipway board --out public/index.html")
  .action(reported(async (options) => (await import("./run/board.ts")).boardCommand(options)));
