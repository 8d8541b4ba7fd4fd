import { jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { ConsolePage } from '../support/console-page.js';
import { eventually } from '../support/eventually.js';
import { sharedProduct, type Product } from '../support/product.js';
import { sharedChromium } from '../support/visitor.js';
import type { SignedIn } from '../support/people.js';

// Each of some ten states may take a minute on a busy machine.
jest.setTimeout(300_000);

/** What Chromium itself says when a request has no network. */
const NO_NETWORK = /^Failed to load resource: net::ERR_(INTERNET_DISCONNECTED|NETWORK_CHANGED)/;

let product: Product;
let browser: Browser;
let chat: ConsolePage;
let person: SignedIn;
beforeAll(async () => {
  [product, browser] = await Promise.all([sharedProduct({ CONSOLE: 'on' }), sharedChromium()]);
});
afterAll(() => product.close());
beforeEach(async () => {
  ({ chat, person } = await ConsolePage.signedIn(browser, product));
});
afterEach(async () => {
  await chat.leave();
  expect(chat.visitor.complaints.filter((complaint) => !NO_NETWORK.test(complaint))).toEqual([]);
});

/** The messages of the person, as the database has them. */
const stored = (role: string) =>
  product.rows<{ content: string; status: string }>(
    `select m.content, m.status from messages m join chatrooms c on c.id = m.chatroom_id
     where c.user_id = $1 and m.role = $2 order by m.seq`,
    [person.user.id, role],
  );

/** Stops the reply that is written, and compares what the page shows with what is stored. */
async function stopAndCompare(): Promise<void> {
  await chat.press('Stop');
  const reply = await chat.reply('stopped');
  const { content } = (await stored('model')).at(-1)!;
  expect((await reply.locator('p').first().innerText()).trim()).toBe(content.trim());
}

it('a reload in mid-reply shows the message once and the text once, to its end', async () => {
  await chat.sendEndless('Count.', 3);
  await chat.page.reload();
  // More than there was before: the stream goes on.
  await chat.showsWord(15);
  expect([await chat.messages.count(), await chat.replies.count()]).toEqual([1, 1]);
  await stopAndCompare();
  expect(await stored('user')).toHaveLength(1);
});

it('without a network the page says so; what was being written and what is sent meanwhile arrive once', async () => {
  await chat.sendEndless('Count.', 3);
  const context = chat.page.context();
  await context.setOffline(true);
  await chat.page.getByText('No connection.', { exact: false }).waitFor();
  await chat.send('Sent without a network.');
  await chat.page.getByText('Sent without a network.').first().waitFor();
  expect(await stored('user')).toHaveLength(1);

  await context.setOffline(false);
  await chat.page.getByText('No connection.', { exact: false }).waitFor({ state: 'hidden' });
  await chat.showsWord(30);
  await chat.press('Stop');
  await chat.reply('completed', 1);
  expect(await chat.messages.allInnerTexts()).toEqual(['Count.', 'Sent without a network.']);
  expect((await stored('user')).map(({ content }) => content)).toEqual(['Count.', 'Sent without a network.']);
  const [first] = await stored('model');
  expect((await chat.replies.first().locator('p').first().innerText()).trim()).toBe(first!.content.trim());
});

it('a page that was closed before its message arrived sends it when it is opened again', async () => {
  const context = chat.page.context();
  await chat.ask('Make a room.');
  await context.setOffline(true);
  await chat.send('Written before the page was closed.');
  await eventually(() =>
    chat.page.evaluate<boolean>("Object.keys(localStorage).some((key) => key.startsWith('chat.drafts.'))"),
  );
  const address = chat.page.url();
  await chat.page.close();
  await context.setOffline(false);
  const again = await chat.anotherTab();
  await again.visitor.open(address);
  await again.reply('completed', 1);
  expect((await stored('user')).map(({ content }) => content)).toEqual([
    'Make a room.',
    'Written before the page was closed.',
  ]);
  expect(again.visitor.complaints).toEqual([]);
});

it('two tabs: the reply of one is shown in the other, and a sign-out in one signs the other out', async () => {
  await chat.sendEndless('Count.', 3);
  const other = await chat.anotherTab();
  await other.visitor.open(chat.page.url());
  await other.showsWord(15);
  await other.press('Stop');
  await Promise.all([chat.reply('stopped'), other.reply('stopped')]);
  expect(await other.replies.allInnerTexts()).toEqual(await chat.replies.allInnerTexts());

  await other.press('Sign out');
  for (const tab of [other, chat]) await tab.visitor.sees('Sign in');
  expect(await chat.page.evaluate('localStorage.length')).toBe(0);
  expect(other.visitor.complaints).toEqual([]);
  expect((await person.client.get('/auth/sessions')).status).toBe(401);
});
