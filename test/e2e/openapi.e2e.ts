import { readFileSync } from 'node:fs';
import { inlined, routesOf, type ApiDocument } from '../../src/platform/openapi/api-document.js';
import { sharedProduct, startProduct, type Product } from '../support/product.js';

const committed = JSON.parse(readFileSync('openapi.json', 'utf8')) as ApiDocument;

async function served(by: Promise<Product>): Promise<ApiDocument> {
  const product = await by;
  const { body } = await product.client.get('/docs-json', { undocumented: true });
  await product.close();
  return body as ApiDocument;
}

it('the served document equals the committed one', async () => {
  expect(await served(sharedProduct())).toEqual(committed);
});

it('without a sandbox the document lacks the sandbox routes only', async () => {
  const providers = {
    OTP_DELIVERY: 'webhook',
    SMS_WEBHOOK_URL: 'http://127.0.0.1:9/sms',
    SMS_WEBHOOK_SECRET: 'only-for-tests-0123456789abcdef',
    GEMINI_API_KEY: 'only-for-tests',
    STRIPE_SECRET_KEY: 'sk_test_none',
    STRIPE_WEBHOOK_SECRET: 'whsec_none',
    STRIPE_PRICE_PRO_ID: 'price_none',
  };
  const document = await served(startProduct(providers));
  const real = routesOf(inlined(committed)).filter(({ operation }) => !operation.tags!.includes('Sandbox'));
  expect(routesOf(inlined(document))).toEqual(real);
  expect(document.tags.map(({ name }) => name)).not.toContain('Sandbox');
});
