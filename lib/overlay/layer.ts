/** A file and line of an overlay. */
interface Place {
  readonly file: string;
  readonly line: number;
}

/** One voice in what an app or environment says: a merge patch with its name and where it stands. Later layers win. */
export interface Layer {
  /** As `base`, `with()` or `environment prod: defaults`. */
  readonly name: string;
  readonly patch: unknown;
  /** Where the layer was written; undefined for slipway's own. */
  place(): Place | undefined;
}

/** A layer written by the caller of `entry`, a public function: the frames of `entry` and above it are not the author's. */
export function layer(name: string, patch: unknown, entry: (...args: never[]) => unknown): Layer {
  const limit = Error.stackTraceLimit;
  const trace: { stack?: string } = {};
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(trace, entry);
  Error.stackTraceLimit = limit;
  return { name, patch, place: () => placeOf(trace.stack ?? "") };
}

/** A layer of slipway's own. */
export function builtIn(name: string, patch: unknown): Layer {
  return { name, patch, place: () => undefined };
}

function placeOf(stack: string): Place | undefined {
  const match = /\(?((?:file:\/\/)?\/[^()]*|[A-Za-z]:\\[^()]*):(\d+):\d+\)?\s*$/m.exec(stack);
  if (!match?.[1]) return undefined;
  return { file: match[1].replace(/^file:\/\//, ""), line: Number(match[2]) };
}
