import type { Browser, Page } from 'playwright-core';
import { programOf } from '../../test/support/requirements.js';
import { startChromium } from '../../test/support/visitor.js';
import type { Lab } from '../lab/lab.js';
import { startProduct } from '../lab/product.js';

/** Cost of opening an operation in Swagger UI, for one rendering of the document. */
export interface DocumentFigures {
  name: '3.1' | '3.0.3';
  /** Processor time of the page's main thread, the minimum of the rounds. */
  milliseconds: number;
}

/** The largest operation: it uses most errors, headers and schemas of the document. */
const STEP = 'Send a message';
const OPENED = '.opblock[id$="-sendMessage"] textarea';
/** Path of Swagger UI's document, and of the document that it was rendered from. */
const RENDERING = '/docs/openapi-3.0.json';
const DOCUMENT = '/docs-json';
/** Timeout. A busy machine may be many times slower; the figure is processor time, so waiting does not affect it. */
const PATIENCE_MS = 120_000;

/**
 * Opens "send" in Swagger UI with the 3.1 document and with its 3.0.3 rendering, alternately, each in a new browser.
 * Ratios are comparable across machines, milliseconds are not.
 * @returns null if Chromium is not installed
 */
export async function measureDocuments(lab: Lab, rounds: number): Promise<DocumentFigures[]> {
  const executablePath = programOf('Chromium');
  if (executablePath === undefined) return [];
  const product = await startProduct(lab, { databaseUrl: await lab.newDatabase(), redisUrl: null });
  const browser = await startChromium({ executablePath });
  const figures: DocumentFigures[] = [
    { name: '3.1', milliseconds: Infinity },
    { name: '3.0.3', milliseconds: Infinity },
  ];
  for (let round = 0; round < rounds; round += 1)
    for (const figure of round % 2 === 0 ? figures : figures.toReversed())
      figure.milliseconds = Math.min(figure.milliseconds, await open(browser, product.url, figure.name));
  await browser.close();
  await product.stop();
  return figures;
}

async function open(browser: Browser, url: string, name: DocumentFigures['name']): Promise<number> {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  if (name === '3.1')
    await page.route(`**${RENDERING}`, async (route) =>
      route.fulfill({ response: await route.fetch({ url: url + DOCUMENT }) }),
    );
  const spent = await mainThread(page);
  await page.goto(`${url}/docs`);
  const step = page.locator('.tour').getByRole('button', { name: STEP });
  await step.waitFor();
  await isIdle(page);
  const before = await spent();
  await step.click();
  await page.locator(OPENED).waitFor();
  await isIdle(page);
  const after = await spent();
  await context.close();
  return after - before;
}

/** @returns a function that reads the processor time of the page's main thread, in milliseconds */
async function mainThread(page: Page): Promise<() => Promise<number>> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await devTools.send('Performance.getMetrics');
    return metrics.find((metric) => metric.name === 'TaskDuration')!.value * 1000;
  };
}

/** Waits until the page has been idle for a while, so that everything is drawn. */
const isIdle = (page: Page): Promise<void> =>
  page.evaluate('new Promise((done) => setTimeout(() => requestIdleCallback(() => done()), 500))');
