import { askCode, newMobile, wrong } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';

let product: Product;
beforeAll(async () => {
  product = await sharedProduct();
});
afterAll(() => product.close());

const verify = (body: object) => product.client.post('/auth/verify-otp', body);
const times = <T>(n: number, run: () => Promise<T>) => Promise.all(Array.from({ length: n }, run));

it('five wrong guesses end their challenge, and no other', async () => {
  const ended = await askCode(product);
  const other = await askCode(product, ended.mobile_number);
  const bad = { ...ended, otp: wrong(ended.otp) };
  for (const _ of [1, 2, 3, 4, 5]) expect((await verify(bad)).status).toBe(401);
  const refused = await verify(ended);
  expect(refused).toMatchObject({ status: 429, body: { code: 'otp_attempts_exceeded' } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(290);
  expect((await verify(other)).status).toBe(200);
});

it('parallel wrong codes across resends are five guesses in all', async () => {
  const code = await askCode(product);
  const { mobile_number, challenge_id } = code;
  const bad = { ...code, otp: wrong(code.otp) };
  const [answers] = await Promise.all([
    times(30, () => verify(bad)),
    times(5, () => askCode(product, mobile_number, { body: { challenge_id } })),
  ]);
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
  expect((await verify(code)).status).toBe(429);
});

it('guesses that name no challenge have a bucket of their own, which closes no named challenge', async () => {
  const code = await askCode(product);
  const { mobile_number } = code;
  const answers = await times(12, () => verify({ mobile_number, otp: wrong(code.otp) }));
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
  const refused = await verify({ mobile_number, otp: code.otp });
  expect(refused).toMatchObject({ status: 429, body: { code: 'otp_attempts_exceeded' } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(890);
  expect((await verify(code)).status).toBe(200);
});

it('a right code that names no challenge costs no guess', async () => {
  const mobile = newMobile();
  for (const _ of [1, 2, 3, 4, 5, 6]) {
    const { mobile_number, otp } = await askCode(product, mobile);
    expect((await verify({ mobile_number, otp })).status).toBe(200);
  }
});

it('a code is bound to its number and its challenge', async () => {
  const [mine, yours] = [await askCode(product), await askCode(product)];
  expect((await verify({ ...mine, mobile_number: yours.mobile_number })).status).toBe(401);
  expect((await verify({ ...mine, challenge_id: yours.challenge_id })).status).toBe(401);
  expect((await verify({ ...mine, challenge_id: 'nonsense' })).status).toBe(401);
  expect((await verify(mine)).status).toBe(200);
});
