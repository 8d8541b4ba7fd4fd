import { strict as assert } from 'node:assert';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { inBrowser, script, serve } from '../ai-sdk/tours/browser.js';
import { startProduct } from '../generators/clients/product.js';

// Clicks through examples/expo in Chromium: react-native-web in place of React Native, doubles in place of Expo's modules.
const root = resolve(import.meta.dirname, '../../..');
const here = join(root, 'test/expo');
const double = (name: string) => join(here, 'doubles', `${name}.ts`);

async function bundle(api: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(here, 'main.tsx')],
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
      'react-native': join(here, 'node_modules/react-native-web'),
      'expo/fetch': double('fetch'),
      'expo-secure-store': double('secure-store'),
      '@react-native-async-storage/async-storage': double('async-storage'),
      '@chat-backend/client': join(root, 'packages/client/src/index.ts'),
    },
    define: {
      'process.env.NODE_ENV': '"production"',
      'process.env.EXPO_PUBLIC_API_URL': JSON.stringify(api),
    },
    write: false,
    outdir: join(here, 'out'),
    logLevel: 'error',
  });
  return outputFiles[0]!.text;
}

async function tour(page: Page, api: string): Promise<void> {
  const replies = page.getByTestId('model');
  const isWhole = (text: string) =>
    replies
      .last()
      .and(page.getByText(text, { exact: true }))
      .waitFor();
  const stored = (prefix: string) =>
    page.evaluate<string[]>(`Object.keys(localStorage).filter((key) => key.startsWith('${prefix}'))`);
  const send = async (text: string) => {
    await page.getByLabel('Message').fill(text);
    await page.getByRole('button', { name: 'Send' }).click();
  };

  // Sign-in. The tokens are in the keychain alone.
  await page.getByLabel('Mobile number').fill(`+9198${Math.random().toFixed(8).slice(2)}`);
  await page.getByRole('button', { name: 'Send code' }).click();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Message').waitFor();
  assert.deepEqual(await stored(''), ['keychain/chat.tokens']);

  // The app is closed in mid-reply: its message is in the app's storage, and the reply is shown once.
  await script(api, [{ match: 'closed', chunks: ['one ', 'two ', 'three'], chunk_delay_ms: 1500 }]);
  await send('closed');
  await replies.getByText('one').waitFor();
  assert.equal((await stored('storage/chat.drafts.')).length, 1);
  await page.reload();
  await isWhole('one two three');
  assert.equal(await replies.count(), 1);
  assert.equal(await page.getByTestId('user').count(), 1);

  // In the background and back.
  await script(api, [{ match: 'background', chunks: ['four ', 'five ', 'six'], chunk_delay_ms: 1500 }]);
  await send('background');
  await replies.getByText('four').waitFor();
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
  await isWhole('four five six');
  assert.deepEqual([await replies.count(), await page.getByTestId('user').count()], [2, 2]);
  assert.deepEqual(await stored('storage/'), []);

  // Stop is the server's.
  const endless = Array.from({ length: 400 }, (_, at) => `${at} `);
  await script(api, [{ match: 'endless', chunks: endless, chunk_delay_ms: 50 }]);
  await send('endless');
  await replies.getByText('0 1 2').waitFor();
  const stopped = page.waitForResponse((response) => response.url().endsWith('/stop'));
  await page.getByRole('button', { name: 'Stop' }).click();
  assert.equal(((await (await stopped).json()) as { status: string }).status, 'stopped');
  await page.getByRole('button', { name: 'Send' }).waitFor();

  // The limit of the day, in words.
  for (const text of ['fourth', 'fifth']) {
    const before = await replies.count();
    await send(text);
    await replies.nth(before).waitFor();
    await page.getByRole('button', { name: 'Send' }).waitFor();
  }
  await send('sixth');
  await page.getByRole('alert').getByText('No messages are left').waitFor();
}

const product = await startProduct(root);
let failed = 0;
try {
  const site = await serve(
    { '/index.html': join(here, 'index.html') },
    { '/main.js': await bundle(product.url) },
  );
  await inBrowser(site, 'index.html', (page) => tour(page, product.url));
} catch (error) {
  failed = 1;
  process.stderr.write(`${(error as Error).stack}\n`);
} finally {
  await product.stop();
}
process.stdout.write(`${1 - failed} passed, ${failed} failed\n`);
process.exit(failed);
