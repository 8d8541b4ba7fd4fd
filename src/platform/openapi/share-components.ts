import {
  routesOf,
  type ApiDocument,
  type ApiHeader,
  type ApiParameter,
  type ApiResponse,
} from './api-document.js';

/**
 * Moves every error answer, and each header and parameter that stands in several places, to `components`. In place they
 * were two thirds of the document, which tools load as a whole.
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

/** Header or parameter under the name that a developer has given it, see {@link named}. */
type Named<T> = T & { [NAME]?: string };
const NAME = 'x-name';

/** Gives a header a name of its own in `components`, because another one of the same name is shared, too. */
export const named = <T extends object>(name: string, header: T): T => ({ ...header, [NAME]: name });

/**
 * Replaces what is repeated by references.
 * @param places lists or records of it
 * @returns what is referenced
 * @throws Error when two that differ would share a name
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

/** An id in a path is called after what it names: `The room.` → `RoomId`. */
const nameOfParameter = ({ name, in: place, description = '' }: ApiParameter): string => {
  const noun = place === 'path' ? /^The (\w+)\.$/.exec(description)?.[1] : undefined;
  return noun ? `${pascal(noun)}Id` : pascal(name);
};

const nameOfHeader = (_: ApiHeader, key: string): string => key;

/** Missing, wrong and ended tokens come together. */
const SIGN_IN = 'UnauthenticatedOrTokenExpiredOrSessionEnded';

/** Error answers are called after their codes; those with the day's limits in their headers say so. */
function nameOfError({ content = {}, headers = {} }: ApiResponse): string {
  const codes = Object.values(content).flatMap(({ examples = {} }) => Object.keys(examples));
  const name = codes.map(pascal).join('Or').replace(SIGN_IN, 'Unauthenticated');
  return headers['RateLimit'] ? `${name}WithLimits` : name;
}
