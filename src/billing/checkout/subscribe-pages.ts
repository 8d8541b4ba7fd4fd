import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { HttpAnswer } from '../../platform/http/responses/http-answer.js';
import { pageHeaders } from '../../platform/http/edge/standard-headers.js';
import { escapeHtml, htmlPage, PAGE_POLICY } from '../../platform/pages/html.js';

/** Pages that Stripe returns to where the app has none. They link back to the app; opening them does not grant Pro. */
@Injectable()
export class SubscribePages {
  readonly success: HttpAnswer<string>;
  readonly cancel: HttpAnswer<string>;

  constructor(@Inject(CONFIG) config: Config) {
    const { appLink } = config.billing;
    const back =
      appLink === null
        ? '<p>You can close this page and return to the app.</p>'
        : `<p><a href="${escapeHtml(appLink)}">Back to the app</a></p>`;
    this.success = page(
      'Thank you',
      `<p>Your payment is being confirmed. Pro starts as soon as it is, usually within seconds.</p>\n${back}`,
    );
    this.cancel = page('Nothing was paid', `<p>You can subscribe to Pro at any time.</p>\n${back}`);
  }
}

const page = (title: string, body: string): HttpAnswer<string> =>
  new HttpAnswer(htmlPage(title, body), {
    ...pageHeaders(PAGE_POLICY),
    'content-type': 'text/html; charset=utf-8',
  });
