/** What `slipway check` can write; the first unless asked for another. */
export const checkFormats = ["text", "json", "codequality", "sarif", "github"] as const;
/** What `slipway review` can write; the first unless asked for another. */
export const reviewFormats = ["text", "markdown", "json", "html", "codequality"] as const;
