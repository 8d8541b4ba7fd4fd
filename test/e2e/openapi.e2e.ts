import { readFileSync } from 'node:fs';
import { inlined, routesOf, type ApiDocument } from '../../src/platform/openapi/api-document.js';
import { startProduct } from '../support/product.js';

const committed = JSON.parse(readFileSync('openapi.json', 'utf8')) as ApiDocument;

async function served(environment: Record<string, string> = {}): Promise<ApiDocument> {
  const product = await startProduct(environment);
  const { body } = await product.client.get('/docs-json', { undocumented: true });
  await product.close();
  return body as ApiDocument;
}

it('the served document equals the committed one', async () => {
  expect(await served()).toEqual(committed);
});

it('without a sandbox the document lacks the sandbox routes only', async () => {
  const document = await served({
    OTP_DELIVERY: 'webhook',
    SMS_WEBHOOK_URL: 'http://127.0.0.1:9/sms',
    SMS_WEBHOOK_SECRET: 'only-for-tests-0123456789abcdef',
    GEMINI_API_KEY: 'only-for-tests',
    STRIPE_SECRET_KEY: 'sk_test_none',
    STRIPE_WEBHOOK_SECRET: 'whsec_none',
    STRIPE_PRICE_PRO_ID: 'price_none',
  });
  const real = routesOf(inlined(committed)).filter(({ operation }) => !operation.tags!.includes('Sandbox'));
  expect(routesOf(inlined(document))).toEqual(real);
  expect(document.tags.map(({ name }) => name)).not.toContain('Sandbox');
});
