import type { KubernetesObject } from "slipway";
import { type BoardSource, boardOf, boardPage } from "../../lib/board/index.ts";
import { describeWithBrowser } from "../browser.ts";
import { Project } from "../project.ts";

const objects = (app: string, version: string, replicas = 2): KubernetesObject[] =>
  [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: app, namespace: "shop" },
      spec: {
        replicas,
        selector: { matchLabels: { app } },
        template: {
          metadata: { labels: { app } },
          spec: {
            containers: [
              {
                name: app,
                image: `registry.example/${app}:${version}`,
                envFrom: [{ configMapRef: { name: `${app}-config` } }],
                resources: { requests: { memory: "1Mi" } },
              },
            ],
          },
        },
      },
    },
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: `${app}-config`, namespace: "shop" }, data: { LEVEL: version } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: `${app}-svc`, namespace: "shop" },
      spec: { selector: { app }, ports: [{ port: 80 }] },
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: app, namespace: "shop" },
      spec: {
        rules: [
          {
            host: "shop.example",
            http: { paths: [{ path: `/${app}`, pathType: "Prefix", backend: { service: { name: `${app}-svc`, port: { number: 80 } } } }] },
          },
        ],
      },
    },
  ] as unknown as KubernetesObject[];
const source = (name: string, apps: Readonly<Record<string, string>>, more: Partial<BoardSource> = {}): BoardSource => ({
  name,
  kubernetes: "1.34",
  manifests: Object.entries(apps).flatMap(([app, version]) =>
    objects(app, version).map((object) => ({ environment: name, app, file: `dist/${name}/${app}/${object.kind}.yaml`, object })),
  ),
  pinnedAt: new Map(),
  holds: new Map(),
  ...more,
});
const today = "2030-01-01";

test("says what is behind what, since when, what is held, and what check found", () => {
  const board = boardOf(
    [
      source(
        "prod",
        { web: "1.0.0" },
        {
          promotesFrom: "staging",
          pinnedAt: new Map([["registry.example/web", "2029-12-30T00:00:00Z"]]),
          holds: new Map([["registry.example/web", { by: "lee", reason: "slow", since: today }]]),
        },
      ),
      source("staging", { web: "1.1.0", cart: "2" }),
    ],
    today,
  );
  expect(board.environments).toEqual([{ name: "staging" }, { name: "prod", promotesFrom: "staging" }]);
  expect(board.apps.map(({ name }) => name)).toEqual(["cart", "web"]);
  const [, web] = board.apps;
  expect(web?.cells.prod).toMatchObject({
    version: "1.0.0",
    behind: "staging",
    since: "2029-12-30T00:00:00Z",
    hold: { by: "lee", reason: "slow" },
    errors: 0,
    warnings: 1,
  });
  expect(web?.cells.staging).not.toHaveProperty("behind");
});

test("draws the way from a route to what the pods read", () => {
  const [app] = boardOf([source("prod", { web: "1" })], today).apps;
  const { nodes, edges } = app?.topologies[0] ?? { nodes: [], edges: [] };
  const names = nodes.map(({ kind, name }) => `${kind} ${name}`);
  expect(edges.map(([from, to]) => [names[from], names[to]])).toEqual([
    ["route /web at shop.example", "Ingress web"],
    ["Ingress web", "Service web-svc"],
    ["Service web-svc", "Deployment web"],
    ["Deployment web", "ConfigMap web-config"],
  ]);
});

test("draws a route of the Gateway API as it does an Ingress", () => {
  const route = {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { name: "web", namespace: "shop" },
    spec: { hostnames: ["shop.example"], rules: [{ backendRefs: [{ name: "web-svc", port: 80 }] }] },
  } as KubernetesObject;
  const { manifests } = source("prod", { web: "1" });
  const [first] = manifests;
  const [app] = boardOf([source("prod", {}, { manifests: [...manifests, ...(first ? [{ ...first, object: route }] : [])] })], today).apps;
  const { nodes, edges } = app?.topologies[0] ?? { nodes: [], edges: [] };
  const names = nodes.map(({ kind, name }) => `${kind} ${name}`);
  expect(edges.map(([from, to]) => [names[from], names[to]])).toEqual(
    expect.arrayContaining([
      ["route / at shop.example", "HTTPRoute web"],
      ["HTTPRoute web", "Service web-svc"],
    ]),
  );
});

