import {
  routesOf,
  type ApiDocument,
  type ApiHeader,
  type ApiParameter,
  type ApiResponse,
} from './api-document.js';

/**
 * Moves every error response, and each repeated header and parameter, to `components`. Inline they were two thirds of the
 * document, which tools load as a whole.
 */
export function shareComponents(document: ApiDocument): void {
  const { components } = document;
  const operations = routesOf(document).map(({ operation }) => operation);
  components.parameters = shared(
    'parameters',
    operations.map((operation) => operation.parameters ?? []),
    nameOfParameter,
  );
  const headers = operations
    .flatMap(({ responses }) => Object.values(responses))
    .map((response) => (response.headers ??= {}));
  components.headers = shared('headers', headers, nameOfHeader);
  components.responses = {};
  for (const { responses } of operations)
    for (const [status, response] of Object.entries(responses))
      if (Number(status) >= 400) responses[status] = keep(components.responses, response);
}

/** Marks a header or parameter with its name in `components`, see {@link named}. */
type Named<T> = T & { [NAME]?: string };
const NAME = 'x-name';

/** Gives a header its own name in `components`, where another shared header has the same header name. */
export const named = <T extends object>(name: string, header: T): T => ({ ...header, [NAME]: name });

/**
 * Replaces repeated values by references.
 * @param places lists or records of values
 * @returns the shared values
 * @throws Error when two different values would share a name
 */
function shared<T extends { $ref?: string }>(
  section: 'headers' | 'parameters',
  places: Record<string | number, T>[] | T[][],
  nameOf: (one: T, key: string) => string,
): Record<string, T> {
  const seen = new Map<string, number>();
  const all = places.flatMap((place) => Object.values(place as Record<string, T>));
  for (const one of all) seen.set(JSON.stringify(one), (seen.get(JSON.stringify(one)) ?? 0) + 1);
  const found: Record<string, T> = {};
  for (const place of places as Record<string, T>[])
    for (const [key, one] of Object.entries(place)) {
      const { [NAME]: name = nameOf(one, key), ...bare } = one as Named<T>;
      const isShared = seen.get(JSON.stringify(one))! > 1;
      place[key] = (isShared ? keepUnder(found, name, bare, section) : bare) as T;
    }
  return found;
}

function keepUnder(
  found: Record<string, object>,
  name: string,
  one: object,
  section: string,
): { $ref: string } {
  found[name] ??= one;
  if (JSON.stringify(found[name]) !== JSON.stringify(one))
    throw new Error(
      `OpenAPI: two different ${section} would be called ${name}: describe or name() one otherwise`,
    );
  return { $ref: `#/components/${section}/${name}` };
}

const keep = (responses: Record<string, ApiResponse>, response: ApiResponse): ApiResponse =>
  keepUnder(responses, nameOfError(response), response, 'responses') as ApiResponse;

const pascal = (text: string): string =>
  text
    .split(/[-_]/)
    .map((word) => `${word[0]!.toUpperCase()}${word.slice(1)}`)
    .join('');

/** Names an id in a path by its description: `The room.` → `RoomId`. */
const nameOfParameter = ({ name, in: place, description = '' }: ApiParameter): string => {
  const noun = place === 'path' ? /^The (\w+)\.$/.exec(description)?.[1] : undefined;
  return noun ? `${pascal(noun)}Id` : pascal(name);
};

const nameOfHeader = (_: ApiHeader, key: string): string => key;

/** The codes of missing, invalid and expired tokens always occur together. */
const SIGN_IN = 'UnauthenticatedOrTokenExpiredOrSessionEnded';

/** Error responses are named after their codes; those with the headers of the daily limit get a suffix. */
function nameOfError({ content = {}, headers = {} }: ApiResponse): string {
  const codes = Object.values(content).flatMap(({ examples = {} }) => Object.keys(examples));
  const name = codes.map(pascal).join('Or').replace(SIGN_IN, 'Unauthenticated');
  return headers['RateLimit'] ? `${name}WithLimits` : name;
}
