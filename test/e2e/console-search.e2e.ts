import { jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { ConsolePage } from '../support/console-page.js';
import type { SignedIn } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { sharedChromium } from '../support/visitor.js';

// Each of some ten states may take a minute on a busy machine.
jest.setTimeout(300_000);

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
  await product.rows(`update users set tier = 'pro' where id = $1`, [person.user.id]);
});
afterEach(async () => {
  await chat.leave();
  expect(chat.visitor.complaints).toEqual([]);
});

const field = () => chat.page.getByRole('searchbox', { name: 'Search chats and messages' });
const results = () => chat.page.getByRole('list', { name: 'Search results' }).getByRole('link');
const newRoom = async (body: object = {}) => (await person.client.post('/chatroom', body)).body.id as string;
const ask = async (room: string, content: string) =>
  (await person.client.post(`/chatroom/${room}/message`, { content }, { headers: { prefer: 'wait=60' } }))
    .body;
/** Waits until the page shows a message as the one that was searched for, within the window and with the focus. */
async function showsFound(text: string): Promise<void> {
  const found = chat.page.locator('article[data-found=true]', { hasText: text });
  await found.and(chat.page.locator(':focus')).waitFor();
  const box = (await found.boundingBox())!;
  expect(box.y >= 0 && box.y < chat.page.viewportSize()!.height).toBe(true);
}

it('words are found in messages and names, marked, and opened; the list comes back', async () => {
  const room = await newRoom({ name: 'Zanzibar plans' });
  await chat.script('Which', { chunks: ['The ferry takes two hours.'] });
  await ask(room, 'Which FÉRRY goes to Zanzibar?');
  await field().fill('zanzibar');
  await chat.page.getByRole('status').getByText('2 results').waitFor();
  await results().filter({ hasText: 'Chat' }).getByText('Zanzibar plans').waitFor();
  await field().fill('ferry');
  const [reply, message] = [results().first(), results().nth(1)];
  await message.locator('mark').getByText('FÉRRY').waitFor();
  expect(await reply.locator('mark').allInnerTexts()).toEqual(['ferry']);
  await reply.click();
  await showsFound('The ferry takes two hours.');
  expect(chat.page.url()).toMatch(new RegExp(`#/room/${room}$`));
  await chat.press('Clear the search');
  await chat.page.getByRole('list', { name: 'Chats' }).getByText('Zanzibar plans').waitFor();
});

it('a message of another branch and one far up are opened where they are; the next page follows', async () => {
  const room = await newRoom({ name: 'Haystack' });
  await chat.script('needle', { times: 60, chunks: ['A needle in a haystack.'], chunk_delay_ms: 0 });
  const first = await ask(room, 'The very first needle.');
  await person.client.post(
    `/chatroom/${room}/messages/${first.message.id}/edit`,
    { content: 'Another branch with a pin.' },
    { headers: { prefer: 'wait=60' } },
  );
  await person.client.put(`/chatroom/${room}/active`, { message_id: first.message.id });
  for (let nth = 2; nth <= 30; nth += 1) await ask(room, `Message ${nth} with a needle.`);

  await field().fill('needle');
  await chat.page.getByRole('status').getByText('The newest 50 results').waitFor();
  await chat.press('Show more');
  await chat.page.getByRole('status').getByText('60 results', { exact: true }).waitFor();
  await results().getByText('The very first needle.').click();
  await showsFound('The very first needle.');
  expect(await chat.messages.count()).toBe(30);

  await field().fill('pin');
  await results().filter({ hasText: 'You ·' }).filter({ hasText: 'Another branch' }).click();
  await showsFound('Another branch with a pin.');
  await chat.showsMessages('Another branch with a pin.');
  expect((await person.client.get(`/chatroom/${room}`)).body.active_leaf_id).not.toBe(first.reply.id);
});

it('the keyboard alone searches, moves between the results, opens one, and empties the field', async () => {
  const room = await newRoom();
  await ask(room, 'The quokka smiles.');
  await ask(room, 'The quokka sleeps.');
  const { keyboard } = chat.page;
  await field().focus();
  await keyboard.type('quokka slee');
  await results().getByText('The quokka sleeps.').first().waitFor();
  await keyboard.press('ArrowDown');
  await results().first().and(chat.page.locator(':focus')).waitFor();
  await keyboard.press('ArrowUp');
  await field().and(chat.page.locator(':focus')).waitFor();
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await chat.page.locator('article[data-found=true]:focus').waitFor();
  await field().focus();
  await keyboard.press('Escape');
  expect(await field().inputValue()).toBe('');
  await chat.page.getByRole('list', { name: 'Chats' }).waitFor();
});

it('nothing found and an error have words of their own, and the search can be repeated', async () => {
  await ask(await newRoom(), 'Something.');
  await field().fill('xylophone');
  await chat.page.getByText('Nothing is found for “xylophone”.').waitFor();
  await chat.page.route('**/search?*', (route) =>
    route.fulfill({ status: 500, json: { code: 'internal_error', detail: 'It failed.', request_id: 'r-1' } }),
  );
  await field().fill('something');
  const side = chat.page.getByRole('navigation');
  await side.getByText('It failed.').waitFor();
  expect(chat.visitor.complaints.splice(0)).toEqual([expect.stringContaining('500')]);
  await chat.page.unrouteAll();
  await side.getByRole('button', { name: 'Try again' }).click();
  await results().getByText('Something.').first().waitFor();
});

it('a message that is gone says so', async () => {
  const room = await newRoom();
  await ask(room, 'Still here.');
  await chat.visitor.open(`/#/room/${room}/${room}`);
  await chat.page.getByText('The message is no longer in this chat.').waitFor();
  expect(chat.visitor.complaints.splice(0)).toEqual([expect.stringContaining('404')]);
});

it('scripts in what is found stay text', async () => {
  const attack = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>';
  const room = await newRoom({ name: `onerror ${attack}` });
  await chat.script('onerror', { chunks: [attack] });
  await ask(room, `onerror ${attack}`);
  await field().fill('onerror');
  await results().locator('mark').first().waitFor();
  await results().getByText(attack).first().waitFor();
  const side = chat.page.getByRole('navigation');
  expect(await side.locator('img, script, iframe').count()).toBe(0);
  await results().locator('mark').first().click();
  await chat.page.locator('article[data-found=true]').waitFor();
  expect(await chat.page.evaluate('window.hit')).toBeUndefined();
});

it('the search fits a narrow window, opens what it finds there, and has no serious fault of accessibility', async () => {
  const room = await newRoom({ name: 'Averylongname'.repeat(8) });
  await ask(room, `Narrow ${'averylongword'.repeat(20)}`);
  await chat.page.setViewportSize(NARROW);
  await chat.press('Open chats');
  await field().fill('narrow');
  await results().first().waitFor();
  for (const colorScheme of ['light', 'dark'] as const) {
    await chat.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect([await chat.visitor.overflow(), await chat.violations()]).toEqual([0, []]);
  }
  await results().last().click();
  await chat.page.locator('article[data-found=true]').waitFor();
  await chat.visitor.button('Open chats').waitFor();
});
