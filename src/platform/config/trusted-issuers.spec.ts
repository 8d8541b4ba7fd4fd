import { ConfigError } from './config-error.js';
import { trustedIssuers } from './trusted-issuers.js';

const JWKS = 'https://id.app.dev/jwks.json';

/** The faults of the text; empty for none. */
function faults(text: string): string {
  try {
    trustedIssuers(text);
    return '';
  } catch (error) {
    return (error as ConfigError).problems.map(({ message }) => message).join();
  }
}

it('issuer, audience and address of the keys are read exactly as written', () => {
  expect(
    trustedIssuers(` https://id.app.dev/ | chat |${JWKS} , accounts.other.com|x|https://other.com/keys`),
  ).toEqual([
    { issuer: 'https://id.app.dev/', audiences: ['chat'], jwksUrl: JWKS },
    { issuer: 'accounts.other.com', audiences: ['x'], jwksUrl: 'https://other.com/keys' },
  ]);
});

it('an issuer may have several audiences', () => {
  expect(trustedIssuers(`a|web|${JWKS},a|mobile|${JWKS}`)).toEqual([
    { issuer: 'a', audiences: ['web', 'mobile'], jwksUrl: JWKS },
  ]);
});

it('no issuer is trusted without a value', () => {
  expect(trustedIssuers(undefined)).toEqual([]);
});

it.each(['http://localhost:8080/jwks', 'http://127.0.0.1/jwks', 'http://[::1]:9/jwks'])(
  '%s needs no https: it is loopback',
  (url) => {
    expect(faults(`a|b|${url}`)).toBe('');
  },
);

it.each([
  ['http://id.app.dev/jwks', 'has a jwks_url without https'],
  ['http://localhost.app.dev/jwks', 'has a jwks_url without https'],
  ['http://127.0.0.1.app.dev/jwks', 'has a jwks_url without https'],
  ['file:///etc/jwks', 'has a jwks_url that is no http address'],
  ['jwks', 'has a jwks_url that is no http address'],
  ['https://me:secret@id.app.dev/jwks', 'has a jwks_url with credentials in it'],
])('%s %s', (url, fault) => {
  expect(faults(`a|b|${url}`)).toBe(`entry 1 ${fault}`);
});

it('all wrong entries are reported together, by position and without their values', () => {
  const message = faults(`a|b,a|b|${JWKS},a|b|${JWKS},a|c|https://evil.dev/,||${JWKS},,a|d|${JWKS}|x`);
  expect(message.split('; ')).toEqual([
    'entry 1 is not issuer|audience|jwks_url',
    'entry 3 is listed twice',
    'entry 4 has another jwks_url than an entry before it',
    'entry 5 is not issuer|audience|jwks_url',
    'entry 6 is not issuer|audience|jwks_url',
    'entry 7 is not issuer|audience|jwks_url',
  ]);
});
