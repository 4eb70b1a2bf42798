/** What stands where a value isn't shown. */
export const hidden = "(hidden)";
