import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { ConsolePage } from '../support/console-page.js';
import type { SignedIn } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { SIZES, sharedChromium } from '../support/visitor.js';

// Some forty checks of a page, each of which may take seconds on a busy machine.
jest.setTimeout(600_000);

const BUILD = 'web/console/dist';
/** Of everything that is loaded until the first answer is shown. */
const MAX_GZIP_BYTES = 250 * 1024;
/** The narrowest window that people have; WCAG 2.2, 1.4.10 wants 320 without scrolling sideways. */
const NARROW = { width: 320, height: 640 };

let product: Product;
let browser: Browser;
let chat: ConsolePage;
let person: SignedIn;
beforeAll(async () => {
  [product, browser] = await Promise.all([sharedProduct({ CONSOLE: 'on' }), sharedChromium()]);
});
afterAll(() => product.close());
afterEach(async () => {
  await chat.leave();
  expect(chat.visitor.complaints).toEqual([]);
});

/** What is wrong with the present view, in light and dark, and in a narrow window. */
async function faults(view: string): Promise<string[]> {
  const { page, visitor } = chat;
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    found.push(...(await chat.violations()).map((violation) => `${view}, ${colorScheme}: ${violation}`));
  }
  await page.setViewportSize(NARROW);
  const overflow = await visitor.overflow();
  if (overflow > 0) found.push(`${view}: ${overflow} px wider than a narrow window`);
  await page.setViewportSize(SIZES.desktop);
  return found;
}

it('no view has a serious fault of accessibility, in light or dark, or scrolls sideways', async () => {
  chat = await ConsolePage.open(browser, product);
  const { page } = chat;
  const found = await faults('sign-in');
  await page.getByLabel('Mobile number').fill('+919876501234');
  await chat.press('Send code');
  await chat.visitor.button('Use this code').waitFor();
  found.push(...(await faults('code')));
  await chat.press('Use this code');
  await chat.press('Sign in');
  await chat.composer.waitFor();
  found.push(...(await faults('new chat')));

  const long = 'Averylongword'.repeat(30);
  await chat.script('markdown', { chunks: [readFileSync('docs/clients.md', 'utf8').slice(0, 8_000)] });
  await chat.ask(`Show me markdown. ${long}`);
  found.push(...(await faults('room')));
  // The other views stand beside a short answer: to check the long one again with each takes most of the time.
  await chat.visitor.open('/');
  await chat.ask(`A short answer, please. ${long}`);
  await chat.press('What happens underneath');
  for (const tab of ['Events', 'SMS', 'Model', 'Clock']) {
    await page.getByRole('tab', { name: tab }).click();
    found.push(...(await faults(`drawer, ${tab}`)));
  }
  await chat.press('Close the drawer');
  await chat.script('fail now', { outcome: 'http_error', reason: 'bad_key' });
  await chat.ask('fail now', 'failed');
  found.push(...(await faults('failed reply')));
  await chat.press('Chat settings');
  await page.getByRole('dialog').waitFor();
  found.push(...(await faults('settings')));
  await page.keyboard.press('Escape');
  await page
    .getByRole('navigation')
    .getByRole('button', { name: /^Options for/ })
    .first()
    .click();
  found.push(...(await faults('menu')));
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Account' }).click();
  await chat.visitor.button('Download my data').waitFor();
  await page.getByText('This device', { exact: false }).waitFor();
  found.push(...(await faults('account')));
  await chat.press('Delete my account');
  found.push(...(await faults('question')));
  expect(found).toEqual([]);
});

it('on a phone code, the limit of the day and the way to Pro fit the window', async () => {
  ({ chat, person } = await ConsolePage.signedIn(browser, product, 'phone'));
  await chat.page.emulateMedia({ colorScheme: 'dark' });
  await chat.press('What happens underneath');
  await chat.chooseScript('Answer with code and a table');
  await chat.press('Close the drawer');
  await chat.ask('How do I reverse a linked list?');
  await chat.picture('console-phone');
  for (let nth = 2; nth <= 5; nth += 1) await chat.ask(`Is ${nth} a prime number?`);
  await chat.send('One too many.');
  await chat.page.getByText('You have used today’s messages').waitFor();
  await chat.page.emulateMedia({ colorScheme: 'light' });
  await chat.picture('console-limit');
  expect(chat.visitor.complaints.splice(0)).toEqual([expect.stringContaining('429')]);
  await chat.page.setViewportSize(NARROW);
  expect([await chat.visitor.overflow(), await chat.violations()]).toEqual([0, []]);
  await chat.press('Open chats');
  await chat.page.getByText('0 of 5 messages left').waitFor();
  expect([await chat.visitor.overflow(), await chat.violations()]).toEqual([0, []]);
});

