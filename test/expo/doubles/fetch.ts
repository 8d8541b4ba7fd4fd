/** The browser's own, whose responses have a body as those of `expo/fetch` have. */
export const fetch = globalThis.fetch;
