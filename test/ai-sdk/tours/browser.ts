import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, extname, resolve } from 'node:path';
import { chromium, type Page } from 'playwright-core';

/** Tells the model of the sandbox what to answer. */
export async function script(url: string, scripts: object[]): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const { ok } = await fetch(`${url}/sandbox/llm/script`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ scripts }),
  });
  assert.ok(ok);
}

/** Serves files, and texts, by their paths. */
export async function serve(files: Record<string, string>, texts: Record<string, string> = {}) {
  const types: Record<string, string> = {
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
  };
  const server = createServer((request, response) => {
    const path = new URL(request.url!, 'http://localhost').pathname;
    const text = path in texts ? Promise.resolve(texts[path]!) : files[path] ? readFile(files[path]) : null;
    if (!text) return void response.writeHead(404).end();
    void text.then((body) => response.writeHead(200, { 'content-type': types[extname(path)]! }).end(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Opens a page of a server in Chromium, and fails when a script of the page does. */
export async function inBrowser(
  server: Awaited<ReturnType<typeof serve>>,
  path: string,
  tour: (page: Page) => Promise<void>,
) {
  const browser = await chromium.launch({ executablePath: chromePath(), args: ['--no-sandbox'] });
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  try {
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`);
    await tour(page);
    assert.deepEqual(errors, []);
  } finally {
    await browser.close();
    server.close();
  }
}

function chromePath(): string {
  const { CHROME_PATH, PATH = '' } = process.env;
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const found = PATH.split(delimiter)
    .flatMap((folder) => names.map((name) => resolve(folder, name)))
    .find(existsSync);
  const path = CHROME_PATH ?? found;
  assert.ok(path, 'no Chromium: install it, or set CHROME_PATH');
  return path;
}
