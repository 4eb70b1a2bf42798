/** What one part of an answer rests on. */
export interface Basis {
  /** What the gateway does. */
  readonly what: string;
  /** `recorded`: the real gateway was seen to do it. `documented`: its documents say it. `assumed`: neither; record it before you rely on it. */
  readonly source: "recorded" | "documented" | "assumed";
}

/** What the simulator knows of the gateway, by short names, with where it is known from. */
const behaviours = {
  routing: { what: "the most exact path serves a request", source: "documented" },
  "greedy path": { what: "a greedy path serves a method that the most exact one doesn't have", source: "recorded" },
  "trailing slash": { what: "a slash at the end of the path is ignored", source: "recorded" },
  "encoded slash": { what: "an encoded slash in a path parameter is decoded", source: "recorded" },
  "header names": { what: "the headers that an operation reads are matched as they are written", source: "assumed" },
  templates: { what: "templates are filled as Velocity and the reference of $input, $context and $util say", source: "documented" },
  "template values": { what: "null prints nothing, objects print as {name=value}, and lists as JSON", source: "recorded" },
  "last value": { what: "of several values of a header or query parameter, a mapped operation sees the last", source: "assumed" },
  "own headers": { what: "a mapped operation sends Accept and User-Agent of its own", source: "recorded" },
  "remapped headers": { what: "some headers leave as x-amzn-remapped-NAME", source: "documented" },
  selection: { what: "the pattern that fits the whole status selects the response", source: "documented" },
  proxy: { what: "a proxy passes on status, headers and body", source: "documented" },
  "gateway responses": { what: "the gateway answers by itself with the response of that type", source: "documented" },
} as const satisfies Readonly<Record<string, Basis>>;

/** The short name of something that the gateway does. */
export type Behaviour = keyof typeof behaviours;

/** What answers rest on, the least certain first. */
export const basisOf = (names: readonly Behaviour[]): readonly Basis[] => {
  const order: readonly Basis["source"][] = ["assumed", "documented", "recorded"];
  return names.map((name) => behaviours[name]).sort((a, b) => order.indexOf(a.source) - order.indexOf(b.source));
};