/** Each sets `window.hit`, or asks another origin, where it is more than text. */
const ATTACKS = [
  '<img src=x onerror="window.hit=1">',
  '<script>window.hit=1</script>',
  '<svg/onload=window.hit=1>',
  '<iframe srcdoc="<script>parent.hit=1</script>"></iframe>',
  '<a href="javascript:window.hit=1">html</a>',
  '[link](javascript:window.hit=1)',
  '[link](JaVaScRiPt:window.hit=1)',
  '[link](java&#x09;script:window.hit=1)',
  '[link](&#106;avascript:window.hit=1)',
  '[link](data:text/html,<script>window.hit=1</script>)',
  '[link](vbscript:window.hit=1)',
  '<javascript:window.hit=1>',
  '![image](https://attacker.example/stolen.png)',
  '![image](javascript:window.hit=1)',
  '[ref]: javascript:window.hit=1\n\n[ref]',
  '```"><img src=x onerror=window.hit=1>\ncode\n```',
  '```html\n<img src=x onerror="window.hit=1"><script>window.hit=1</script>\n```',
  '| a | b |\n|---|---|\n| <img src=x onerror=window.hit=1> | [x](javascript:window.hit=1) |',
  '<style>@import "https://attacker.example/x.css";</style>',
  '<form action="https://attacker.example"><button>x</button></form>',
];

it('scripts in names, messages and the model’s text stay text', async () => {
  ({ chat, person } = await ConsolePage.signedIn(browser, product));
  const { page } = chat;
  const [image, script] = ATTACKS as [string, string];
  await person.client.patch('/user/me', { name: image });
  const room = (await person.client.post('/chatroom', { name: script, system_prompt: image })).body.id;
  const text = ATTACKS.join('\n\n');
  // In pieces as well: what is written is parsed again and again, half a tag included.
  await chat.script('attack', { chunks: [...text].map((letter) => letter), chunk_delay_ms: 1 });
  await chat.visitor.open(`/#/room/${room}`);
  await page.reload();
  await chat.ask(`attack ${image} ${ATTACKS[5]}`);
  await page.getByRole('navigation').getByText(script).waitFor();
  await page.getByRole('navigation').getByText(image).waitFor();
  await chat.messages.getByText(image, { exact: false }).waitFor();
  await chat.replies.getByText(image, { exact: false }).first().waitFor();

  for (const link of await chat.replies.getByRole('link').all())
    expect(await link.getAttribute('href')).toMatch(/^(https?|mailto):/);
  expect(
    await page.locator('main').locator('img, iframe, script, style, form[action], object, embed').count(),
  ).toBe(0);
  expect(
    await page.evaluate(
      '[...document.querySelectorAll("*")].flatMap((one) => one.getAttributeNames()).filter((name) => name.startsWith("on"))',
    ),
  ).toEqual([]);
  expect(await page.evaluate('window.hit')).toBeUndefined();
  await page.reload();
  await chat.reply('completed');
  expect(await page.evaluate('window.hit')).toBeUndefined();
});

it('everything that is loaded until the first answer is at most 250 KB, gzipped', async () => {
  const paths = new Set<string>();
  chat = await ConsolePage.open(browser, product);
  chat.page.on('request', (request) => paths.add(new URL(request.url()).pathname));
  await chat.page.reload();
  await chat.signIn('+919876501235');
  await chat.ask('Why is the sky blue?');
  const assets = [...paths].filter((path) => path.startsWith('/assets/'));
  const bytes = ['/index.html', ...assets].map((path) => gzipSync(readFileSync(BUILD + path)).length);
  expect(assets.filter((path) => path.endsWith('.js')).length).toBeGreaterThan(0);
  expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(MAX_GZIP_BYTES);
});
