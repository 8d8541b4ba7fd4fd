import { ChildProcess } from 'node:child_process';
import { release } from './release.js';

/** The browsers that the files of this Jest worker use in turn, by their options. */
const browsers = new Map();

/**
 * Starts the browser for the first file, and again if it has ended. It ends with the worker. Playwright is loaded here, by Node:
 * each test file has modules of its own, and loading Playwright takes a second of processor time.
 * @param options those of `chromium.launch`
 */
export async function sharedBrowser(options) {
  const key = JSON.stringify(options);
  const running = browsers.get(key);
  const browser = running?.isConnected() ? running : await launch(options);
  browsers.set(key, browser);
  // Those of a test that failed before it could leave.
  for (const context of browser.contexts()) await context.close();
  return browser;
}

async function launch(options) {
  const { chromium } = await import('playwright-core');
  const { spawn } = ChildProcess.prototype;
  ChildProcess.prototype.spawn = function (...words) {
    const result = spawn.apply(this, words);
    if (this.spawnfile === options.executablePath) release(this);
    return result;
  };
  try {
    // The signals are Jest's: without its worker the browser ends by itself.
    return await chromium.launch({
      ...options,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
  } finally {
    ChildProcess.prototype.spawn = spawn;
  }
}
