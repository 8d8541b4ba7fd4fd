import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { Browser, Locator, Page } from 'playwright-core';
import type { Client } from './client.js';
import { newMobile, signIn, type SignedIn } from './people.js';
import type { Product } from './product.js';
import { eventually, PATIENCE_MS } from './eventually.js';
import { SIZES, TOKENS_KEY, Visitor } from './visitor.js';

/** A reply of the model that ends when it is stopped: in a test nothing is to depend on how long a reply takes. */
const ENDLESS = Array.from({ length: 5_000 }, (_, at) => `w${at} `);
const ENDLESS_DELAY_MS = 100;

/** Resolves when nothing moves but what never ends. */
export const nothingMoves = `Promise.allSettled(document.getAnimations()
  .filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity)
  .map(({ finished }) => finished))`;

let axe: string | undefined;

/** The console in a browser, for a person who reads and clicks. */
export class ConsolePage {
  readonly page: Page;

  private constructor(
    readonly visitor: Visitor,
    private readonly product: Product,
  ) {
    this.page = visitor.page;
    // A state may take that long on a busy machine; one that comes is seen at once.
    this.page.setDefaultTimeout(PATIENCE_MS);
  }

  /** A browser without history, at the console. */
  static async open(
    browser: Browser,
    product: Product,
    size: keyof typeof SIZES = 'desktop',
  ): Promise<ConsolePage> {
    const visitor = await Visitor.arrive(browser, product.url, size);
    const page = new ConsolePage(visitor, product);
    await visitor.open('/');
    return page;
  }

  /** The console of a person who is signed in already; with the number of another one it is a second device. */
  static async signedIn(
    browser: Browser,
    product: Product,
    size: keyof typeof SIZES = 'desktop',
    mobile = newMobile(),
  ): Promise<{ chat: ConsolePage; person: SignedIn }> {
    const [visitor, person] = await Promise.all([
      Visitor.arrive(browser, product.url, size),
      signIn(product, mobile),
    ]);
    const chat = new ConsolePage(visitor, product);
    await visitor.keeps(person.tokens);
    await visitor.open('/');
    await chat.composer.waitFor();
    return { chat, person };
  }

  /** A client with the session of this browser. */
  async client(): Promise<Client> {
    const tokens = await this.page.evaluate<string>(`localStorage.getItem('${TOKENS_KEY}')`);
    return this.product.client.as((JSON.parse(tokens) as { access_token: string }).access_token);
  }

  /** One more tab of the same browser. */
  async anotherTab(): Promise<ConsolePage> {
    const tab = new ConsolePage(await this.visitor.anotherTab(), this.product);
    await tab.visitor.open('/');
    return tab;
  }

  leave = (): Promise<void> => this.visitor.leave();

  /** Signs in with the code that the phone on the screen shows. */
  async signIn(mobileNumber: string, name = ''): Promise<void> {
    await this.page.getByLabel('Mobile number').fill(mobileNumber);
    await this.page.getByLabel('Name').fill(name);
    await this.press('Send code');
    await this.press('Use this code');
    await this.press('Sign in');
    await this.composer.waitFor();
  }

  press = (name: string | RegExp): Promise<void> => this.visitor.press(name);

  get composer(): Locator {
    return this.page.getByLabel('Message', { exact: true });
  }

  /** The replies on the page, oldest first. */
  get replies(): Locator {
    return this.page.getByRole('article', { name: 'Answer' });
  }

  /** The messages that the person has sent, as far as the server has taken them. */
  get messages(): Locator {
    return this.page.getByRole('article', { name: 'You' });
  }

  /** Waits until these are the messages of the person that the page shows. */
  showsMessages = (...texts: string[]): Promise<unknown> =>
    eventually(
      () => this.messages.allInnerTexts(),
      (shown) => JSON.stringify(shown) === JSON.stringify(texts),
    );

  /** Opens the form of a message, by its place on the page, and replaces its text. */
  async edit(nth: number, text: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Edit message' }).nth(nth).click();
    await this.page.getByLabel('New text of the message').fill(text);
  }

  /** The newest reply, once it is in this state. */
  async reply(state: string, nth = -1): Promise<Locator> {
    const all = this.page.locator(`article[aria-label="Answer"]`);
    const one = nth < 0 ? all.last() : all.nth(nth);
    await one.and(this.page.locator(`[data-state="${state}"]`)).waitFor();
    return one;
  }

  async send(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.press('Send');
  }

  /** Sends a message, and waits until its reply is in a state. */
  async ask(text: string, state = 'completed'): Promise<Locator> {
    const before = await this.replies.count();
    await this.send(text);
    return this.reply(state, before);
  }

  /** Tells the model what to do with a message that contains `match`. */
  async script(match: string, script: object): Promise<void> {
    const { status, text } = await this.product.client.post('/sandbox/llm/script', {
      scripts: [{ match, ...script }],
    });
    if (status !== 200 && status !== 201 && status !== 204) throw new Error(`not scripted: ${text}`);
  }

  /** Sends a message whose reply goes on until it is stopped, and waits for the word with this number. */
  async sendEndless(text: string, word = 3): Promise<void> {
    await this.script(text, { chunks: ENDLESS, chunk_delay_ms: ENDLESS_DELAY_MS });
    await this.send(text);
    await this.showsWord(word);
  }

  /** Waits for a word of the endless reply. */
  showsWord = (word: number): Promise<void> =>
    this.replies.getByText(`w${word} `, { exact: false }).first().waitFor();

  /** Writes a picture of the window for the documents, where the run is asked to (`npm run console:pictures`). */
  async picture(name: string, isSmall = false): Promise<void> {
    await this.page.evaluate(nothingMoves);
    await this.page.mouse.move(0, 0);
    await this.visitor.picture(name, { isWhole: false, isSmall });
  }

  /** Chooses what the model does with the next message, in the drawer. */
  async chooseScript(name: string): Promise<void> {
    await this.page.getByRole('tab', { name: 'Model' }).click();
    await this.press(name);
    await this.page.getByText('waits for the next request').waitFor();
  }

  violations = (): Promise<string[]> => axeViolations(this.page);
}

/** Adds nothing to the page: axe-core runs beside its scripts. @returns serious and critical violations */
export async function axeViolations(page: Page): Promise<string[]> {
  axe ??= readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  // Once until the next load of the page: it is half a megabyte to compile.
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axe);
  // In the middle of a transition no colour is the one that people read.
  await page.evaluate(nothingMoves);
  const { violations } = await page.evaluate<AxeResults>(
    'axe.run(document, { resultTypes: ["violations"] })',
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

interface AxeResults {
  violations: { id: string; impact: string; nodes: { html: string }[] }[];
}
