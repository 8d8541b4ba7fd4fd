import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { jest } from '@jest/globals';
import { ConsolePage } from '../support/console-page.js';
import { newMobile } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { sharedChromium } from '../support/visitor.js';

// Some twenty states, each of which may take a minute on a busy machine.
jest.setTimeout(600_000);

let product: Product;
let browser: Browser;
let chat: ConsolePage;
beforeAll(async () => {
  [product, browser] = await Promise.all([sharedProduct({ CONSOLE: 'on' }), sharedChromium()]);
});
afterAll(() => product.close());
beforeEach(async () => {
  chat = await ConsolePage.open(browser, product);
});
// Among them: violations of the content security policy, and requests to other origins.
afterEach(async () => {
  await chat.leave();
  expect(chat.visitor.complaints).toEqual([]);
});

it('sign in → chat → stop → fail → retry → another answer → limit → pay → Pro → cancel', async () => {
  const { page } = chat;
  await chat.signIn(newMobile());
  await chat.ask('Why is the sky blue?');
  await chat.sendEndless('Count.');
  await chat.press('Stop');
  await chat.reply('stopped');

  await chat.script('Fail, please.', { outcome: 'http_error', reason: 'bad_key' });
  await chat.ask('Fail, please.', 'failed');
  await chat.press('Try again');
  await chat.reply('completed', 2);
  await chat.press('Another answer');
  await page.getByText('2 / 2').waitFor();
  await chat.reply('completed', 2);
  await chat.press('Previous answer');
  await page.getByText('1 / 2').waitFor();

  await chat.ask('The fifth.');
  await page.getByText('0 of 5 messages left').waitFor();
  await chat.send('One too many.');
  await page.getByText('You have used today’s messages').waitFor();
  expect(await chat.composer.inputValue()).toBe('One too many.');
  expect(chat.visitor.complaints.splice(0)).toEqual([expect.stringContaining('429')]);

  const room = page.url();
  await page.getByRole('button', { name: 'Upgrade to Pro' }).last().click();
  await chat.press('Pay $20.00');
  await page.getByText('You are on Pro.').waitFor();
  expect(page.url()).toBe(room);
  await page.getByText('No daily limit').waitFor();
  await chat.press('Send');
  await chat.reply('completed', 4);

  await page.getByRole('link', { name: 'Account' }).click();
  await chat.press('Cancel subscription');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel subscription' }).click();
  await page.getByText('Pro ends on', { exact: false }).waitFor();
  await chat.visitor.button('Resume subscription').waitFor();
  expect((await (await chat.client()).get('/subscription/status')).body).toMatchObject({
    tier: 'pro',
    cancel_at_period_end: true,
  });
});

it('the keyboard alone signs in, sends and stops', async () => {
  const { keyboard } = chat.page;
  await chat.page.locator('input:focus').waitFor();
  await keyboard.type(newMobile());
  await keyboard.press('Enter');
  const sms = await chat.page.getByText('is your code', { exact: false }).innerText();
  await chat.page.getByLabel('Code').and(chat.page.locator(':focus')).waitFor();
  await keyboard.type(/\d+/.exec(sms)![0]);
  await keyboard.press('Enter');
  await chat.page.locator('textarea:focus').waitFor();
  await chat.script('By keyboard', { chunks: ['A', 'B', 'C'] });
  await keyboard.type('By keyboard');
  await keyboard.press('Enter');
  expect(await (await chat.reply('completed')).innerText()).toContain('ABC');
});

it('the drawer of the sandbox makes the model answer with code, then fail, and shows each event', async () => {
  const { page } = chat;
  await page.setViewportSize({ width: 1120, height: 720 });
  await chat.signIn(newMobile(), 'Asha');
  for (const name of ['Trip to Kyoto', 'Notes on Raft'])
    await (await chat.client()).post('/chatroom', { name });
  await page.reload();
  await chat.press('What happens underneath');
  await chat.chooseScript('Answer with code and a table');
  const reply = await chat.ask('How do I reverse a linked list?');
  await reply.getByRole('table').waitFor();
  await chat.press('Close the drawer');
  await chat.picture('console');
  await chat.press('What happens underneath');
  await chat.chooseScript('Fail once, then answer');
  await page.getByRole('tab', { name: 'Events' }).click();
  await chat.press('Clear');
  await chat.script('a day on Mars', { outcome: 'http_error', status: 503 });
  await chat.script('a day on Mars', { chunks: ['24 hours, ', '39 minutes ', 'and 35 seconds.'] });
  await chat.ask('How long is a day on Mars?');
  await chat.picture('console-drawer', true);
  const lines = page.getByRole('list', { name: 'Events' });
  for (const line of ['/message/stream', 'accepted', 'retrying', 'delta', 'done'])
    await lines.getByText(line, { exact: false }).last().waitFor();
});

it('an answer is rated, the rating is explained, survives a reload, and is taken back', async () => {
  const { page } = chat;
  await chat.signIn(newMobile());
  const reply = await chat.ask('Rate this.');
  await chat.press('Not helpful');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Incomplete').check();
  await dialog.getByLabel('In your own words').fill('Half of it is missing.');
  await chat.press('Save');
  await dialog.waitFor({ state: 'detached' });
  await page.reload();
  await reply.getByRole('button', { name: 'Not helpful', pressed: true }).waitFor();
  const client = await chat.client();
  const room = page.url().split('/').at(-1)!;
  const newest = async () =>
    (await client.get(`/chatroom/${room}/messages`)).body.data[0].feedback as unknown;
  expect(await newest()).toEqual({ rating: 'down', tags: ['Incomplete'], comment: 'Half of it is missing.' });
  await chat.press('Helpful');
  await reply.getByRole('button', { name: 'Helpful', exact: true, pressed: true }).waitFor();
  await chat.press('Helpful');
  await reply.getByRole('button', { name: 'Helpful', exact: true, pressed: false }).waitFor();
  expect(await newest()).toBeNull();
});

it('a room is renamed, pinned, archived, taken out and deleted', async () => {
  const { page } = chat;
  await chat.signIn(newMobile());
  await chat.ask('Call it something.');
  const list = page.getByRole('navigation');
  const choose = async (name: string, item: string) => {
    await list.getByRole('button', { name: `Options for ${name}` }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  await choose('Call it something.', 'Rename');
  await page.getByRole('dialog').getByLabel('Name').fill('Physics');
  await chat.press('Save');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    choose('Physics', 'Download as Markdown'),
  ]);
  expect(file.suggestedFilename()).toBe('Physics.md');
  expect(readFileSync(await file.path(), 'utf8')).toMatch(
    /^# Physics\n\n## You · .* UTC\n\n> Call it something\.\n\n## Answer/,
  );
  await choose('Physics', 'Pin');
  await list.getByText('Pinned').waitFor({ state: 'attached' });
  await choose('Physics', 'Archive');
  await list.getByText('No chats yet.').waitFor();
  await chat.press('Archived');
  await choose('Physics', 'Take out of the archive');
  await chat.press('Back to chats');
  await choose('Physics', 'Delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await list.getByText('No chats yet.').waitFor();
  expect((await (await chat.client()).get('/chatroom?archived=all')).body.data).toEqual([]);
});

it('deleting the account ends the session and leaves nothing in the browser', async () => {
  await chat.signIn(newMobile());
  await chat.ask('Forget this.');
  await chat.page.getByRole('link', { name: 'Account' }).click();
  await chat.press('Delete my account');
  await chat.press('Delete everything');
  await chat.visitor.sees('Sign in');
  expect(await chat.page.evaluate('localStorage.length')).toBe(0);
});
