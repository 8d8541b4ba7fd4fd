import { jest } from '@jest/globals';
import type { Browser, Request } from 'playwright-core';
import { ConsolePage } from '../support/console-page.js';
import { eventually } from '../support/eventually.js';
import type { SignedIn } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { sharedChromium } from '../support/visitor.js';

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

const room = (page: ConsolePage, name: string) =>
  page.page.getByRole('navigation').getByRole('link', { name });

/** The requests for events of a page from now on: how many have begun, and which are open. */
function watchStreams({ page }: ConsolePage) {
  const streams = { begun: 0, open: new Set<Request>() };
  page.on('request', (request) => {
    if (!request.url().endsWith('/user/events')) return;
    streams.begun += 1;
    streams.open.add(request);
  });
  page.on('requestfinished', (request) => streams.open.delete(request));
  page.on('requestfailed', (request) => streams.open.delete(request));
  return streams;
}

/** What a browser does when another tab covers the page, or no longer does. */
const setVisible = ({ page }: ConsolePage, isVisible: boolean) =>
  page.evaluate(
    `Object.defineProperty(document, 'visibilityState', { value: '${isVisible ? 'visible' : 'hidden'}', configurable: true });
     document.dispatchEvent(new Event('visibilitychange'))`,
  );

it('a second device shows rooms, messages, names and the usage without a reload', async () => {
  const { chat: other } = await ConsolePage.signedIn(browser, product, 'desktop', person.mobileNumber);
  await chat.ask('Why is the sky blue?');
  await room(other, 'Why is the sky blue?').click();
  await other.reply('completed');
  await other.page.getByText('4 of 5 messages left').waitFor();

  await other.ask('And at sunset?');
  await chat.showsMessages('Why is the sky blue?', 'And at sunset?');
  await chat.reply('completed', 1);
  expect(await chat.replies.allInnerTexts()).toEqual(await other.replies.allInnerTexts());
  await chat.page.getByText('3 of 5 messages left').waitFor();

  // As the worker names a room, too.
  const id = chat.page.url().split('/').at(-1)!;
  await person.client.patch(`/chatroom/${id}`, { name: 'Colours of the sky' });
  for (const device of [chat, other]) {
    await room(device, 'Colours of the sky').waitFor();
    await device.visitor.sees('Colours of the sky');
  }
  await person.client.delete(`/chatroom/${id}`);
  for (const device of [chat, other]) await device.visitor.sees('This chat does not exist.');
  expect(other.visitor.complaints.splice(0).filter((one) => !one.includes('404'))).toEqual([]);
  expect(chat.visitor.complaints.splice(0).filter((one) => !one.includes('404'))).toEqual([]);
  await other.leave();
});

it('what has changed while there was no network is shown when it is back', async () => {
  await person.client.post('/chatroom', { name: 'Before' });
  await room(chat, 'Before').waitFor();
  await chat.page.context().setOffline(true);
  await chat.page.getByText('No connection.', { exact: false }).waitFor();
  await person.client.post('/chatroom', { name: 'Meanwhile' });
  await chat.page.context().setOffline(false);
  await room(chat, 'Meanwhile').waitFor();
});

it('a hidden tab closes its stream; when it is shown again it has what it missed', async () => {
  const streams = watchStreams(chat);
  await chat.page.reload();
  await eventually(() => streams.open.size === 1);
  await setVisible(chat, false);
  await eventually(() => streams.open.size === 0);
  await person.client.post('/chatroom', { name: 'While it was hidden' });
  await setVisible(chat, true);
  await room(chat, 'While it was hidden').waitFor();
  expect([streams.begun, streams.open.size]).toEqual([2, 1]);
});

it('one stream is open for a page, and none after a sign-out, whose session is not asked for again', async () => {
  const streams = watchStreams(chat);
  await chat.page.reload();
  await chat.ask('Why is the sky blue?');
  await chat.visitor.follow(/Account$/);
  await chat.visitor.sees('Account');
  expect([streams.begun, streams.open.size]).toEqual([1, 1]);
  await chat.press('Sign out');
  await chat.visitor.sees('Sign in');
  await eventually(() => streams.open.size === 0);
  expect(streams.begun).toBe(1);
});
