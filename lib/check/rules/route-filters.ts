/** The rules of the Gateway API's CRDs, which the API server evaluates and their schemas alone don't show: https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule */
import { type Issue, routeMilliseconds, routePathProblem, shownValue } from "../../kubernetes/index.ts";
import { itemsOf, membersOf, textOf } from "../read.ts";
import { rule } from "../rule.ts";
import { within } from "./issues.ts";
import { routesIn } from "./route-rule-kinds.ts";

const group = "gateway.networking.k8s.io";
type Members = Readonly<Record<string, unknown>>;
const entriesOf = (list: unknown, path: string): [entry: Members, path: string][] =>
  itemsOf(list).map((entry, index) => [membersOf(entry), `${path}[${index}]`]);

const example = (filter: string) => `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: a, namespace: shop }
spec:
  rules:
    - matches: [{ path: { type: PathPrefix, value: /old } }]
      filters: [${filter}]
`;

export const routeRule = rule({
  id: "schema/route-rule",
  severity: "error",
  why: "The API server refuses the route by the rules of its CustomResourceDefinition, and the sync of its app fails.",
  fix: "Give each filter the part that its type asks for, and combine only what the Gateway API lets stand together.",
  source: "https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule",
  bad: example("{ type: URLRewrite, requestRedirect: { scheme: https } }"),
  good: example("{ type: RequestRedirect, requestRedirect: { scheme: https } }"),
  *check(scope) {
    for (const manifest of routesIn(scope)) yield* within(manifest, routeIssues(membersOf(manifest.object.spec)));
    for (const manifest of scope.ofCustomKind(`${group}/BackendTLSPolicy`))
      yield* within(manifest, policyIssues(membersOf(manifest.object.spec)));
  },
});

/** Matches of all rules together, and in one rule where it has none: the default of an HTTPRoute. */
const mostMatches = 128;

function* routeIssues({ parentRefs, rules }: Members): Generator<Issue> {
  yield* parentIssues(parentRefs);
  const all = entriesOf(rules, "spec.rules");
  const matches = all.reduce((sum, [{ matches: own }]) => sum + itemsOf(own).length, 0);
  if (matches > mostMatches)
    yield {
      path: "spec.rules",
      message: `${matches} matches are more than the ${mostMatches} a route may have`,
      fix: "Divide it into several routes.",
    };
  yield* nameIssues(all);
  for (const [entry, path] of all) yield* ruleIssues(entry, path);
}

/** Only the CRDs of the experimental channel refuse it. */
function* nameIssues(rules: readonly [Members, string][]): Generator<Issue> {
  const seen = new Set<string>();
  for (const [{ name }, path] of rules) {
    if (typeof name !== "string" || name === "") continue;
    if (seen.has(name))
      yield {
        path: `${path}.name`,
        severity: "warning",
        message: `an earlier rule has the name "${name}" too, which CRDs of the experimental channel refuse`,
        fix: "Give each rule a name of its own.",
      };
    seen.add(name);
  }
}

function* parentIssues(parentRefs: unknown): Generator<Issue> {
  const all = entriesOf(parentRefs, "spec.parentRefs").map(
    ([{ group: of = group, kind = "Gateway", namespace = "", name, sectionName = "", port }, path]) => ({
      parent: JSON.stringify([of, kind, namespace, name, port]),
      section: textOf(sectionName),
      path,
    }),
  );
  for (const [index, { parent, section, path }] of all.entries()) {
    const others = all.slice(0, index).filter((other) => other.parent === parent);
    if (others.some((other) => other.section === section || other.section === "" || section === ""))
      yield { path, message: "the same parent is named before", fix: "Name another listener by sectionName, or remove it." };
  }
}

function* ruleIssues({ matches, filters, backendRefs, timeouts }: Members, path: string): Generator<Issue> {
  const listed = entriesOf(filters, `${path}.filters`);
  for (const [match, at] of entriesOf(matches, `${path}.matches`)) yield* pathIssues(membersOf(match.path), `${at}.path`);
  yield* filterIssues(listed, matches);
  const redirects = listed.find(([filter]) => filter.requestRedirect !== undefined);
  if (redirects && itemsOf(backendRefs).length > 0)
    yield { path: redirects[1], message: "a rule that redirects can't have backendRefs", fix: "Remove one of them." };
  for (const [backend, at] of entriesOf(backendRefs, `${path}.backendRefs`))
    yield* filterIssues(entriesOf(backend.filters, `${at}.filters`), matches);
  yield* timeoutIssues(membersOf(timeouts), `${path}.timeouts`);
}

/** What each type of filter takes; those of the channel experimental among them. */
const partOf: Readonly<Record<string, string>> = {
  CORS: "cors",
  ExtensionRef: "extensionRef",
  ExternalAuth: "externalAuth",
  RequestHeaderModifier: "requestHeaderModifier",
  RequestMirror: "requestMirror",
  RequestRedirect: "requestRedirect",
  ResponseHeaderModifier: "responseHeaderModifier",
  URLRewrite: "urlRewrite",
};
const once = new Set(["CORS", "RequestHeaderModifier", "RequestRedirect", "ResponseHeaderModifier", "URLRewrite"]);

