import { jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { ConsolePage } from '../support/console-page.js';
import { eventually } from '../support/eventually.js';
import type { SignedIn } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { sharedChromium } from '../support/visitor.js';

// Each of some ten states may take a minute on a busy machine.
jest.setTimeout(300_000);

/** What Chromium itself says when a request has no network. */
const NO_NETWORK = /^Failed to load resource: net::ERR_(INTERNET_DISCONNECTED|NETWORK_CHANGED)/;
const NARROW = { width: 320, height: 640 };

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
const stored = async (): Promise<string[]> =>
  (
    await product.rows<{ content: string }>(
      `select m.content from messages m join chatrooms c on c.id = m.chatroom_id
       where c.user_id = $1 and m.role = 'user' order by m.seq`,
      [person.user.id],
    )
  ).map(({ content }) => content);

const group = (page: ConsolePage, name: string) => page.page.getByRole('group', { name });
const area = () => chat.page.getByLabel('New text of the message');

it('an edit begins a branch, and each device shows the branch that was chosen last', async () => {
  await chat.ask('First question.');
  await chat.ask('Second question.');
  const { chat: other } = await ConsolePage.signedIn(browser, product, 'phone', person.mobileNumber);
  await other.visitor.open(chat.page.url());
  await other.reply('completed', 1);

  await chat.edit(0, 'First question, put differently.');
  await chat.press('Send edit');
  for (const device of [chat, other]) {
    await device.showsMessages('First question, put differently.');
    await group(device, 'Form 2 of 2 of the message').waitFor();
    await device.reply('completed', 0);
  }
  await chat.page.getByText('2 of 5 messages left').waitFor();

  await other.press('Previous form of the message');
  for (const device of [chat, other]) await device.showsMessages('First question.', 'Second question.');
  // It goes on where it was left.
  await chat.ask('Third question.');
  await other.showsMessages('First question.', 'Second question.', 'Third question.');
  await chat.page.reload();
  await chat.showsMessages('First question.', 'Second question.', 'Third question.');
  expect(other.visitor.complaints).toEqual([]);
  await other.leave();
});

it('a form that this page has never seen is found in the room', async () => {
  const client = await chat.client();
  const room = (await client.post('/chatroom', {})).body.id as string;
  const wait = { headers: { prefer: 'wait=60' } };
  const first = (await client.post(`/chatroom/${room}/message`, { content: 'One.' }, wait)).body.message;
  for (const content of ['Two.', 'Three.'])
    await client.post(`/chatroom/${room}/messages/${first.id}/edit`, { content }, wait);
  await chat.visitor.open(`/#/room/${room}`);
  for (const [button, text] of [
    ['Previous form of the message', 'Two.'],
    ['Previous form of the message', 'One.'],
    ['Next form of the message', 'Two.'],
  ] as const) {
    await chat.press(button);
    await chat.showsMessages(text);
  }
});

it('the keyboard alone edits, cancels, and goes to another form with the focus where it was', async () => {
  const { keyboard } = chat.page;
  await chat.ask('By keyboard.');
  const edit = chat.page.getByRole('button', { name: 'Edit message' });
  await edit.focus();
  await keyboard.press('Enter');
  await area().and(chat.page.locator(':focus')).waitFor();
  await keyboard.type(' Never sent.');
  await keyboard.press('Escape');
  await edit.and(chat.page.locator(':focus')).waitFor();
  await keyboard.press('Enter');
  await area().and(chat.page.locator(':focus')).waitFor();
  await keyboard.press('ControlOrMeta+A');
  await keyboard.type('Another');
  await keyboard.press('Shift+Enter');
  await keyboard.type('text.');
  await keyboard.press('Enter');
  await chat.showsMessages('Another\ntext.');
  await chat.reply('completed');
  const previous = chat.visitor.button('Previous form of the message');
  await previous.focus();
  await keyboard.press('Enter');
  await chat.showsMessages('By keyboard.');
  await previous.and(chat.page.locator(':focus')).waitFor();
  expect(await stored()).toEqual(['By keyboard.', 'Another\ntext.']);
});

it('an edit survives a reload while it is typed, and a lost network and a closed page after it is sent', async () => {
  await chat.ask('Make a room.');
  const address = chat.page.url();
  await chat.edit(0, 'Half a sentence');
  await chat.page.reload();
  await area().waitFor();
  expect(await area().inputValue()).toBe('Half a sentence');

  const context = chat.page.context();
  await context.setOffline(true);
  await area().fill('Sent without a network.');
  await chat.press('Send edit');
  await chat.page.getByText('Not sent yet.', { exact: false }).waitFor();
  await chat.showsMessages('Sent without a network.');
  await eventually(() =>
    chat.page.evaluate<boolean>("JSON.stringify({ ...localStorage }).includes('Sent without a network.')"),
  );
  await chat.page.close();
  await context.setOffline(false);
  const again = await chat.anotherTab();
  await again.visitor.open(address);
  await again.showsMessages('Sent without a network.');
  await again.reply('completed');
  await group(again, 'Form 2 of 2 of the message').waitFor();
  expect(await stored()).toEqual(['Make a room.', 'Sent without a network.']);
  expect(again.visitor.complaints).toEqual([]);
});

it('at the limit of the day the edit is open again with its text, and nothing is stored', async () => {
  for (const nth of [1, 2, 3, 4, 5]) await chat.ask(`Question ${nth}.`);
  await chat.edit(0, 'One too many.');
  await chat.press('Send edit');
  await chat.page.getByText('You have used today’s messages').waitFor();
  expect(await area().inputValue()).toBe('One too many.');
  expect(chat.visitor.complaints.splice(0)).toEqual([expect.stringContaining('429')]);
  expect(await stored()).toHaveLength(5);
  await chat.press('Cancel');
  await chat.showsMessages(...[1, 2, 3, 4, 5].map((nth) => `Question ${nth}.`));
});

it('while an answer is made an edit waits for it', async () => {
  await chat.ask('First.');
  await chat.sendEndless('Count.');
  await chat.edit(0, 'Other.');
  await chat.page.getByText('Wait for the answer that is being written').waitFor();
  expect(await chat.visitor.button('Send edit').isDisabled()).toBe(true);
  await chat.press('Stop');
  await chat.reply('stopped');
  await chat.press('Send edit');
  await chat.showsMessages('Other.');
});

it('another answer that fails is shown, although the room goes back to the first one', async () => {
  await chat.script('Fail later.', { chunks: ['The first answer.'] });
  await chat.ask('Fail later.');
  await chat.script('Fail later.', { outcome: 'http_error', reason: 'bad_key' });
  await chat.press('Another answer');
  await chat.reply('failed');
  await group(chat, 'Answer 2 of 2').waitFor();
  await chat.press('Previous answer');
  await chat.replies.getByText('The first answer.').waitFor();
  await chat.ask('Go on.');
  await chat.showsMessages('Fail later.', 'Go on.');
});

it('an open edit and the forms of a message fit a narrow window, without a serious fault of accessibility', async () => {
  await chat.ask(`Long. ${'Averylongword'.repeat(30)}`);
  await chat.edit(0, 'Short.');
  await chat.page.setViewportSize(NARROW);
  const faults = async () => [await chat.visitor.overflow(), await chat.violations()];
  expect(await faults()).toEqual([0, []]);
  await chat.press('Send edit');
  await chat.reply('completed');
  await group(chat, 'Form 2 of 2 of the message').waitFor();
  for (const colorScheme of ['light', 'dark'] as const) {
    await chat.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await faults()).toEqual([0, []]);
  }
});
