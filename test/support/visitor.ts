import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { PATIENCE_MS } from './eventually.js';

/** What people look with. */
export const SIZES = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 800 },
};

/** Nothing but the pages: no sandbox, which root may not have, and no calls home. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Good to look at in the documents, and a picture stays below 100 KB. */
const SHARPNESS = 1.5;

/** A finger is that wide (WCAG 2.2, 2.5.5 Target Size). */
const FINGER_PX = 44;

/**
 * The machine's Chromium (test/support/requirements.js).
 * @param executablePath where it is; under Jest the run has looked already
 * @param keepsPages with the back button a page comes out of memory as it was left (bfcache), whatever its headers say;
 * people's browsers do so where they can, Playwright's do not unless they are asked to
 */
export const startChromium = ({
  keepsPages = false,
  executablePath = process.env['TEST_CHROMIUM'],
}: { keepsPages?: boolean; executablePath?: string | undefined } = {}): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: FLAGS,
    ignoreDefaultArgs: keepsPages ? ['--disable-back-forward-cache'] : [],
  });

/** A person with a browser that records what no page of ours may do. */
export class Visitor {
  /** Errors of the console, of scripts, and requests to anybody but the product. */
  readonly complaints: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly home: string,
  ) {
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text());
    });
    page.on('pageerror', ({ message }) => this.complaints.push(message));
    page.on('request', (request) => {
      const { protocol, origin, href } = new URL(request.url());
      if (/^https?:$/.test(protocol) && origin !== home) this.complaints.push(`a request to ${href}`);
    });
  }

  /** A browser without history at the product's address, of a size. */
  static async arrive(browser: Browser, home: string, size: keyof typeof SIZES = 'phone'): Promise<Visitor> {
    const context = await browser.newContext({
      viewport: SIZES[size],
      deviceScaleFactor: SHARPNESS,
      locale: 'en',
    });
    return new Visitor(await context.newPage(), home);
  }

  /** One more window of the same browser. */
  async anotherTab(): Promise<Visitor> {
    return new Visitor(await this.page.context().newPage(), this.home);
  }

  leave = (): Promise<void> => this.page.context().close();

  /** @param address an address, or a path of the product */
  async open(address: string): Promise<void> {
    await this.page.goto(new URL(address, this.home).href);
  }

  button = (name: string | RegExp): Locator => this.page.getByRole('button', { name, exact: true });
  link = (name: string | RegExp): Locator => this.page.getByRole('link', { name, exact: true });

  press = (name: string | RegExp): Promise<void> => this.button(name).click();
  follow = (name: string | RegExp): Promise<void> => this.link(name).click();

  /** Waits for the page with this heading. */
  sees(heading: string | RegExp): Promise<void> {
    return this.page.getByRole('heading', { level: 1, name: heading }).waitFor();
  }

  text = (): Promise<string> => this.page.locator('body').innerText();

  /** Pixels by which the page is wider than the window. */
  async overflow(): Promise<number> {
    const needed = await this.page.evaluate<number>('document.documentElement.scrollWidth');
    return needed - this.page.viewportSize()!.width;
  }

  /** Faults of a page in this window size; empty when there are none. */
  async discomforts(): Promise<string[]> {
    const width = this.page.viewportSize()!.width;
    const found: string[] = [];
    if ((await this.overflow()) > 0) found.push('it scrolls sideways');
    // Whatever else is before `<!doctype html>`, a browser guesses what was meant.
    if ((await this.page.evaluate('document.compatMode')) !== 'CSS1Compat') found.push('it is no HTML');
    // What is folded away is looked at, too.
    for (const more of await this.page.locator('details:not([open]) > summary').all()) await more.click();
    for (const button of await this.page.locator('button').all()) {
      const name = (await button.innerText()).trim();
      if (!name || (await this.button(name).count()) !== 1)
        found.push(`a button has no name of its own: ${name}`);
      // A trial: visible, not covered by anything, and not moving.
      await button.click({ trial: true });
      const box = (await button.boundingBox())!;
      if (box.x < 0 || box.x + box.width > width) found.push(`${name} is outside the window`);
      if (box.height < FINGER_PX) found.push(`${name} is ${box.height} px high`);
    }
    return found;
  }

  /** Writes a picture for the documents, where TOUR_PICTURES says so (`npm run tour:pictures`). */
  async picture(name: string): Promise<void> {
    const folder = process.env['TOUR_PICTURES'];
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  }
}
