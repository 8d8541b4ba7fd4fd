import { StripeApiError } from './stripe-api.error.js';

const DEFAULT_LIMIT = 10;

/** Searchable fields of a kind of object; metadata is always searchable. */
export interface SearchFields {
  texts: readonly string[];
  numbers: readonly string[];
}

/** A page of a search. */
export interface SearchResult<T> {
  object: 'search_result';
  url: string;
  has_more: boolean;
  next_page: string | null;
  data: T[];
}

type Searched = { id: string; metadata?: Record<string, string> | null };

/** `-field['key']~"value"`: negation, field, key of metadata, operator, value. */
const CLAUSE =
  /^(-?)([a-z_]+)(?:\[(?:"([^"]*)"|'([^']*)')\])?(:|~|>=|<=|>|<)(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(null|\d+))/;

interface Clause {
  negated: boolean;
  field: string;
  key: string | undefined;
  operator: string;
  value: string | null;
}

/**
 * Searches as https://docs.stripe.com/search describes. Unlike the real search it finds recent changes at once; do not
 * rely on that.
 */
export function searchPage<T extends Searched>(
  url: string,
  newestFirst: T[],
  fields: SearchFields,
  { query, limit = DEFAULT_LIMIT, page }: { query: string; limit?: number; page?: string },
): SearchResult<T> {
  const { clauses, any } = parse(query, fields);
  const found = newestFirst.filter((object) =>
    any
      ? clauses.some((clause) => matches(object, clause))
      : clauses.every((clause) => matches(object, clause)),
  );
  const from = page === undefined ? 0 : Number(Buffer.from(page, 'base64url').toString());
  if (!Number.isSafeInteger(from)) throw StripeApiError.invalid('page', 'Invalid page');
  const end = from + limit;
  return {
    object: 'search_result',
    url,
    has_more: found.length > end,
    next_page: found.length > end ? Buffer.from(String(end)).toString('base64url') : null,
    data: found.slice(from, end),
  };
}

function parse(query: string, fields: SearchFields): { clauses: Clause[]; any: boolean } {
  const clauses: Clause[] = [];
  const words = new Set<string>();
  let rest = query.trim();
  while (rest !== '') {
    const found = CLAUSE.exec(rest);
    if (!found) throw unreadable(query);
    clauses.push(readClause(found, fields, query));
    rest = rest.slice(found[0].length);
    if (rest.trim() === '') break;
    const between = /^\s+(?:(and|or)\s+)?(?=\S)/i.exec(rest);
    if (!between) throw unreadable(query);
    words.add((between[1] ?? 'and').toLowerCase());
    rest = rest.slice(between[0].length);
  }
  if (clauses.length === 0 || words.size > 1) throw unreadable(query);
  return { clauses, any: words.has('or') };
}

function readClause(found: RegExpExecArray, fields: SearchFields, query: string): Clause {
  const [, minus, field = '', doubleKey, singleKey, operator = ':', double, single, bare] = found;
  const known =
    field === 'metadata'
      ? (doubleKey ?? singleKey) !== undefined
      : fields.texts.includes(field) || fields.numbers.includes(field);
  if (!known)
    throw StripeApiError.invalid(
      'query',
      `Field \`${field}\` is an unsupported search field for this resource.`,
    );
  if (/[<>]/.test(operator) && !fields.numbers.includes(field)) throw unreadable(query);
  const quoted = (double ?? single)?.replace(/\\(.)/g, '$1');
  return {
    negated: minus === '-',
    field,
    key: doubleKey ?? singleKey,
    operator,
    value: quoted ?? (bare === 'null' ? null : (bare ?? null)),
  };
}

function matches(object: Searched, { negated, field, key, operator, value }: Clause): boolean {
  const actual =
    key === undefined ? (object as Record<string, unknown>)[field] : (object.metadata ?? {})[key];
  return compare(actual ?? null, operator, value) !== negated;
}

function compare(actual: unknown, operator: string, value: string | null): boolean {
  if (value === null || actual === null) return actual === value;
  if (typeof actual === 'number') {
    const wanted = Number(value);
    return (
      (operator === ':' && actual === wanted) ||
      (operator === '>' && actual > wanted) ||
      (operator === '<' && actual < wanted) ||
      (operator === '>=' && actual >= wanted) ||
      (operator === '<=' && actual <= wanted)
    );
  }
  // The real search ignores case.
  const [text, wanted] = [(actual as string).toLowerCase(), value.toLowerCase()];
  return operator === '~' ? text.includes(wanted) : text === wanted;
}

const unreadable = (query: string): StripeApiError =>
  StripeApiError.invalid('query', `We were unable to parse your search query: ${query}`);
