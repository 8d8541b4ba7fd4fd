import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { programOf } from '../test/support/requirements.js';
import { startChromium } from '../test/support/visitor.js';
import { npmStart } from './lab/npm-start.js';
import { median } from './lab/stats.js';

// `npm run bench:console`: seconds from a clone to the first answer in a browser, and of the console's first paint.
// Clones the last commit of this repository; what npm has in its cache is not downloaded again.
const PAINTS = 5;
const say = (what: string, seconds: number, more = '') =>
  process.stdout.write(`${what.padEnd(40)} ${seconds.toFixed(1).padStart(6)} s${more}\n`);

const folder = mkdtempSync(join(tmpdir(), 'chat-console-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));
const clone = join(folder, 'clone');
const begun = performance.now();
const since = (moment: number): number => (performance.now() - moment) / 1000;
const timed = (what: string, work: () => void): void => {
  const start = performance.now();
  work();
  say(what, since(start));
};

timed('git clone', () =>
  execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${process.cwd()}`, clone]),
);
timed('npm ci', () => execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--silent'], { cwd: clone }));
const product = await npmStart(join(folder, 'data'), clone);
say('npm start, until it is ready', product.seconds);

const browser = await startChromium({ executablePath: programOf('Chromium') });
try {
  const opened = performance.now();
  await firstAnswer(browser, product.url);
  say('from the open page to the first answer', since(opened), ', clicked by a program');
  say('from the clone to the first answer', since(begun));
  const paints: number[] = [];
  for (let round = 0; round < PAINTS; round += 1) paints.push(await firstPaintSeconds(browser, product.url));
  process.stdout.write(
    `${'first paint of the console'.padEnd(40)} ${median(paints).toFixed(2).padStart(6)} s, median of ${PAINTS}\n`,
  );
} finally {
  await browser.close();
  await product.stop();
}
process.exit(0);

/** Signs in with the code on the screen, and sends a message. */
async function firstAnswer(browser: Browser, url: string): Promise<void> {
  const page = await browser.newPage();
  await page.goto(url);
  await page.getByLabel('Mobile number').fill('+919876543210');
  await page.getByRole('button', { name: 'Send code' }).click();
  await page.getByRole('button', { name: 'Use this code' }).click();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Message', { exact: true }).fill('Why is the sky blue?');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('article[data-state="completed"]').waitFor();
}

/** First contentful paint in a browser that has nothing of the page in its cache. */
async function firstPaintSeconds(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  await page.getByLabel('Mobile number').waitFor();
  const paint = await page.evaluate<number>(`new Promise((resolve) =>
    new PerformanceObserver((list) => {
      const paint = list.getEntriesByName('first-contentful-paint')[0];
      if (paint) resolve(paint.startTime);
    }).observe({ type: 'paint', buffered: true }))`);
  await context.close();
  return paint / 1000;
}
