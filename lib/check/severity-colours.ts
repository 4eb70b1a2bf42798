/** What a severity is shown in on a terminal. */
export const severityColours = { error: "31", warning: "33", info: "36" } as const;
