/** The number of a pipeline, as it stands in a variable or a token; undefined for what isn't one, or is larger than numbers are exact. */
export function pipelineNumber(text: string): number | undefined {
  return /^[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
}
