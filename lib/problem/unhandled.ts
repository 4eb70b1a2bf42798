/** Ends a switch over a union: a member without its case doesn't compile, since it isn't `never` here. */
export function unhandled(value: never): never {
  throw new Error(`no case for ${JSON.stringify(value)}`);
}