test("shows the values that differ, and no Secret's", () => {
  const secret = (environment: string) => ({
    environment,
    app: "web",
    file: "",
    object: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "web" },
      stringData: { PASSWORD: `hunter-${environment}` },
    } as unknown as KubernetesObject,
  });
  const [one, other] = [source("dev", { web: "1" }), source("prod", { web: "2" })];
  const board = boardOf(
    [
      { ...one, manifests: [...one.manifests, secret("dev")] },
      { ...other, manifests: [...other.manifests, secret("prod")] },
    ],
    today,
  );
  expect(board.apps[0]?.values.map(({ path }) => path)).toEqual([
    "ConfigMap web-config: data.LEVEL",
    "Deployment web: spec.template.spec.containers[web].image",
  ]);
  expect(boardPage(board)).not.toContain("hunter");
});

test("the command writes the estate's page", () => {
  const project = Project.ofEstate();
  expect(project.slipway("board", "--out", "page.html")).toMatchObject({ status: 0, stdout: "page.html: 8 apps in 4 environments\n" });
  expect(project.read("page.html")).toMatch(/^<!doctype html>/);
});

describeWithBrowser("the board in a browser", (open) => {
  const thousand = Object.fromEntries(Array.from({ length: 1000 }, (_name, index) => [`app-${index}`, "1"]));
  const evil = { "x</script><img src=x onerror=alert(1)>": "1" };
  const page = boardPage(
    boardOf(
      [source("staging", { ...thousand, ...evil }), source("prod", { ...thousand, "app-7": "0" }, { promotesFrom: "staging" })],
      today,
    ),
  );

  test("filters a thousand apps by words and by state, without a complaint", async () => {
    const { page: tab, complaints } = await open(page);
    const count = tab.locator("#count");
    await tab.keyboard.press("/");
    await tab.keyboard.type("app-99");
    expect(await count.textContent()).toBe("11 of 1001 apps");
    await tab.fill("#search", "");
    await tab.selectOption("#only", "behind");
    expect(await count.textContent()).toBe("1 of 1001 apps");
    expect(await tab.locator("tbody tr:visible").textContent()).toMatch(/app-7.*not as staging/s);
    expect(complaints).toEqual([]);
  }, 30_000);

  test("opens an app by keyboard, draws it, and gives the focus back", async () => {
    const { page: tab, complaints } = await open(page);
    await tab.fill("#search", "app-7");
    await tab.locator("button.app:visible").first().focus();
    await tab.keyboard.press("ArrowDown");
    await tab.keyboard.press("ArrowUp");
    await tab.keyboard.press("Enter");
    expect(await tab.locator("dialog h2").textContent()).toBe("app-7");
    expect(await tab.locator("dialog svg").getAttribute("aria-label")).toContain("Service app-7-svc to Deployment app-7");
    expect(await tab.locator("dialog .values tbody tr").count()).toBe(2);
    await tab.keyboard.press("Escape");
    expect(await tab.evaluate("document.activeElement.textContent")).toBe("app-7");
    expect(complaints).toEqual([]);
  }, 30_000);

  test.each(["light", "dark"] as const)(
    "fits a phone, %s",
    async (colorScheme) => {
      const { page: tab, complaints } = await open(page, { viewport: { width: 375, height: 700 }, colorScheme });
      expect(await tab.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(375);
      const background = await tab.evaluate("getComputedStyle(document.body).backgroundColor");
      expect(background).toBe(colorScheme === "dark" ? "rgb(13, 17, 23)" : "rgb(255, 255, 255)");
      expect(complaints).toEqual([]);
    },
    30_000,
  );
});