function* filterIssues(filters: readonly [Members, string][], matches: unknown): Generator<Issue> {
  const seen = new Set<string>();
  for (const [filter, path] of filters) {
    const type = textOf(filter.type);
    const rival = rivals[type];
    if (once.has(type) && seen.has(type)) yield { path, message: `a second filter ${type}`, fix: "Put both into one." };
    if (rival !== undefined && seen.has(rival))
      yield { path, message: `${type} and ${rival} can't stand together`, fix: "Remove one of them." };
    seen.add(type);
    yield* partIssues(filter, type, path);
    yield* changeIssues(filter, "urlRewrite", path, matches);
    yield* changeIssues(filter, "requestRedirect", path, matches);
    yield* valueIssues(filter, path);
  }
}

const rivals: Readonly<Record<string, string | undefined>> = { URLRewrite: "RequestRedirect", RequestRedirect: "URLRewrite" };

function* valueIssues({ cors, requestMirror }: Members, path: string): Generator<Issue> {
  for (const key of ["allowOrigins", "allowMethods", "allowHeaders"]) {
    const items = itemsOf(membersOf(cors)[key]);
    if (items.length > 1 && items.includes("*"))
      yield { path: `${path}.cors.${key}`, message: "* can't stand beside others", fix: "Keep * alone, or remove it." };
  }
  const { percent, fraction } = membersOf(requestMirror);
  if (percent !== undefined && fraction !== undefined)
    yield { path: `${path}.requestMirror`, message: "expected percent or fraction, found both", fix: "Remove one of them." };
}

function* partIssues(filter: Members, type: string, path: string): Generator<Issue> {
  const wanted = Object.hasOwn(partOf, type) ? partOf[type] : undefined;
  if (wanted === undefined) return;
  if (filter[wanted] === undefined) yield { path: `${path}.${wanted}`, message: `is required by the type ${type} but missing` };
  for (const part of Object.values(partOf))
    if (part !== wanted && filter[part] !== undefined)
      yield { path: `${path}.${part}`, message: `can't be set with the type ${type}`, fix: "Remove it, or correct the type." };
}

/** What a filter puts in place of a path. */
function* changeIssues(filter: Members, key: "urlRewrite" | "requestRedirect", parent: string, matches: unknown): Generator<Issue> {
  const change = membersOf(membersOf(filter[key]).path);
  const path = `${parent}.${key}.path`;
  for (const [type, value] of [
    ["ReplaceFullPath", "replaceFullPath"],
    ["ReplacePrefixMatch", "replacePrefixMatch"],
  ] as const) {
    const [isOfType, isSet] = [change.type === type, change[value] !== undefined];
    if (isOfType && !isSet) yield { path: `${path}.${value}`, message: `is required by the type ${type} but missing` };
    if (!isOfType && isSet)
      yield { path: `${path}.${value}`, message: `can't be set without the type ${type}`, fix: "Remove it, or correct the type." };
  }
  if (change.type === "ReplacePrefixMatch" && matches !== undefined && !isOnePrefix(itemsOf(matches)))
    yield {
      path: `${path}.type`,
      message: "a prefix is replaced only where the rule has one match, of the type PathPrefix",
      fix: "Give each match a rule of its own.",
    };
}

const isOnePrefix = ([first, ...others]: readonly unknown[]) =>
  others.length === 0 && [undefined, "PathPrefix"].includes(membersOf(membersOf(first).path).type as undefined);

function* pathIssues({ type = "PathPrefix", value = "/" }: Members, path: string): Generator<Issue> {
  if (type !== "PathPrefix" && type !== "Exact") return;
  const problem = routePathProblem(textOf(value));
  if (problem !== undefined)
    yield {
      path: `${path}.value`,
      message: `${problem}, found ${shownValue(value)}`,
      fix: "Write the path as clients send it, or use the type RegularExpression.",
    };
}

function* timeoutIssues({ request, backendRequest }: Members, path: string): Generator<Issue> {
  if (request === undefined || backendRequest === undefined || routeMilliseconds(textOf(request)) === 0) return;
  if (routeMilliseconds(textOf(backendRequest)) > routeMilliseconds(textOf(request)))
    yield { path: `${path}.backendRequest`, message: `expected at most request (${textOf(request)}), found ${textOf(backendRequest)}` };
}

function* policyIssues({ validation }: Members): Generator<Issue> {
  const { caCertificateRefs, wellKnownCACertificates = "" } = membersOf(validation);
  const refs = itemsOf(caCertificateRefs).length > 0;
  if (refs === (wellKnownCACertificates !== ""))
    yield {
      path: "spec.validation",
      message: `expected caCertificateRefs or wellKnownCACertificates, found ${refs ? "both" : "none"}`,
      fix: "Say who signed the pods' certificate, in one of them.",
    };
}
