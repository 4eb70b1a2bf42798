import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const program = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));

/** A page open in a browser that has no network, and what went wrong in it. */
export interface OpenPage {
  readonly page: Page;
  /** What the console and the page's scripts complained of. */
  readonly complaints: string[];
}

/** A describe with a real browser, which is skipped, saying why, where there is none. */
export function describeWithBrowser(
  name: string,
  tests: (open: (html: string, options?: BrowserContextOptions) => Promise<OpenPage>) => void,
): void {
  if (!program) process.stderr.write(`skipped: "${name}", which needs Chromium; scripts/install-packages.sh installs it on Debian\n`);
  (program ? describe : describe.skip)(name, () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-page-"));
    let browser: Browser;
    beforeAll(async () => {
      // Chromium's own sandbox can't be had by root, as in most CI containers.
      browser = await chromium.launch({ executablePath: program as string, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
    }, 60_000);
    afterAll(async () => {
      await browser.close();
      rmSync(folder, { recursive: true });
    });
    tests(async (html, options = {}) => {
      const file = join(folder, "page.html");
      writeFileSync(file, html);
      const context = await browser.newContext({ offline: true, ...options });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(error.message));
      await page.goto(pathToFileURL(file).href);
      return { page, complaints };
    });
  });
}
