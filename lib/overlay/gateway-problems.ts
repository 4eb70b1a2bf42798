import { z } from "zod";
import { isRecord } from "../outside/index.ts";
import type { Problem } from "../problem/index.ts";
import { validate } from "../validation/index.ts";
import { Gateway as GatewaySchema, RouteGateway } from "./schema/gateway.ts";
import { Route as RouteSchema } from "./schema/network.ts";
import { hostName } from "./schema/scalar.ts";

/**
 * What is wrong with a gateway that stands in no overlay: its settings and routes are held against the model's schema. Callers may have no
 * types, so that both may be anything.
 */
export const gatewayProblems = (settings: unknown, routes: unknown): Problem[] => [
  ...validate(GatewaySchema, settings).map((problem) => below("aws.gateway", problem)),
  ...(Array.isArray(routes)
    ? routes.flatMap((route: unknown, index) =>
        validate(GatewayRoute, route).map((problem) => below(`routes.${nameOf(route, index)}`, problem)),
      )
    : validate(z.array(GatewayRoute), routes).map((problem) => below("routes", problem))),
];

const name = z.string().regex(/^[A-Za-z0-9-]+$/, { error: "letters, digits and '-'" });
/** A route of no app: it says the host that an app would give it. */
const GatewayRoute = RouteSchema.pick({ path: true, pathType: true, methods: true }).extend({
  name,
  app: name.optional(),
  host: hostName,
  tls: z.boolean().optional(),
  gateway: RouteGateway.refine(({ kind }) => kind !== "none", { error: "a gateway of the kind proxy or mapped" }).optional(),
});

const nameOf = (route: unknown, index: number) => (isRecord(route) && typeof route.name === "string" ? route.name : index);
const below = (parent: string, { path, ...problem }: Problem): Problem => ({ ...problem, path: path ? `${parent}.${path}` : parent });
