import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { HttpAnswer } from '../../platform/http/responses/http-answer.js';
import { pageHeaders } from '../../platform/http/edge/standard-headers.js';
import { escapeHtml, htmlPage, PAGE_POLICY } from '../../platform/pages/html.js';

/** Our own pages after Stripe's: they link back to the app and grant nothing. */
@Injectable()
export class SubscribePages {
  readonly success: HttpAnswer<string>;
  readonly cancel: HttpAnswer<string>;

  constructor(@Inject(CONFIG) config: Config) {
    const { appLink } = config.billing;
    const back =
      appLink === null
        ? '<p>You can close this page and go back to the app.</p>'
        : `<p><a href="${escapeHtml(appLink)}">Back to the app</a></p>`;
    this.success = page(
      'Thank you',
      `<p>The payment is on its way. Pro begins as soon as it is confirmed, usually within seconds.</p>\n${back}`,
    );
    this.cancel = page('Nothing was paid', `<p>You can subscribe to Pro whenever you like.</p>\n${back}`);
  }
}

const page = (title: string, body: string): HttpAnswer<string> =>
  new HttpAnswer(htmlPage(title, body), {
    ...pageHeaders(PAGE_POLICY),
    'content-type': 'text/html; charset=utf-8',
  });
