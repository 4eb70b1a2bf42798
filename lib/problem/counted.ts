/** A number of things, as `1 error` or `2 errors`. */
export const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
