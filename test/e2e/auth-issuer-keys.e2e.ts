import type { Answer } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { leastMs, timed } from '../support/least-time.js';
import { newUser } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';
import { TokenIssuer, type Trouble } from '../support/token-issuer.js';

/** Each test has its own issuer, so that it counts only its own requests. */
const issuers: TokenIssuer[] = [];
let product: Product;
beforeAll(async () => {
  issuers.push(...(await Promise.all(Array.from({ length: 40 }, () => TokenIssuer.start()))));
  product = await startProduct({
    AUTH_TRUSTED_ISSUERS: issuers.map(({ setting }) => setting).join(','),
    WORKER: 'separate',
  });
});
afterAll(async () => {
  await product.close();
  await Promise.all(issuers.map((issuer) => issuer.close()));
});

const COOL_DOWN_SECONDS = 10;
const REFRESH_SECONDS = 300;
const DAY_SECONDS = 86_400;
/** Promise 9: within a second. Twice that here, for a machine under test load; a hang lasts for minutes. */
const SOON_MS = 2000;

let used = 0;
const newIssuer = (): TokenIssuer => issuers[used++]!;

/** Seconds by which the product's clock is ahead of this one. */
let ahead = 0;
async function pass(seconds: number): Promise<void> {
  await product.advanceClock(seconds);
  ahead += seconds;
}
/** A token that is good for hours, by the product's clock. */
function tokenOf(issuer: TokenIssuer, header: object = {}, claims: object = {}): string {
  const iat = Math.floor(Date.now() / 1000) + ahead;
  return issuer.token({ iat, exp: iat + DAY_SECONDS / 2, ...claims }, header);
}
const me = (token: string) => product.client.as(token).get('/user/me');
const outcome = ({ status, body }: Answer) => body.code ?? status;
const tryOne = async (issuer: TokenIssuer, header: object = {}) => outcome(await me(tokenOf(issuer, header)));
/**
 * Outcome of a request once the keys of its issuer have arrived. A request waits for them for 700 ms; on a busy machine the
 * read may take longer. Repeated requests cause no second read within the cool-down, so `issuer.asked` stays exact.
 */
const onceRead = (request: () => Promise<unknown>) => eventually(request, (seen) => seen !== 'unavailable');

describe('the keys of an issuer', () => {
  it('are fetched once for parallel first requests', async () => {
    const issuer = newIssuer();
    const answers = await Promise.all(Array.from({ length: 20 }, () => onceRead(() => tryOne(issuer))));
    expect(answers).toEqual(Array(20).fill(200));
    expect(issuer.asked).toBe(1);
  });

  it('are awaited by the request that needs them', async () => {
    const firsts: unknown[] = [];
    // Three issuers: on a busy machine the read of one may take longer than a request waits for it.
    for (let nth = 0; nth < 3; nth += 1) firsts.push(await tryOne(newIssuer()));
    expect(firsts).toContain(200);
    expect(new Set(firsts.filter((first) => first !== 'unavailable'))).toEqual(new Set([200]));
  });

  it('rotate without a restart: a new key is fetched when a token names it', async () => {
    const issuer = newIssuer();
    const old = tokenOf(issuer);
    expect(await onceRead(async () => outcome(await me(old)))).toBe(200);
    issuer.rotate();
    await pass(COOL_DOWN_SECONDS);
    expect(await onceRead(() => tryOne(issuer))).toBe(200);
    expect(outcome(await me(old))).toBe(200);
    expect(issuer.asked).toBe(2);
  });

  it('are dropped when the issuer removes them, also for tokens seen before', async () => {
    const issuer = newIssuer();
    const seen = tokenOf(issuer);
    const unseen = tokenOf(issuer);
    expect(await onceRead(async () => outcome(await me(seen)))).toBe(200);
    issuer.rotate({ keep: false });
    await pass(REFRESH_SECONDS);
    expect(outcome(await me(unseen))).toBe('unauthenticated');
    expect(outcome(await me(seen))).toBe('unauthenticated');
    expect(await tryOne(issuer)).toBe(200);
  });

  it('are not fetched by a flood of tokens with unknown key ids', async () => {
    const issuer = newIssuer();
    expect(await onceRead(() => tryOne(issuer))).toBe(200);
    await pass(COOL_DOWN_SECONDS);
    const flood = await Promise.all(
      Array.from({ length: 200 }, (_, n) => tryOne(issuer, { kid: `made up ${n}` })),
    );
    // On a busy machine the one fetch may take longer than a request waits for it.
    expect(new Set(flood.filter((answer) => answer !== 'unavailable'))).toEqual(new Set(['unauthenticated']));
    expect(await onceRead(() => tryOne(issuer, { kid: 'made up later' }))).toBe('unauthenticated');
    expect(issuer.asked).toBe(2);
  });

  it('are awaited briefly and used when they arrive later', async () => {
    const issuer = newIssuer();
    issuer.trouble = 'hangs';
    expect(await tryOne(issuer)).toBe('unavailable');
    issuer.relent();
    await eventually(
      () => tryOne(issuer),
      (answer) => answer === 200,
    );
    // Now it is known what there is, and what not.
    expect(await tryOne(issuer, { kid: 'another' })).toBe('unauthenticated');
    expect(issuer.asked).toBe(1);
  });
});

