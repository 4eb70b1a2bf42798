import { own } from "../../outside/index.ts";
import { textOf } from "../read.ts";

const units: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

/** Seconds of a time as Go writes it; undefined where it is none. https://pkg.go.dev/time#ParseDuration */
export function secondsOf(value: unknown, known = "ns|us|µs|ms|s|m|h"): number | undefined {
  const text = textOf(value);
  if (text === "0") return 0;
  if (text.length > 100 || !new RegExp(`^(\\d+(\\.\\d+)?(${known}))+$`).test(text)) return undefined;
  return [...text.matchAll(/(\d+(?:\.\d+)?)([a-zµ]+)/g)].reduce(
    (sum, [, count, unit = ""]) => sum + Number(count) * (own(units, unit) ?? 0),
    0,
  );
}
