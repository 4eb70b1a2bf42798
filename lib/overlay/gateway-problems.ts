import type { Problem } from "../problem/index.ts";
import { validate } from "../validation/index.ts";
import type { Gateway, Route } from "./model.ts";
import { Gateway as GatewaySchema } from "./schema/gateway.ts";
import { Route as RouteSchema } from "./schema/network.ts";

/** What is wrong with a gateway that stands in no overlay: its settings and routes are held against the model's schema. */
export const gatewayProblems = (settings: Gateway, routes: readonly (readonly [name: string, route: Route])[]): Problem[] => [
  ...validate(GatewaySchema, settings).map((problem) => below("aws.gateway", problem)),
  ...routes.flatMap(([name, route]) => validate(RouteSchema, route).map((problem) => below(`routes.${name}`, problem))),
];

const below = (parent: string, { path, ...problem }: Problem): Problem => ({ ...problem, path: path ? `${parent}.${path}` : parent });