describe('an issuer that', () => {
  const troubles: (Trouble | 'is gone')[] = [
    'hangs',
    'fails',
    'talks nonsense',
    'sends elsewhere',
    'is gone',
  ];
  const strike = async (issuer: TokenIssuer, trouble: Trouble | 'is gone') => {
    if (trouble === 'is gone') await issuer.close();
    else issuer.trouble = trouble;
  };
  /** Answers to parallel requests and a later one; a request with a token of our own is served after them. */
  const troubled = async (issuer: TokenIssuer, ownToken: string): Promise<Answer[]> => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => me(tokenOf(issuer))));
    const later = await me(tokenOf(issuer));
    expect((await me(ownToken)).status).toBe(200);
    return [...answers, later];
  };

  it.each(troubles)(
    '%s when its keys are needed: 503 soon, and our own tokens are not touched',
    async (trouble) => {
      const own = await newUser(product);
      /** Milliseconds of all requests to an issuer that was not read before. */
      const withTrouble = async () => {
        const issuer = newIssuer();
        await strike(issuer, trouble);
        const [answers, ms] = await timed(troubled(issuer, own.token));
        for (const { status, body, headers } of answers) {
          expect([status, body.code]).toEqual([503, 'unavailable']);
          expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
          expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(COOL_DOWN_SECONDS);
        }
        expect(issuer.asked).toBeLessThanOrEqual(1);
        return ms;
      };
      expect(await leastMs(SOON_MS, withTrouble)).toBeLessThan(SOON_MS);
    },
  );

  it.each(troubles)(
    '%s after the keys are known: tokens with known keys are accepted, and only others wait',
    async (trouble) => {
      const issuer = newIssuer();
      const seen = tokenOf(issuer);
      expect(await onceRead(async () => outcome(await me(seen)))).toBe(200);
      await strike(issuer, trouble);
      await pass(REFRESH_SECONDS);
      expect(outcome(await me(seen))).toBe(200);
      expect(await tryOne(issuer)).toBe(200);
      expect(await tryOne(issuer, { kid: 'another' })).toBe('unavailable');
      await pass(COOL_DOWN_SECONDS);
      expect(await tryOne(issuer)).toBe(200);
    },
  );

  it('comes back is used again', async () => {
    const issuer = newIssuer();
    issuer.trouble = 'fails';
    expect(await tryOne(issuer)).toBe('unavailable');
    issuer.trouble = null;
    await pass(COOL_DOWN_SECONDS);
    expect(await onceRead(() => tryOne(issuer))).toBe(200);
  });

  it('is silent for a day loses its keys here', async () => {
    const issuer = newIssuer();
    expect(await onceRead(() => tryOne(issuer))).toBe(200);
    issuer.trouble = 'fails';
    await pass(DAY_SECONDS);
    expect(await tryOne(issuer)).toBe('unavailable');
  });
});
