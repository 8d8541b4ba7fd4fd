import { jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { ConsolePage } from '../support/console-page.js';
import { eventually } from '../support/eventually.js';
import { newMobile, type SignedIn } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { sharedChromium } from '../support/visitor.js';

// Each of some ten states may take a minute on a busy machine.
jest.setTimeout(300_000);

/** What Chromium says of a session that has ended, and of a lost network. */
const EXPECTED =
  /^Failed to load resource: (the server responded with a status of 401|net::ERR_INTERNET_DISCONNECTED)/;

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
  expect(chat.visitor.complaints.filter((complaint) => !EXPECTED.test(complaint))).toEqual([]);
});

const onDisk = () => chat.page.evaluate<string>('JSON.stringify({ ...localStorage, ...sessionStorage })');
const title = () => chat.page.title();

/** Types a text, leaves a message unsent in a room, and lets the server end the session. */
async function leaveTexts(): Promise<{ room: string }> {
  await chat.ask('Make a room.');
  const room = chat.page.url();
  const context = chat.page.context();
  await context.setOffline(true);
  await chat.send('Never arrived.');
  await chat.composer.fill('Half a sentence');
  await eventually(async () => (await onDisk()).includes('Never arrived.'));
  const { refresh_token } = person.tokens;
  expect((await person.client.post('/auth/logout', { refresh_token })).status).toBe(204);
  await chat.page.close();
  await context.setOffline(false);
  chat = await chat.anotherTab();
  await chat.page.getByText('Your session has ended.', { exact: false }).waitFor();
  return { room };
}

it('a session that the server ends leaves the texts to the same person', async () => {
  const { room } = await leaveTexts();
  await chat.signIn(person.user.mobile_number!);
  await chat.visitor.open(room);
  expect(await chat.composer.inputValue()).toBe('Half a sentence');
  await chat.reply('completed', 1);
  expect(await chat.messages.allInnerTexts()).toEqual(['Make a room.', 'Never arrived.']);
});

it('the next person at the same browser finds none of the texts, and the disk has none', async () => {
  await leaveTexts();
  expect(await onDisk()).toContain('Never arrived.');
  await chat.signIn(newMobile());
  expect(await chat.composer.inputValue()).toBe('');
  expect(await onDisk()).not.toMatch(/Never arrived|Half a sentence/);
});

it('a day after the session ended the texts are removed, while no user is signed in', async () => {
  await leaveTexts();
  await chat.page.evaluate("localStorage.setItem('chat.ended', String(Date.now() - 25 * 3600 * 1000))");
  await chat.page.reload();
  await chat.visitor.sees('Sign in');
  expect(await onDisk()).toBe('{}');
});

it('each tab has its own typed text; a new tab begins with the last one; a sign-out removes all', async () => {
  await chat.composer.fill('typed in the first');
  const other = await chat.anotherTab();
  await other.composer.waitFor();
  expect(await other.composer.inputValue()).toBe('typed in the first');
  await other.composer.fill('typed in the second');
  await chat.page.reload();
  await other.page.reload();
  expect(await chat.composer.inputValue()).toBe('typed in the first');
  expect(await other.composer.inputValue()).toBe('typed in the second');
  await other.press('Sign out');
  for (const tab of [chat, other]) {
    await tab.visitor.sees('Sign in');
    await eventually(
      async () => (await tab.page.evaluate('localStorage.length + sessionStorage.length')) === 0,
    );
  }
  await expect(chat.page.getByText('Your session has ended.', { exact: false }).count()).resolves.toBe(0);
});

it('an account that is read while another tab signs out does not sign this tab in again', async () => {
  const other = await chat.anotherTab();
  await other.composer.waitFor();
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await chat.page.route('**/user/me', async (route) => {
    const response = await route.fetch();
    await released;
    await route.fulfill({ response });
  });
  const asked = chat.page.waitForRequest('**/user/me');
  await chat.page.reload();
  await asked;
  await other.press('Sign out');
  await chat.visitor.sees('Sign in');
  const answered = chat.page.waitForResponse('**/user/me');
  release();
  await (await answered).finished();
  await chat.page.evaluate('new Promise((resolve) => setTimeout(resolve, 100))');
  await chat.visitor.sees('Sign in');
  expect(await chat.composer.count()).toBe(0);
});

it('each page has its own title, and a change of page is announced', async () => {
  const { page } = chat;
  const announced = (text: string) =>
    page.getByRole('status').getByText(text, { exact: true }).waitFor({ state: 'attached' });
  expect(await title()).toBe('New chat – Chat console');
  await chat.ask('Why is the sky blue?');
  await eventually(async () => (await title()) === 'Why is the sky blue? – Chat console');
  await chat.visitor.follow(/Account$/);
  await announced('Account');
  expect(await title()).toBe('Account – Chat console');
  await chat.visitor.follow('Why is the sky blue?');
  await announced('Why is the sky blue?');
  await chat.press('Sign out');
  await eventually(async () => (await title()) === 'Sign in – Chat console');
});

it('a dialog that is opened from the sidebar of a phone stays when the sidebar closes', async () => {
  const { page } = chat;
  await chat.ask('Name me.');
  await page.setViewportSize({ width: 390, height: 844 });
  await chat.press('Open chats');
  await page.getByRole('navigation').getByRole('button', { name: 'Options for Name me.' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  const name = page.getByRole('dialog').getByLabel('Name');
  // As when the keyboard of a phone appears, and when the phone is turned.
  for (const size of [
    { width: 390, height: 420 },
    { width: 844, height: 390 },
  ]) {
    await page.setViewportSize(size);
    await name.fill(`Named at ${size.width}`);
  }
  await chat.press('Save');
  await page.getByRole('navigation').getByText('Named at 844').waitFor();
});
