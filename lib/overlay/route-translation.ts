import { nginxPrefix, type TranslatedFields, type TranslatedPolicies, type Translation, translateNginx } from "../kubernetes/index.ts";
import { securedSections } from "./gateway-listeners.ts";
import type { Route } from "./model.ts";
import type { PlacedApp, ResolvedEnvironment } from "./resolved.ts";
import { isGrpc } from "./routing.ts";

/** A route as a Gateway serves it: with what the annotations of its Ingress ask for. */
export interface AppRoute {
  readonly name: string;
  readonly model: Route;
}

/** The annotations that the app's Ingress has, or would have where the Gateway alone serves it. */
export const ingressAnnotations = ({ environment: { settings }, app }: PlacedApp): Readonly<Record<string, string>> => ({
  ...settings.ingress?.annotations,
  ...settings.routing?.ingress?.annotations,
  ...app.spec.ingress?.annotations,
});

/** Whether ingress-nginx reads the app's paths as regular expressions. */
export function readsExpressions(place: PlacedApp): boolean {
  const annotations = ingressAnnotations(place);
  return annotations[`${nginxPrefix}use-regex`] === "true" || (annotations[`${nginxPrefix}rewrite-target`] ?? "").includes("$");
}

/** What becomes of each annotation of ingress-nginx that the app's Ingress has, for one of its routes. */
export function translationsOf(place: PlacedApp, route: Route): Translation[] {
  const ofGrpc = isGrpc(place.app.spec, route);
  return translateNginx(ingressAnnotations(place), route.path).map((translation) => {
    if (/\/(force-)?ssl-redirect$/.test(translation.annotation)) return httpsRedirect(place.environment, translation);
    const { annotation, value, fields = {} } = translation;
    const isOfHttp = Object.keys(fields).some((field) => field !== "requestHeaders" && field !== "headers");
    return ofGrpc && isOfHttp ? { annotation, value, reason: "a GRPCRoute has no field for it" } : translation;
  });
}

/** Whether http leads to https is a matter of the Gateway, and not of a route. */
function httpsRedirect(environment: ResolvedEnvironment, { annotation, value }: Translation): Translation {
  const redirects = securedSections(environment).length > 0;
  if (redirects === (value === "true"))
    return { annotation, value, as: redirects ? "the redirect of the Gateway's http listener" : "a Gateway without a redirect" };
  return {
    annotation,
    value,
    reason: redirects
      ? "the Gateway that the environment makes redirects http to https"
      : "no route that slipway makes redirects http to https: the Gateway's owner has to, or the environment makes one with a certificate",
  };
}

/** The app's routes, the longest path first, then by name: people read what wins before what it wins over. */
export function routesOf(place: PlacedApp): AppRoute[] {
  return Object.entries(place.app.spec.routes ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .sort(([, a], [, b]) => b.path.length - a.path.length)
    .map(([name, route]) => ({ name, model: merged(route, fieldsOf(translationsOf(place, route))) }));
}

function fieldsOf(translations: readonly Translation[]): TranslatedFields {
  const all: TranslatedFields = Object.assign({}, ...translations.map(({ fields }) => fields));
  // The path and the host are two annotations, and one filter.
  const rewrite = Object.assign({}, ...translations.map(({ fields }) => fields?.rewrite));
  return { ...all, ...(all.rewrite ? { rewrite } : {}) };
}

/** What a route sets itself goes before its annotations, member by member. */
function merged(route: Route, { rewrite, requestHeaders, timeouts, ...rest }: TranslatedFields): Route {
  const own = route.rewrite ?? {};
  const { prefix: _prefix, path: _path, ...host } = rewrite ?? {};
  const others = own.prefix === undefined && own.path === undefined ? rewrite : host;
  return {
    ...rest,
    ...route,
    ...(rewrite ? { rewrite: { ...others, ...own } } : {}),
    ...(requestHeaders
      ? { requestHeaders: { ...route.requestHeaders, set: { ...requestHeaders.set, ...route.requestHeaders?.set } } }
      : {}),
    ...(timeouts ? { timeouts: { ...timeouts, ...route.timeouts } } : {}),
  };
}

const allOf = (place: PlacedApp) => Object.values(place.app.spec.routes ?? {}).flatMap((route) => translationsOf(place, route));

/** What an implementation's own policies have to say for the app. */
export const translatedPolicies = (place: PlacedApp): TranslatedPolicies =>
  Object.assign({}, ...allOf(place).map(({ policies }) => policies));

/**
 * Annotations of ingress-nginx that no field of the app's routes stands for. They stay with its HTTPRoutes, where `slipway check` finds them
 * and says why they do nothing.
 */
export function untranslated(place: PlacedApp): Readonly<Record<string, string>> {
  const { implementation } = place.environment.settings.routing?.gateway ?? {};
  const isTranslated = ({ as, isVoid, policies }: Translation) =>
    isVoid === true || (as !== undefined && (implementation !== undefined || Object.keys(policies ?? {}).length === 0));
  return Object.fromEntries(
    allOf(place)
      .filter((translation) => !isTranslated(translation))
      .map(({ annotation, value }): [string, string] => [annotation, value]),
  );
}
