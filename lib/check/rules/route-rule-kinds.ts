import type { CheckedManifest, Scope } from "../scope.ts";

const group = "gateway.networking.k8s.io";

/** Kinds of routes whose CRD's rules `schema/route-rule` knows. */
const routeKinds = ["HTTPRoute", "GRPCRoute"] as const;

/** All kinds of whose CRD's rules it knows some, by their group. */
export const kindsWithKnownRules: ReadonlySet<string> = new Set([...routeKinds, "BackendTLSPolicy"].map((kind) => `${group}/${kind}`));

/** The routes of requests: HTTPRoutes, then GRPCRoutes. */
export const routesIn = (scope: Scope): CheckedManifest[] => routeKinds.flatMap((kind) => scope.ofCustomKind(`${group}/${kind}`));
