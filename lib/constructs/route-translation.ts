import { type TranslatedFields, type TranslatedPolicies, type Translation, translateNginx } from "../kubernetes/index.ts";
import { type Route, servedBy } from "../overlay/index.ts";
import { sorted } from "./metadata.ts";
import type { AppProps } from "./props.ts";

type Place = Pick<AppProps, "environment" | "app">;

/** A route as a Gateway serves it: with what the annotations of its Ingress say. */
export interface AppRoute {
  readonly name: string;
  readonly model: Route;
}

/** The annotations that the app's Ingress has, or would have where the Gateway alone serves it. */
function annotationsOf({ environment: { settings }, app }: Place): Readonly<Record<string, string>> {
  const { ingress = settings.ingress } = servedBy(settings, app.spec);
  return { ...ingress?.annotations, ...app.spec.ingress?.annotations };
}

/** What becomes of each annotation of ingress-nginx that the app's Ingress has, for one of its routes. */
export const translationsOf = (props: Place, route: Route): Translation[] => translateNginx(annotationsOf(props), route.path);

/** The app's routes, the longest path first, then by name: people read what wins before what it wins over. What a route says itself goes before its annotations. */
export function routesOf(props: Place): AppRoute[] {
  return sorted(props.app.spec.routes)
    .sort(([, a], [, b]) => b.path.length - a.path.length)
    .map(([name, route]) => ({ name, model: { ...fieldsOf(translationsOf(props, route)), ...route } }));
}

function fieldsOf(translations: readonly Translation[]): TranslatedFields {
  const all: TranslatedFields = Object.assign({}, ...translations.map(({ fields }) => fields));
  // The path and the host are two annotations, and one filter.
  const rewrite = Object.assign({}, ...translations.map(({ fields }) => fields?.rewrite));
  return { ...all, ...(all.rewrite ? { rewrite } : {}) };
}

/** What an implementation's own policies have to say for the app. */
export function translatedPolicies(props: Place): TranslatedPolicies {
  const all = routesOf(props).flatMap(({ model }) => translationsOf(props, model));
  return Object.assign({}, ...all.map(({ policies }) => policies));
}

/**
 * Annotations of ingress-nginx that nothing here says in another way. They stay with the HTTPRoute, where `slipway check` finds them and says
 * why they do nothing.
 */
export function untranslated(props: Place): Readonly<Record<string, string>> {
  const { implementation } = props.environment.settings.routing?.gateway ?? {};
  const all = routesOf(props).flatMap(({ model }) => translationsOf(props, model));
  const isSaid = ({ as, policies }: Translation) =>
    as !== undefined && (implementation !== undefined || Object.keys(policies ?? {}).length === 0);
  return Object.fromEntries(
    all.filter((translation) => !isSaid(translation)).map(({ annotation, value }): [string, string] => [annotation, value]),
  );
}
