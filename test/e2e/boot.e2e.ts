import { Client } from '../support/client.js';
import { sharedProduct, type Product } from '../support/product.js';

let product: Product;
beforeAll(async () => {
  product = await sharedProduct();
});
afterAll(() => product.close());

it('an unknown address answers as problem+json', async () => {
  const answer = await new Client(product.url).get('/nowhere');
  expect(answer.status).toBe(404);
  expect(answer.body).toMatchObject({ code: 'not_found', instance: '/nowhere' });
});
