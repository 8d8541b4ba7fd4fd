/** Where orval's client calls, and as whom; its generated functions go through {@link callApi}. */
export const api = { url: '', token: '' };

/** orval's "mutator": the place for base address and token. A stream is handed out as it is. */
export async function callApi<T>(path: string, init: RequestInit): Promise<T> {
  const headers = new Headers(init.headers);
  if (api.token !== '') headers.set('Authorization', `Bearer ${api.token}`);
  const response = await fetch(api.url + path, { ...init, headers });
  const isStream = response.headers.get('Content-Type')?.startsWith('text/event-stream');
  const data: unknown = isStream
    ? response.body
    : response.status === 204
      ? undefined
      : await response.json();
  return { data, status: response.status, headers: response.headers } as T;
}
