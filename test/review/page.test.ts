import { review, treeOf, writeReview } from "../../lib/review/index.ts";
import { describeWithBrowser } from "../browser.ts";

const tree = (image: string, more: object = {}) =>
  treeOf(
    new Map([
      [
        "note/c.json",
        JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "note", namespace: "shop" }, data: more }),
      ] as const,
      ...Array.from(
        { length: 40 },
        (_name, index) =>
          [
            `app-${index}/d.json`,
            JSON.stringify({
              apiVersion: "apps/v1",
              kind: "Deployment",
              metadata: { name: `app-${index}`, namespace: "shop" },
              spec: {
                selector: { matchLabels: { app: "a" } },
                template: { metadata: { labels: { app: "a" } }, spec: { containers: [{ name: "web", image }] } },
              },
            }),
          ] as const,
      ),
    ]),
    "prod",
  );

describeWithBrowser("the page of a review in a browser", (open) => {
  const evil = { text: "<img src=x onerror=alert(1)>" };
  const html = writeReview(review(tree("web:1"), tree("web:2", evil)), "html", false);

  test("names the worst, unfolds to fields, and filters", async () => {
    const { page, complaints } = await open(html);
    expect(await page.locator("h1").textContent()).toBe("Review: rollout");
    expect(await page.locator(".line").count()).toBe(2);
    await page.locator("summary").first().focus();
    await page.keyboard.press("Enter");
    expect(await page.locator("details[open] tbody tr").first().textContent()).toMatch(/containers\[web\]\.image.*web:1.*web:2/s);
    await page.fill("#filter", "note onerror");
    expect(await page.locator("#count").textContent()).toBe("1 of 2");
    expect(await page.locator("img").count()).toBe(0);
    expect(complaints).toEqual([]);
  }, 30_000);

  test("shows a field's values whole on a phone", async () => {
    const { page } = await open(html, { viewport: { width: 390, height: 844 } });
    for (const summary of await page.locator("summary").all()) await summary.click();
    const isCut = "[...document.querySelectorAll('.scroll')].some((table) => table.scrollWidth > table.clientWidth)";
    expect(await page.evaluate(isCut)).toBe(false);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
  }, 30_000);

  test.each(["light", "dark"] as const)(
    "fits a phone, %s",
    async (colorScheme) => {
      const { page, complaints } = await open(html, { viewport: { width: 375, height: 700 }, colorScheme });
      await page.locator("summary").first().click();
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(375);
      expect(complaints).toEqual([]);
    },
    30_000,
  );
});
