import OpenAI from 'openai';
import pg from 'pg';
import { ModelError } from '../../src/llm/language-model.js';

/** Tells whether a class was made in this file's global object. */
const isMadeHere = (one: object) => Object.getPrototypeOf(one) === Function.prototype;

describe('a package that a test imports', () => {
  it('is loaded by Node, outside of the test file', () => {
    expect(isMadeHere(pg.TypeOverrides)).toBe(false);
  });

  it('is loaded by the file where its checks need that', () => {
    expect(isMadeHere(OpenAI)).toBe(true);
  });

  it('throws errors that are instances of the file’s Error, and of no other class', () => {
    const error: unknown = new pg.DatabaseError('duplicate key', 1, 'error');
    expect([error instanceof Error, error instanceof TypeError, error instanceof ModelError]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
