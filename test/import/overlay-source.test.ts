import { exportedApp, listingOf } from "../../lib/import/overlay-source.ts";

const base = "overlays/base/web.ts";
const index = "overlays/prod/index.ts";
const listed = (apps: string, more = "") => `import { environment } from "slipway";
import { web as site } from "../base/web";

export const prod = environment("prod", {
${more}  // What runs.
  apps: [
    ${apps},
  ],
});
`;

describe("an app's module", () => {
  test("is written anew when it holds nothing else", () => {
    const text = 'import { app } from "slipway";\n\nexport const site = app("web", { include: { base: "overlays/base/web.yaml" } });\n';
    expect(exportedApp(base, text)).toEqual({ variable: "site" });
  });

  test.each([
    ["another statement", 'const a = 1;\nexport const web = app("web", { namespace: "a" });', `${base} contains more than the app`],
    ["a variable", 'export const web = app("web", { namespace });', `${base} contains more than the app`],
    ["a spread", 'export const web = app("web", { ...common });', `${base} contains more than the app`],
    ["a function", 'export const web = app("web", { extend: () => {} });', `${base} contains more than the app`],
    ["a comment", 'export const web = app("web", {\n  // ours\n  namespace: "a" });', `${base} has comments, which would be lost`],
    ["no TypeScript", "export const web = app(", `${base} can't be parsed`],
  ])("stays where it holds %s", (_what, text, reason) => {
    expect(exportedApp(base, text)).toBe(reason);
  });
});

describe("an environment's module", () => {
  const withListing = (text: string, listing: string, hostPaths?: string) => {
    const found = listingOf(index, text, "prod", base);
    return typeof found === "string" ? found : found.replaced(listing, hostPaths);
  };

  test("gets another listing of one app, and keeps all else", () => {
    const text = listed('site.with({ include: { own: "overlays/prod/web.yaml" } }).patch("Deployment", "web-deployment-patch.json")');
    expect(listingOf(index, text, "prod", base)).toMatchObject({ variable: "site" });
    expect(withListing(text, "site.with({ workload: { replicas: 2 } })")).toBe(
      listed("site.with({ workload: { replicas: 2 } })").replace(/\[\n\s*(.*),\n\s*\]/, "[$1]"),
    );
  });

  test.each([
    ["", '  hostPaths: { "web": ["/var/log"] },'],
    ['  hostPaths: { other: ["/etc"] },\n', '  hostPaths: { "web": ["/var/log"], other: ["/etc"] },'],
  ])("allows the folders that an app mounts beside %j", (more, expected) => {
    const text = withListing(listed("site", more), "site", '"web": ["/var/log"]');
    expect(text).toContain(`\n${expected}\n`);
  });

  test.each([
    ["calls with variables", "site.with(layer)", `${index} lists it with values that aren't written out`],
    ["comments", "site.with({ /* ours */ })", `${index} has comments where it lists the app, which would be lost`],
    ["another method", 'site.named("other")', `${index} doesn't list it as import writes it`],
    ["another app", "other", `${index} doesn't list it as import writes it`],
    ["a spread", "...all", `${index} doesn't list it as import writes it`],
  ])("stays where the app is listed by %s", (_what, apps, reason) => {
    expect(listingOf(index, listed(apps), "prod", base)).toBe(reason);
  });

  test("stays where the environment isn't written as import writes it", () => {
    expect(listingOf(index, "export const prod = environment(name, options);", "prod", base)).toBe(
      `${index} has no list of the apps of prod`,
    );
  });
});
