/** The most that a JSON text may hold. */
export interface JsonBounds {
  /** Members of one object. */
  members: number;
  /** Values in all: objects, lists, texts, numbers, and the body itself. */
  values: number;
  /** Objects and lists within each other. Ours are two levels deep, a script for the sandbox five. */
  levels: number;
}

/** What the API takes: the largest of our own bodies has 10 values. Work after this grows with the square of an object's members. */
export const API_BOUNDS: JsonBounds = { members: 100, values: 1_000, levels: 32 };
/** Scripts for the sandbox: two with all the pieces that one may have, or 100 with 190 each. */
export const SANDBOX_BOUNDS: JsonBounds = { members: 100, values: 20_000, levels: 32 };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const SPACE = 0x20;

/**
 * Counts what a JSON text holds before it is parsed, and stops where a bound is passed: a body of 200,000 values is refused
 * at its 1,001st, having built nothing. One look at each character; texts are skipped by their closing quote. Of a text
 * that is not JSON the count means nothing: JSON.parse refuses it.
 * @returns which bound is passed; null when none is
 */
export function passedBound(json: string, bounds: JsonBounds): string | null {
  // Members of the objects that are open; of a list -1.
  const open: number[] = [];
  let values = 1;
  for (let at = 0; at < json.length; at++) {
    switch (json.charCodeAt(at)) {
      case QUOTE:
        at = endOfText(json, at);
        break;
      case OPEN_LIST:
      case OPEN_OBJECT: {
        if (open.length >= bounds.levels) return `is nested deeper than ${bounds.levels} levels`;
        const isList = json.charCodeAt(at) === OPEN_LIST;
        const isEmpty = json.charCodeAt(afterBlanks(json, at + 1)) === (isList ? CLOSE_LIST : CLOSE_OBJECT);
        open.push(isList ? -1 : 1);
        if (!isEmpty) values += 1;
        break;
      }
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        open.pop();
        break;
      case COMMA: {
        values += 1;
        const members = open.at(-1) ?? -1;
        if (members >= bounds.members) return `has an object of more than ${bounds.members} members`;
        if (members > 0) open[open.length - 1] = members + 1;
        break;
      }
    }
    if (values > bounds.values) return `holds more than ${bounds.values} values`;
  }
  return null;
}

/** Where the text ends that begins at `start`: at the next quote that an even number of backslashes stands before. */
function endOfText(json: string, start: number): number {
  for (let quote = json.indexOf('"', start + 1); quote !== -1; quote = json.indexOf('"', quote + 1)) {
    let before = quote - 1;
    while (json.charCodeAt(before) === BACKSLASH) before -= 1;
    if ((quote - before) % 2 === 1) return quote;
  }
  return json.length;
}

function afterBlanks(json: string, from: number): number {
  let at = from;
  while (json.charCodeAt(at) <= SPACE) at += 1;
  return at;
}
