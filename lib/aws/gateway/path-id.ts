/** A path in the id of a construct, which can't have slashes. */
export const idOf = (path: string) => path.replaceAll("/", "|");
