import { askCode, newMobile } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';

let product: Product;
beforeAll(async () => {
  product = await startProduct({ TRUST_PROXY: '127.0.0.1', OTP_SENDS_PER_IP_PER_HOUR: '2' });
});
afterAll(() => product.close());

const through = (forwarded: string) => ({ headers: { 'x-forwarded-for': forwarded } });
const sendFrom = async (forwarded: string) =>
  (await product.client.post('/auth/send-otp', { mobile_number: newMobile() }, through(forwarded))).status;

it('an address is the same with a port, in brackets, in quotes, and as IPv4 in IPv6', async () => {
  expect([await sendFrom('203.0.113.77:50002'), await sendFrom('203.0.113.77:50003')]).toEqual([202, 202]);
  for (const spelling of [
    '203.0.113.77',
    '203.0.113.77:50004',
    '"203.0.113.77:1"',
    '::ffff:203.0.113.77',
    '198.51.100.1, 203.0.113.77:9',
    '203.0.113.77:9,, ,',
  ])
    expect([spelling, await sendFrom(spelling)]).toEqual([spelling, 429]);
  expect([await sendFrom('[2001:db8::1]:443'), await sendFrom('"[2001:db8::2]"')]).toEqual([202, 202]);
  expect(await sendFrom('2001:DB8:0:0::3')).toBe(429);
});

it('a session is listed with the plain address', async () => {
  const code = await askCode(product);
  const { body } = await product.client.post('/auth/verify-otp', code, through('"[2001:DB8:0::7]:443"'));
  const sessions = await product.client.as(body.access_token).get('/auth/sessions');
  expect(sessions.body.data[0].ip).toBe('2001:db8::7');
});

it('a malformed entry stands for the proxy itself, and entries before it are ignored', async () => {
  // The proxy's own address has sent one code, in the test above.
  expect(await sendFrom('unknown')).toBe(202);
  for (const header of ['unknown', '_hidden', '203.0.113.1, unknown', '203.0.113.999', ' ', 'a'.repeat(8000)])
    expect([header, await sendFrom(header)]).toEqual([header, 429]);
});
