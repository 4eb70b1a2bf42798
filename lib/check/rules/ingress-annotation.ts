import { type Issue, joined, type ObjectOf } from "../../kubernetes/index.ts";
import { slipOf } from "../../problem/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import { within } from "./issues.ts";

const nginx = "nginx.ingress.kubernetes.io/";

export const ingressAnnotation = rule({
  id: "references/ingress-annotation",
  severity: "warning",
  why: "The controller ingress-nginx ignores an annotation whose name it doesn't know, and refuses or misreads a path that doesn't fit the others.",
  fix: "Use the controller's spelling, and paths that fit the annotations.",
  source: "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/",
  bad: yaml`
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: { name: a, namespace: shop, annotations: { nginx.ingress.kubernetes.io/rewrite-targets: / } }
    spec: { ingressClassName: nginx, rules: [{ host: a.example }] }
  `,
  good: yaml`
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: { name: a, namespace: shop, annotations: { nginx.ingress.kubernetes.io/rewrite-target: / } }
    spec: { ingressClassName: nginx, rules: [{ host: a.example }] }
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("networking.k8s.io/Ingress")) {
      yield* within(manifest, annotationIssues(manifest.object));
      yield* within(manifest, pathIssues(manifest.object));
      yield* within(manifest, hostIssues(manifest.object));
    }
  },
});

type Ingress = ObjectOf<"networking.k8s.io/Ingress">;

/** Names behind the prefix, in parts that begin alike. */
const names = [
  ..."affinity affinity-mode affinity-canary-behavior app-root auth-realm auth-secret auth-secret-type auth-type auth-tls-secret".split(
    " ",
  ),
  ..."auth-tls-verify-depth auth-tls-verify-client auth-tls-error-page auth-tls-pass-certificate-to-upstream auth-tls-match-cn".split(" "),
  ..."auth-url auth-cache-key auth-cache-duration auth-keepalive auth-keepalive-share-vars auth-keepalive-requests auth-keepalive-timeout".split(
    " ",
  ),
  ..."auth-proxy-set-headers auth-snippet enable-global-auth auth-method auth-signin auth-signin-redirect-param auth-response-headers".split(
    " ",
  ),
  ..."auth-request-redirect auth-always-set-cookie backend-protocol canary canary-by-header canary-by-header-value canary-by-header-pattern".split(
    " ",
  ),
  ..."canary-by-cookie canary-weight canary-weight-total client-body-buffer-size configuration-snippet custom-http-errors custom-headers".split(
    " ",
  ),
  ..."default-backend enable-cors cors-allow-origin cors-allow-methods cors-allow-headers cors-expose-headers cors-allow-credentials".split(
    " ",
  ),
  ..."cors-max-age force-ssl-redirect from-to-www-redirect http2-push-preload limit-connections limit-rate limit-rate-after limit-rpm limit-rps".split(
    " ",
  ),
  ..."limit-burst-multiplier limit-whitelist limit-allowlist permanent-redirect permanent-redirect-code temporal-redirect".split(" "),
  ..."temporal-redirect-code preserve-trailing-slash proxy-body-size proxy-cookie-domain proxy-cookie-path proxy-connect-timeout".split(
    " ",
  ),
  ..."proxy-send-timeout proxy-read-timeout proxy-next-upstream proxy-next-upstream-timeout proxy-next-upstream-tries proxy-request-buffering".split(
    " ",
  ),
  ..."proxy-redirect-from proxy-redirect-to proxy-http-version proxy-ssl-secret proxy-ssl-ciphers proxy-ssl-name proxy-ssl-protocols".split(
    " ",
  ),
  ..."proxy-ssl-verify proxy-ssl-verify-depth proxy-ssl-server-name proxy-buffering proxy-buffers-number proxy-buffer-size".split(" "),
  ..."proxy-busy-buffers-size proxy-max-temp-file-size enable-rewrite-log rewrite-target satisfy server-alias server-snippet service-upstream".split(
    " ",
  ),
  ..."session-cookie-change-on-failure session-cookie-conditional-samesite-none session-cookie-domain session-cookie-expires".split(" "),
  ..."session-cookie-max-age session-cookie-name session-cookie-path session-cookie-samesite session-cookie-secure ssl-redirect".split(" "),
  ..."ssl-passthrough ssl-ciphers ssl-prefer-server-ciphers stream-snippet upstream-hash-by upstream-hash-by-subset".split(" "),
  ..."upstream-hash-by-subset-size upstream-vhost use-regex whitelist-source-range allowlist-source-range denylist-source-range".split(" "),
  ..."x-forwarded-prefix load-balance enable-access-log connection-proxy-header mirror-target mirror-request-body mirror-host relative-redirects".split(
    " ",
  ),
  ..."enable-opentelemetry opentelemetry-trust-incoming-span opentelemetry-operation-name enable-modsecurity enable-owasp-core-rules".split(
    " ",
  ),
  ..."modsecurity-snippet modsecurity-transaction-id disable-proxy-intercept-errors".split(" "),
];

const isNginx = ({ spec, metadata: { annotations = {} } }: Ingress) =>
  /nginx/.test(spec?.ingressClassName ?? annotations["kubernetes.io/ingress.class"] ?? "");

function* annotationIssues(object: Ingress): Generator<Issue> {
  for (const key of Object.keys(object.metadata.annotations ?? {})) {
    const [prefix, name = ""] = [key.slice(0, key.indexOf("/") + 1), key.slice(key.indexOf("/") + 1)];
    const path = joined("metadata.annotations", key);
    const meant = prefix === nginx && !names.includes(name) ? slipOf(name, names, 2) : undefined;
    if (meant) yield { path, message: `ingress-nginx knows no annotation "${name}"`, fix: `Did you mean "${nginx}${meant}"?` };
    if (prefix === "ingress.kubernetes.io/" && names.includes(name) && isNginx(object))
      yield { path, message: "ingress-nginx reads no annotations with this prefix since version 0.9", fix: `Write ${nginx}${name}.` };
  }
}

/** Characters that only a pattern has: https://kubernetes.github.io/ingress-nginx/faq/#validation-of-path */
const patternSigns = /[()|$*+?^[\]\\]/;

function* pathIssues({ spec, metadata: { annotations = {} } }: Ingress): Generator<Issue> {
  const rewrite = annotations[`${nginx}rewrite-target`] ?? "";
  const paths = (spec?.rules ?? []).flatMap(({ http }, index) =>
    (http?.paths ?? []).map(({ path = "", pathType }, place) => ({ path, pathType, at: `spec.rules[${index}].http.paths[${place}]` })),
  );
  for (const { path, pathType, at } of paths)
    if ((pathType === "Prefix" || pathType === "Exact") && patternSigns.test(path.slice(0, 1000)))
      yield {
        path: `${at}.pathType`,
        message: `is ${pathType}, which takes ${path.slice(0, 100)} as it is written, and not as a pattern`,
        fix: "Use pathType: ImplementationSpecific, with the controller's annotation for patterns.",
      };
  const [, group] = /\$([1-9])/.exec(rewrite.slice(0, 1000)) ?? [];
  const fewest = paths.find(({ path }) => (path.match(/\((?!\?)/g) ?? []).length < Number(group ?? 0));
  if (fewest)
    yield {
      path: `${fewest.at}.path`,
      message: `has no group ${group}, which rewrite-target uses: $${group} is empty, and every request goes to the same path`,
      fix: "Write the path with groups, as /api(/|$)(.*).",
    };
}

/** Hosts that get a certificate and no route. */
function* hostIssues({ spec, metadata: { annotations = {} } }: Ingress): Generator<Issue> {
  const served = (spec?.rules ?? []).flatMap(({ host }) => host ?? []);
  const isAlias = Object.keys(annotations).some((key) => /server-alias|www-redirect/.test(key));
  if (isAlias || served.length === 0 || served.length < (spec?.rules ?? []).length || spec?.defaultBackend) return;
  for (const [index, { hosts = [] }] of (spec?.tls ?? []).entries())
    for (const [place, host] of hosts.entries()) {
      const isServed = served.includes(host) || (host.startsWith("*.") && served.some((name) => name.endsWith(host.slice(1))));
      if (!isServed && hosts.some((other) => served.includes(other) || other.startsWith("*.")))
        yield {
          path: `spec.tls[${index}].hosts[${place}]`,
          message: `no rule serves the host ${host}`,
          fix: "Add a rule for the host, or remove it from tls.",
        };
    }
}
