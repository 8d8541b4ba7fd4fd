import type { Browser, Locator, Page } from 'playwright-core';
import { PATIENCE_MS } from './eventually.js';
import { axeViolations, nothingMoves } from './console-page.js';
import { signIn, type SignedIn } from './people.js';
import type { Product } from './product.js';
import { SIZES, Visitor } from './visitor.js';

/** The operators' panel in a browser. */
export class PanelPage {
  readonly page: Page;

  private constructor(
    readonly visitor: Visitor,
    readonly admin: SignedIn,
  ) {
    this.page = visitor.page;
    this.page.setDefaultTimeout(PATIENCE_MS);
  }

  /** Opens the entrance in a browser where this person is signed in. */
  static async entrance(
    browser: Browser,
    product: Product,
    person: SignedIn,
    size: keyof typeof SIZES = 'desktop',
  ): Promise<PanelPage> {
    const visitor = await Visitor.arrive(browser, product.url, size);
    const panel = new PanelPage(visitor, person);
    await visitor.keeps(person.tokens);
    await visitor.open('/operators');
    return panel;
  }

  /** The panel of a new admin. */
  static async open(
    browser: Browser,
    product: Product,
    size: keyof typeof SIZES = 'desktop',
  ): Promise<PanelPage> {
    const admin = await signIn(product);
    await product.rows(`update users set role = 'admin', name = 'Olga Operator' where id = $1`, [
      admin.user.id,
    ]);
    const panel = await PanelPage.entrance(browser, product, admin, size);
    await visitorSees(panel, 'Overview');
    return panel;
  }

  leave = (): Promise<void> => this.visitor.leave();
  press = (name: string | RegExp): Promise<void> => this.visitor.press(name);

  /** Opens a section by its link. */
  async section(name: string): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
    await visitorSees(this, name);
  }

  /** The row of a table that contains a text. */
  row = (text: string | RegExp): Locator => this.page.getByRole('row').filter({ hasText: text }).first();

  /**
   * Performs an act: reads what will happen, fills in the fields, confirms, and waits for what has happened.
   * @param button its button
   */
  async act(
    button: Locator,
    { will, did, fields = {} }: { will: string; did: string; fields?: Record<string, string> },
  ): Promise<void> {
    const label = (await button.innerText()).trim();
    await button.click();
    const dialog = this.page.getByRole('dialog');
    await dialog.getByText(will, { exact: false }).waitFor();
    for (const [name, value] of Object.entries(fields)) await dialog.getByLabel(name).fill(value);
    await dialog.getByRole('button', { name: label, exact: true }).click();
    await this.done(did);
  }

  /** Waits until the page says that this was done. */
  done = (text: string): Promise<void> =>
    this.page.locator('[aria-live="polite"]').getByText(text, { exact: false }).waitFor();

  violations = (): Promise<string[]> => axeViolations(this.page);

  async picture(name: string): Promise<void> {
    await this.page.evaluate(nothingMoves);
    await this.page.mouse.move(0, 0);
    await this.visitor.picture(name, { isWhole: false });
  }
}

const visitorSees = ({ visitor }: PanelPage, heading: string): Promise<void> => visitor.sees(heading);
