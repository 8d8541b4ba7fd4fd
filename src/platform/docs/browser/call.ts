/** An operation of the API, as the OpenAPI document names it. */
export interface Operation {
  method: string;
  /** With its parameters in braces. */
  path: string;
}

/** A request made on the page, and its response. */
export interface Call extends Operation {
  status: number;
  /** The JSON body of the request; null: none. */
  sent: unknown;
  /** The JSON body of the response; null: none. */
  answer: unknown;
}

export const succeeded = ({ status }: Call): boolean => status >= 200 && status < 300;

/** `POST /chatroom`: the name of an operation. */
export const nameOf = ({ method, path }: Operation): string => `${method.toUpperCase()} ${path}`;

/** The text under a path of member names; null if there is no text. */
export function textAt(body: unknown, ...names: string[]): string | null {
  let value = body;
  for (const name of names) {
    if (typeof value !== 'object' || value === null) return null;
    value = (value as Record<string, unknown>)[name];
  }
  return typeof value === 'string' && value !== '' ? value : null;
}
