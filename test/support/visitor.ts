import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, LaunchOptions, Locator, Page } from 'playwright-core';
import { PATIENCE_MS } from './eventually.js';
import type { SignedIn } from './people.js';

/** Where the client package keeps the tokens. */
export const TOKENS_KEY = 'chat.tokens';

/** Window sizes of visitors. */
export const SIZES = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 800 },
};

declare const TEST_SHARED_BROWSER: (options: LaunchOptions) => Promise<Browser>;

/**
 * What Chromium is to leave out. The last flag of this name counts, so Playwright's features, up to the last one, are
 * repeated. The last three keep a process ready for the next site, where each visitor has one, and one a page for the
 * address bar, which is not seen: a renderer of its own is 0.7 s of processor time.
 */
const DISABLED_FEATURES = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'SpareRendererForSitePerProcess',
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
];

/** Flags of Chromium: no sandbox, which root may not have, and no requests to its vendor. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${DISABLED_FEATURES.join(',')}`,
];

/** Scale of pictures: sharp in the documents, and below 100 KB. Without pictures the tests need fewer pixels. */
const SHARPNESS = process.env['TOUR_PICTURES'] ? 1.5 : 1;

/** Width of a finger (WCAG 2.2, 2.5.5 Target Size). */
const FINGER_PX = 44;

/** How to start the machine's Chromium, by its path. */
const launchOptions = (executablePath: string | undefined) => ({ executablePath, args: FLAGS });

/** Starts Chromium outside Jest. */
export const startChromium = async (options: { executablePath: string | undefined }): Promise<Browser> =>
  (await import('playwright-core')).chromium.launch(launchOptions(options.executablePath));

/**
 * The Chromium of this Jest worker, which ends with it; each visitor has a history of their own.
 * @param keepsPages true: the back button restores a page from memory (bfcache), whatever its headers say, as browsers do
 * where they can; Playwright disables this by default
 */
export const sharedChromium = ({ keepsPages = false } = {}): Promise<Browser> =>
  TEST_SHARED_BROWSER({
    ...launchOptions(process.env['TEST_CHROMIUM']),
    ...(keepsPages && { ignoreDefaultArgs: ['--disable-back-forward-cache'] }),
  });

/** A person with a browser that records forbidden actions of our pages. */
export class Visitor {
  /** Errors of the console and of scripts, and requests to other servers than the product. */
  readonly complaints: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly home: string,
  ) {
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('console', (message) => {
      if (!['error', 'warning'].includes(message.type())) return;
      // The text of a failed response does not name it.
      const address = message.text().startsWith('Failed to load resource')
        ? ` (${message.location().url})`
        : '';
      this.complaints.push(message.text() + address);
    });
    page.on('pageerror', ({ message }) => this.complaints.push(message));
    page.on('request', (request) => {
      const { protocol, origin, href } = new URL(request.url());
      if (/^https?:$/.test(protocol) && origin !== home) this.complaints.push(`a request to ${href}`);
    });
  }

  /** Opens a browser without history at the product's address, with a window of this size. */
  static async arrive(browser: Browser, home: string, size: keyof typeof SIZES = 'phone'): Promise<Visitor> {
    const context = await browser.newContext({
      viewport: SIZES[size],
      deviceScaleFactor: SHARPNESS,
      locale: 'en',
    });
    return new Visitor(await context.newPage(), home);
  }

  /** Opens another window of the same browser. */
  async anotherTab(): Promise<Visitor> {
    return new Visitor(await this.page.context().newPage(), this.home);
  }

  /** Stores a session where the client package keeps it, from a page that costs less to open than the app. */
  async keeps({ access_token, refresh_token }: SignedIn['tokens']): Promise<void> {
    await this.open('/health/live');
    const tokens = JSON.stringify({ access_token, refresh_token });
    await this.page.evaluate(`localStorage.setItem('${TOKENS_KEY}', ${JSON.stringify(tokens)})`);
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

  /** Faults of a page at this window size; empty without any. */
  async discomforts(): Promise<string[]> {
    const width = this.page.viewportSize()!.width;
    const found: string[] = [];
    if ((await this.overflow()) > 0) found.push('it scrolls sideways');
    // With other text before `<!doctype html>` a browser falls back to quirks mode.
    if ((await this.page.evaluate('document.compatMode')) !== 'CSS1Compat') found.push('it is no HTML');
    // Folded parts are opened and checked as well.
    for (const more of await this.page.locator('details:not([open]) > summary').all()) await more.click();
    for (const button of await this.page.locator('button').all()) {
      const name = (await button.innerText()).trim();
      if (!name || (await this.button(name).count()) !== 1)
        found.push(`a button has no name of its own: ${name}`);
      // A trial click: visible, not covered, and not moving.
      await button.click({ trial: true });
      const box = (await button.boundingBox())!;
      if (box.x < 0 || box.x + box.width > width) found.push(`${name} is outside the window`);
      if (box.height < FINGER_PX) found.push(`${name} is ${box.height} px high`);
    }
    return found;
  }

  /** Saves a picture for the documents if TOUR_PICTURES is set (`npm run tour:pictures`). */
  async picture(name: string, { isWhole = true, isSmall = false } = {}): Promise<void> {
    const folder = process.env['TOUR_PICTURES'];
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({
      path: join(folder, `${name}.png`),
      fullPage: isWhole,
      scale: isSmall ? 'css' : 'device',
    });
  }
}
