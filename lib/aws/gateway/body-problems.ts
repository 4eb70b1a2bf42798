import type { Gateway } from "../../overlay/index.ts";
import type { Problem } from "../../problem/index.ts";
import type { ServedRoute } from "./route.ts";
import { keywords } from "./schema-keywords.ts";

/** Bytes past which SizeRestrictions_BODY blocks a request: https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html#aws-managed-rule-groups-baseline-crs */
const mostBytes = 8192;
const rule = "SizeRestrictions_BODY";

/** Routes that take bodies which the firewall blocks. */
export function blockedBodies({ waf = { type: "managed" }, type }: Gateway, routes: readonly ServedRoute[]): Problem[] {
  if (type === "http" || waf.type !== "managed" || waf.count?.includes(rule)) return [];
  return routes.flatMap(({ app, name, gateway }) => {
    const path = `routes.${name}.gateway`;
    const { maxBodyKilobytes = 0 } = gateway;
    const stated = maxBodyKilobytes * 1024 > mostBytes ? [[`${path}.maxBodyKilobytes`, `bodies of ${maxBodyKilobytes} KB`] as const] : [];
    const operations = gateway.kind === "mapped" ? Object.entries(gateway.operations) : [];
    const allowed = operations.flatMap(([operation, { body }]) => {
      const longest = Math.max(
        0,
        ...[...keywords(body)].flatMap(([key, value]) => (key === "maxLength" && typeof value === "number" ? value : [])),
      );
      return longest > mostBytes ? [[`${path}.operations.${operation}.body`, `a text of ${longest} characters`] as const] : [];
    });
    return [...stated, ...allowed].map(([place, what]) => ({
      app,
      path: place,
      message: `the firewall blocks bodies of more than ${mostBytes / 1024} KB (${rule}), and the route takes ${what}`,
      fix: `Set aws.gateway.waf: { type: "managed", count: ["${rule}"] }, or let clients send less.`,
    }));
  });
}
