import { realpathSync } from "node:fs";

/** Whether what is at a path lies in a folder, wherever links lead. Both have to exist. */
export const isInside = (path: string, folder: string) => `${realpathSync(path)}/`.startsWith(`${realpathSync(folder)}/`);
