/** Upper bounds of a JSON text. */
export interface JsonBounds {
  /** Maximum number of members of one object. */
  members: number;
  /** Maximum number of values: objects, lists, texts, numbers, and the body itself. */
  values: number;
  /** Maximum depth of nested objects and lists. Bodies of the API have two levels, a script for the sandbox has five. */
  levels: number;
}

/**
 * Bounds of the API: its largest body has 10 values. The work after parsing grows with the square of an object's members.
 */
export const API_BOUNDS: JsonBounds = { members: 100, values: 1_000, levels: 32 };
/** Bounds of scripts for the sandbox: two with the maximum of pieces, or 100 with 190 pieces each. */
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
 * Counts values, members and levels of a JSON text before it is parsed, and stops at the first passed bound: a body of
 * 200,000 values is refused at its 1,001st, before any object is built. Reads each character once; a text is skipped to
 * its closing quote. For a text that is not JSON the result is meaningless, and JSON.parse refuses it.
 * @returns the bound that is passed; null: none
 */
export function passedBound(json: string, bounds: JsonBounds): string | null {
  // Number of members of each open object; -1 for a list.
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

/** Position after the text that begins at `start`: the next quote that is preceded by an even number of backslashes. */
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
