import fc from 'fast-check';
import { readMobileNumber, type NumberPolicy } from './mobile-number.js';

const REAL: NumberPolicy = {
  defaultCountry: 'IN',
  allowedCountries: [],
  anyDigits: false,
  isTestNumber: (number) => number === '+15550100',
};
const SANDBOX: NumberPolicy = { ...REAL, anyDigits: true };
const read = (text: string, policy: Partial<NumberPolicy> = {}) => {
  const reading = readMobileNumber(text, { ...REAL, ...policy });
  return 'e164' in reading ? reading.e164 : reading.refused;
};

it.each([
  ['+919876543210', '+919876543210'],
  ['9876543210', '+919876543210'],
  ['09876543210', '+919876543210'],
  ['00919876543210', '+919876543210'],
  ['+91 (98765) 432-10', '+919876543210'],
  ['+91 98765\u201143210', '+919876543210'],
  ['\u202a+919876543210\u202c', '+919876543210'],
  ['+٩١٩٨٧٦٥٤٣٢١٠', '+919876543210'],
  ['+९१९८७६५४३२१०', '+919876543210'],
  ['＋９１（９８７６５）－４３２１０', '+919876543210'],
  ['+91 98765\u221243210', '+919876543210'],
  ['\u200f+91\u00ad98765\u200b43210\u2060', '+919876543210'],
  ['tel:+91-98765-43210', '+919876543210'],
  ['９８７６５４３２１０', '+919876543210'],
  ['+49 151 23456789', '+4915123456789'],
  ['+1 202 555 0123', '+12025550123'],
  ['+39 333 1234567', '+393331234567'],
])('%s is %s', (text, expected) => {
  expect(read(text)).toBe(expected);
});

it.each([
  ['a landline', '+49 30 123456'],
  ['a number with an extension', '+919876543210 ext. 5'],
  ['a number inside a sentence', 'call +919876543210 now'],
  ['two numbers', '+919876543210 +919876543211'],
  ['too few digits', '+9198765'],
  ['a number of no country', '+999123456789'],
  ['letters', '+91 FLOWERS 210'],
  ['nothing', ''],
  ['NUL', '+91987654\u00003210'],
  ['a tel URI with an extension', 'tel:+919876543210;ext=5'],
  ['digits of mathematics', '+91987654321\u{1d7d8}'],
])('%s is no mobile number', (_, text) => {
  expect(read(text)).toBe('invalid_number');
});

it('without a default country a national number is refused', () => {
  expect(read('9876543210', { defaultCountry: null })).toBe('invalid_number');
});

it.each([null, 'US', 'IN', 'AU'])(
  'with the default country %s, 00 replaces the + of a number',
  (defaultCountry) => {
    expect(read('0049 151 23456789', { defaultCountry })).toBe('+4915123456789');
  },
);

it('the international prefix of a country is read as people there write it', () => {
  expect(read('0011 49 151 23456789', { defaultCountry: 'AU' })).toBe('+4915123456789');
  expect(read('011 49 151 23456789', { defaultCountry: 'US' })).toBe('+4915123456789');
});

it('the digits of every script come in runs of ten, zero first', () => {
  const digits = Array.from({ length: 0x10000 }, (_, code) => code).filter((code) =>
    /\p{Nd}/u.test(String.fromCharCode(code)),
  );
  expect(digits.length % 10).toBe(0);
  for (const [nth, code] of digits.entries()) expect(code - digits[nth - (nth % 10)]!).toBe(nth % 10);
});

it.each([
  ['+919876543210', ['IN'], '+919876543210'],
  ['+4915123456789', ['IN'], 'country_not_allowed'],
  ['+77012345678', ['RU'], 'country_not_allowed'],
  ['+77012345678', ['KZ'], '+77012345678'],
])('%s where %j may sign in is %s', (text, allowedCountries, expected) => {
  expect(read(text, { allowedCountries })).toBe(expected);
});

it.each([
  ['+12345678', '+12345678'],
  ['12345678', '+9112345678'],
  ['+123456789012345', '+123456789012345'],
  ['+1 555 010 0123', '+15550100123'],
  ['9876543210', '+919876543210'],
  ['+49 30 123456', '+4930123456'],
  ['1234567', 'invalid_number'],
  ['1234567890123456', 'invalid_number'],
  ['+12a345678', 'invalid_number'],
])('in the sandbox %s is %s', (text, expected) => {
  expect(read(text, SANDBOX)).toBe(expected);
});

/** An international number in digits alone, also one that no country has. */
const anyNumber = fc
  .tuple(
    fc.integer({ min: 1, max: 9 }),
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 7, maxLength: 14 }),
  )
  .map(([first, rest]) => [first, ...rest].join(''));

it.each([null, 'IN', 'US', 'DE'])(
  'in the sandbox with the default country %s every spelling of a number leads to one account',
  (defaultCountry) => {
    const spellings = (digits: string) => [
      `00${digits}`,
      `00 ${digits.slice(0, 2)}-(${digits.slice(2)})`,
      `+ ${digits.slice(0, 3)}.${digits.slice(3)}`,
      `tel:+${digits}`,
      `\u202a+${digits}\u202c`,
      `＋${[...digits].map((digit) => String.fromCharCode(0xff10 + Number(digit))).join('')}`,
      `+${[...digits].map((digit) => String.fromCharCode(0x0660 + Number(digit))).join('\u2212')}`,
    ];
    fc.assert(
      fc.property(anyNumber, (digits) => {
        const one = read(`+${digits}`, { ...SANDBOX, defaultCountry });
        for (const text of spellings(digits)) expect(read(text, { ...SANDBOX, defaultCountry })).toBe(one);
      }),
      { numRuns: 100 },
    );
  },
);

it('a test number need not exist, and may be spelled like any other', () => {
  expect(read('001 555 0100')).toBe('+15550100');
  expect(read('+1 555 0100')).toBe('+15550100');
  expect(read('+1 555 0101')).toBe('invalid_number');
});
