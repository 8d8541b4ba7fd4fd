import fc from 'fast-check';
import { BlockBuilder, candidatesIn, packMembers, SLICE_BYTES, unpackMembers } from './block.js';
import { fold, foldWithStarts } from './fold.js';
import { fieldGram, gramsOf, gramsToFind, matchesAll, termsOf } from './grams.js';
import { snippetOf } from './snippet.js';
import { searchText, textAndQuery } from '../../../test/support/search-texts.js';

const isFound = (query: string, text: string) => {
  const terms = termsOf(fold(query));
  return terms.length > 0 && matchesAll(terms, fold(text));
};

describe('a folded text', () => {
  it.each([
    ['case', 'ÉCOLE Straße', 'ecole strasse'],
    ['accents in either form', 'cafe\u0301 café', 'cafe cafe'],
    ['letters that do not decompose', 'Łódź Ærø İzmir ıslak', 'lodz aero izmir islak'],
    ['Greek with a final sigma', 'ΟΔΌΣ οδός', 'οδοσ οδοσ'],
    ['Cyrillic', 'Ёлка Йод', 'елка иод'],
    ['Vietnamese', 'Tiếng Việt', 'tieng viet'],
    ['Hebrew and Arabic points', 'שָׁלוֹם مُحَمَّد', 'שלום محمد'],
    ['widths', 'ＡＢＣ ｶﾞ', 'abc ガ'],
    ['Hangul from its letters', '\u1112\u1161\u11ab국', '한국'],
    ['invisible characters', 'soft\u00adhyphen می\u200cخواهم ❤\ufe0f', 'softhyphen میخواهم ❤'],
    ['marks that are letters of their script', 'हिन्दी が', 'हिन्दी が'],
  ])('%s', (_, text, folded) => {
    expect(fold(text)).toBe(folded);
    expect(foldWithStarts(text).text).toBe(folded);
  });

  it('is folded already', () => {
    fc.assert(fc.property(searchText, (text) => expect(fold(fold(text))).toBe(fold(text))));
  });

  it('knows where each of its units comes from', () => {
    fc.assert(
      fc.property(searchText, (text) => {
        const { text: folded, starts } = foldWithStarts(text);
        expect(starts).toHaveLength(folded.length + 1);
        expect([...starts]).toEqual([...starts].toSorted((a, b) => a - b));
      }),
    );
  });
});

describe('a query', () => {
  it.each([
    ['a word', 'sunset', 'At SUNSET.', true],
    ['a part of a word', 'nse', 'At sunset.', true],
    ['every word, in any order', 'blue why', 'Why is the sky blue?', true],
    ['no word less', 'blue green', 'Why is the sky blue?', false],
    ['a short word', 'is', 'Why is it?', true],
    ['no part of a word with two letters', 'is', 'This.', false],
    ['a short word beside signs', 'C#', 'in C#, too', true],
    ['a short word in a text without spaces', 'AI', '使用AI技术', true],
    ['one Chinese character', '京', '北京大学', true],
    ['two Japanese characters', 'です', '本です。', true],
    ['a part of a Thai sentence', 'ไทย', 'ภาษาไทยง่าย', true],
    ['an emoji', '🌅', 'look 🌅!', true],
    ['signs, as signs', '100%', 'it is 1000', false],
    ['quotes and operators, as text', '"a | b" & !c', 'x "a | b" & !c y', true],
    ['a wildcard, as text', 's%t', 'sunset', false],
  ])('finds %s', (_, query, text, found) => {
    expect(isFound(query, text)).toBe(found);
  });

  it.each(['-', '& |', '  ', '\u0301'])('of signs alone finds nothing: %j', (query) => {
    expect(termsOf(fold(query))).toEqual([]);
  });
});

it('every text that matches has every gram of the query', () => {
  fc.assert(
    fc.property(textAndQuery, ([text, query]) => {
      if (!isFound(query, text)) return;
      const grams = gramsOf(fold(text));
      expect(gramsToFind(termsOf(fold(query))).filter((gram) => !grams.has(gram))).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

it('a query has at least one gram for each of its first terms', () => {
  fc.assert(
    fc.property(searchText, (query) => {
      const terms = termsOf(fold(query));
      for (const term of terms) expect(gramsToFind([term]).length).toBeGreaterThan(0);
    }),
  );
});

it('a snippet shows a match of some term, and its ranges are in order and match', () => {
  fc.assert(
    fc.property(textAndQuery, ([text, query]) => {
      if (!isFound(query, text)) return;
      const terms = termsOf(fold(query));
      const { text: part, matches } = snippetOf(text, terms);
      expect(text).toContain(part);
      expect(part.isWellFormed()).toBe(true);
      expect(matches.length).toBeGreaterThan(0);
      let end = -1;
      for (const [from, to] of matches) {
        expect(from).toBeGreaterThan(end);
        expect(to).toBeGreaterThan(from);
        expect(to).toBeLessThanOrEqual(part.length);
        end = to;
      }
    }),
    { numRuns: 2000 },
  );
});

it('the ranges of a snippet are offsets of UTF-16 units, without the accents folded away', () => {
  const { text, matches } = snippetOf(
    '🌅 a Caf\u0065\u0301 in Straßburg, a café',
    termsOf(fold('cafe strasse')),
  );
  expect(matches.map(([from, to]) => text.slice(from, to))).toEqual(['Cafe\u0301', 'café']);
  const second = snippetOf('in der Straße', termsOf(fold('strasse')));
  expect(second).toEqual({ text: 'in der Straße', matches: [[7, 13]] });
});

it('a snippet of a long text begins a little before the match', () => {
  const { text, matches } = snippetOf(`${'x '.repeat(5000)}needle${' y'.repeat(5000)}`, termsOf('needle'));
  expect([text.length, matches]).toEqual([240, [[60, 66]]]);
});

describe('a block', () => {
  it('has each message among the candidates of its own grams, and few others', () => {
    const texts = Array.from(
      { length: 1024 },
      (_, n) => `message ${n} about subject${n * 7919} and nothing else`,
    );
    const builder = new BlockBuilder();
    for (const text of texts) builder.add(gramsOf(fold(text)));
    const { buckets, slices } = builder.build();
    let others = 0;
    for (const [nth, text] of texts.entries()) {
      const grams = gramsToFind(termsOf(text.split(' ')[3]!));
      const chosen = Buffer.concat(
        grams.map((gram) => {
          const at = (gram & (buckets - 1)) * SLICE_BYTES;
          return slices.subarray(at, at + SLICE_BYTES);
        }),
      );
      const found = candidatesIn(chosen, texts.length);
      expect(found).toContain(nth);
      expect(found).toEqual(found.toSorted((a, b) => b - a));
      others += found.length - 1;
    }
    expect(others / texts.length).toBeLessThan(3);
  });

  it('keeps its members', () => {
    const members = [
      { at: 1_795_000_000_123_456, id: '01920000-0000-7000-8000-0123456789ab' },
      { at: 0, id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' },
    ];
    expect(unpackMembers(packMembers(members))).toEqual(members);
  });

  it('tells rooms apart', () => {
    expect(fieldGram('a')).not.toBe(fieldGram('b'));
  });
});
