import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../../../platform/problem/problem.js';
import { pageHeaders } from '../../../platform/http/edge/standard-headers.js';
import { SandboxGuard } from '../../sandbox.guard.js';
import { PAYING_CARDS, StripeApiError, StripeSandbox } from '@chat-backend/stripe-sandbox';
import { checkoutPage, failedPage, successUrl } from './checkout-page.js';
import { invoicePage } from './invoice-page.js';
import { PAGES_PATH, unknownPage, type Page } from './page-parts.js';
import { portalPage } from './portal-page.js';
import { checkoutView, invoiceView, portalView } from './views.js';

type Request = FastifyRequest<{ Params: { id: string; what?: string } }>;
/** An action of a visitor; returns the address of the next page. */
type Act = (id: string, what: string) => Promise<string>;

/**
 * The pages for paying and managing a subscription. Registered directly with Fastify, like all pages: guards, limits and the
 * OpenAPI document belong to the API. The forms are empty, so that no form parser is needed.
 */
@Injectable()
export class StripePages implements OnModuleInit {
  constructor(
    private readonly sandbox: StripeSandbox,
    private readonly host: HttpAdapterHost,
    private readonly guard: SandboxGuard,
  ) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    this.addCheckout(server);
    this.addPortal(server);
    this.addInvoice(server);
  }

  private addCheckout(server: FastifyInstance): void {
    this.show(server, '/checkout/:id', async (id) => {
      const view = await checkoutView(this.sandbox, id);
      return view ? checkoutPage(view) : unknownPage('checkout');
    });
    const pay: Act = async (id, what) => {
      const card = PAYING_CARDS.find((each) => each === (what || 'works'));
      if (!card) throw Problem.notFound();
      await this.sandbox.pay(id, { card }).catch(async (refusal: unknown) => {
        // Of two clicks the second is refused, because the first has paid.
        const view = await checkoutView(this.sandbox, id);
        if (view?.session.status !== 'complete') throw refusal;
      });
      return successUrl((await checkoutView(this.sandbox, id))!.session);
    };
    this.act(server, '/checkout/:id/pay', pay);
    this.act(server, '/checkout/:id/pay/:what', pay);
    this.act(server, '/checkout/:id/decline', async (id) => {
      await this.sandbox.decline(id);
      return `${PAGES_PATH}/checkout/${id}`;
    });
    this.act(server, '/checkout/:id/decline/incomplete', async (id) => {
      await this.sandbox.decline(id, { incomplete: true });
      return `${PAGES_PATH}/checkout/${id}`;
    });
    this.act(server, '/checkout/:id/debit/:what', async (id, what) => {
      await this.sandbox.endBankDebit(id, what === 'succeeds');
      return `${PAGES_PATH}/checkout/${id}`;
    });
  }

  private addPortal(server: FastifyInstance): void {
    this.show(server, '/portal/:id', async (id) => {
      const view = await portalView(this.sandbox, id);
      return view ? portalPage(view) : unknownPage('portal session');
    });
    const inPortal = (path: string, act: (customer: string, what: string) => Promise<unknown>): void =>
      this.act(server, `/portal/:id/${path}`, async (id, what) => {
        const view = await portalView(this.sandbox, id);
        if (!view) throw StripeApiError.missing('portal session', id);
        await act(view.customer.id, what);
        return `${PAGES_PATH}/portal/${id}`;
      });
    inPortal('cancel/:what', (_, subscription) => this.sandbox.cancelAtPeriodEnd(subscription));
    inPortal('resume/:what', (_, subscription) => this.sandbox.keep(subscription));
    inPortal('card/declines', (customer) => this.sandbox.setCard(customer, 'declines'));
    inPortal('card/works', (customer) => this.sandbox.setCard(customer, 'works'));
  }

  private addInvoice(server: FastifyInstance): void {
    this.show(server, '/invoices/:id', async (id) => {
      const invoice = await invoiceView(this.sandbox, id);
      return invoice ? invoicePage(invoice) : unknownPage('invoice');
    });
    this.act(server, '/invoices/:id/pay', async (id) => {
      await this.sandbox.payInvoice(id);
      return `${PAGES_PATH}/invoices/${id}`;
    });
  }

  private show(server: FastifyInstance, path: string, make: (id: string) => Promise<Page>): void {
    server.get(PAGES_PATH + path, { config: { produces: ['*'] } }, async (request: Request, reply) => {
      this.guard.admit(request);
      return send(reply, await make(request.params.id));
    });
  }

  /** Answers a form with a redirect (303) to a page that can be reloaded. */
  private act(server: FastifyInstance, path: string, act: Act): void {
    server.post(PAGES_PATH + path, { config: { produces: ['*'] } }, async (request: Request, reply) => {
      this.guard.admit(request);
      const { id, what = '' } = request.params;
      try {
        return reply.redirect(await act(id, what), 303);
      } catch (error) {
        if (!(error instanceof StripeApiError)) throw error;
        return send(reply, error.status === 404 ? unknownPage('checkout') : failedPage(error.message));
      }
    });
  }
}

function send(reply: FastifyReply, { status, html, policy }: Page): FastifyReply {
  // `no-store`: the back button shows the current state unless the browser has kept the page in memory; `no-cache` alone
  // would allow a copy from the disk.
  // `no-referrer` would set the Origin of the forms to `null`, like that of another site's forms.
  const headers = {
    ...pageHeaders(policy),
    'cache-control': 'no-store',
    'referrer-policy': 'same-origin',
  };
  return reply.code(status).headers(headers).type('text/html; charset=utf-8').send(html);
}
