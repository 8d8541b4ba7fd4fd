import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import type { Page, Route } from 'playwright-core';
import { inBrowser, script, serve } from './browser.js';

/** The bot's answer is the sandbox's, whole, on its output. */
export async function botTour(root: string, url: string, number: string): Promise<void> {
  const bot = join(root, 'examples/node-bot/bot.js');
  const { stdout } = await promisify(execFile)(process.execPath, [bot, url, number, 'Why is the sky blue?']);
  assert.match(stdout, /sky blue/);
}

/** Signs in, sends, reloads in the middle of an answer, and sees it once. */
export async function plainTour(root: string, url: string, number: string): Promise<void> {
  const site = {
    '/index.html': join(root, 'examples/plain/index.html'),
    '/client.min.js': join(root, 'packages/client/dist/client.min.js'),
  };
  await inBrowser(await serve(site), `index.html?api=${url}`, async (page) => {
    await page.getByLabel('Mobile number').fill(number);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await script(url, [{ match: 'long', chunks: ['one ', 'two ', 'three'], chunk_delay_ms: 300 }]);
    await send(page, 'long');
    await page.getByText('one', { exact: false }).waitFor();
    await page.reload();
    await answersAre(page, 'one two three');

    await script(url, [{ match: 'away', chunks: ['four ', 'five'], chunk_delay_ms: 300 }]);
    await send(page, 'away');
    await page.getByText('four', { exact: false }).waitFor();
    await page.route('**/messages?*', answerWhenFinal);
    await page.reload();
    await answersAre(page, 'one two three,four five');
  });
}

/** The history and the line of the resumed reply come together; that line goes when the reply is known. */
const answersAre = (page: Page, texts: string) =>
  page.waitForFunction(
    (expected) =>
      [...document.querySelectorAll('li[data-role=model]')].map((item) => item.textContent).join() ===
      expected,
    texts,
  );

/** Holds a history back until its last reply has ended, as on a slow network. */
async function answerWhenFinal(route: Route): Promise<void> {
  for (;;) {
    const response = await route.fetch();
    const { data } = (await response.json()) as { data?: { completed_at: string | null }[] };
    if (data?.every(({ completed_at }) => completed_at !== null) ?? true) return route.fulfill({ response });
  }
}

/** The same with `useChat`; then a stop, which is the server's, another answer, and the limits. */
export async function reactTour(root: string, url: string, number: string): Promise<void> {
  const here = join(root, 'test/ai-sdk');
  const { outputFiles } = await build({
    entryPoints: [join(root, 'examples/react/main.tsx')],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    conditions: ['chat-backend-source'],
    nodePaths: [join(here, 'node_modules')],
    // One React: the workspaces may have another in the root's node_modules.
    alias: {
      react: join(here, 'node_modules/react'),
      'react-dom': join(here, 'node_modules/react-dom'),
    },
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
    outdir: join(here, 'out'),
  });
  const main = outputFiles[0]!.text;
  const site = { '/index.html': join(root, 'examples/react/index.html') };
  await inBrowser(
    await serve(site, { '/main.js': main }),
    `index.html?api=${url}&number=${encodeURIComponent(number)}`,
    async (page) => {
      const answers = page.locator('li[data-role=assistant]');
      await script(url, [{ match: 'react long', chunks: ['one ', 'two ', 'three'], chunk_delay_ms: 2000 }]);
      await send(page, 'react long');
      await answers.getByText('one').waitFor();
      await page.reload();
      await answers.getByText('one two three', { exact: true }).waitFor();
      assert.equal(await answers.count(), 1);
      await script(url, [
        {
          match: 'react endless',
          chunks: Array.from({ length: 400 }, (_, at) => `${at} `),
          chunk_delay_ms: 50,
        },
      ]);
      await send(page, 'react endless');
      await answers.last().getByText('0 1 2').waitFor();
      const stopped = page.waitForResponse((response) => response.url().endsWith('/stop'));
      await page.locator('#stop').click();
      assert.equal(((await (await stopped).json()) as { status: string }).status, 'stopped');
      await page.locator('#limits').waitFor();
      await page.locator('#again').click();
      await page.locator('li[data-role=assistant][data-status=completed]').last().waitFor();
    },
  );
}

async function send(page: Page, text: string): Promise<void> {
  await page.getByLabel('Message').fill(text);
  await page.getByRole('button', { name: 'Send' }).click();
}
