import { readFileSync } from "node:fs";
import { escaped } from "../outside/index.ts";
import { page } from "../page/index.ts";
import type { Board } from "./board.ts";

const client = (name: string) => readFileSync(new URL(`client/${name}`, import.meta.url), "utf8");

/** The board as a page that needs nothing beside it. */
export function boardPage(board: Board): string {
  const heads = board.environments.map(
    ({ name, promotesFrom }) =>
      `<th scope="col">${escaped(name)}${promotesFrom ? ` <span class="soft">from ${escaped(promotesFrom)}</span>` : ""}</th>`,
  );
  return page({
    title: "Board",
    style: client("board.css"),
    script: client("board.js"),
    data: board,
    body: `<h1>Board</h1>
<p class="tools"><label>Search <input type="search" id="search" placeholder="app or image (press /)"></label>
<label>Show <select id="only"><option value="">all apps</option><option value="behind">that differ from where they are promoted from</option><option value="held">that are held</option><option value="findings">with findings</option></select></label>
<span id="count" role="status"></span></p>
<div class="scroll"><table id="board"><thead><tr><th scope="col">app</th>${heads.join("")}</tr></thead><tbody></tbody></table></div>
<dialog aria-labelledby="title"></dialog>`,
  });
}
