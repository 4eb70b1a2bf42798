/** Prints, as JSON, how long gateways of ever more mapped routes take from overlays to templates, in milliseconds: the fastest of three. */
import { rmSync } from "node:fs";
import { app, type Environment, environment, type Route } from "slipway";
import { awsApp } from "slipway/aws";

type Definition = "resources" | "openapi";

const responses = { "200": {}, "404": { template: '{"message":"not there"}' } } as const;
/** Four operations on two paths. */
const route = (name: string): Route => ({
  path: `/${name}`,
  gateway: {
    kind: "mapped",
    operations: {
      all: { method: "GET", query: { page: false }, request: { query: { page: "method.request.querystring.page" } }, responses },
      add: { method: "POST", body: { type: "object", required: ["id"], properties: { id: { type: "string" } } }, responses },
      one: { method: "GET", path: "/{id}", responses },
      put: { method: "PUT", path: "/{id}", request: { template: `{"id":"$input.params('id')"}` }, responses },
    },
  },
});

function fleet(routes: number, definition: Definition): Environment {
  const apps = Array.from({ length: routes / 4 }, (_name, index) =>
    app(`app-${index}`, {
      namespace: "fleet",
      workload: { kind: "Deployment", replicas: 1 },
      container: { image: `docker.io/team/app-${index}:1.0.0`, ports: { http: 8080 } },
      service: { ports: { http: 80 } },
      routes: { all: route(`app-${index}`) },
    }),
  );
  const authorization = { type: "none", reason: "A benchmark asks, and nobody else." } as const;
  return environment("fleet", {
    kubernetes: "1.34",
    cluster: { name: "fleet" },
    registry: "registry.example",
    domain: "fleet.example",
    argocd: { repository: "https://git.example/fleet.git" },
    aws: { account: "222222222222", region: "eu-west-1", gateway: { definition, authorization } },
    apps,
  });
}

function time(routes: number, definition: Definition): number {
  const started = performance.now();
  const { directory } = awsApp([fleet(routes, definition)]).synth();
  const milliseconds = Math.round(performance.now() - started);
  rmSync(directory, { recursive: true });
  return milliseconds;
}

const sizes: readonly (readonly [number, Definition])[] = [
  [20, "resources"],
  [80, "resources"],
  [20, "openapi"],
  [80, "openapi"],
  [400, "openapi"],
];
time(20, "resources");
time(20, "openapi");
const times = sizes.map(([routes, definition]) => [
  `\`cdk synth\` of ${routes} mapped routes as ${definition === "resources" ? "resources" : "one OpenAPI body"}`,
  Math.min(...Array.from({ length: 3 }, () => time(routes, definition))),
]);
process.stdout.write(JSON.stringify(Object.fromEntries(times)));
