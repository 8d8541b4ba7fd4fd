/** The fault of a response to bytes that are not HTTP; null for a refusal in the error form, or no response. */
export function rawFault(text: string): string | null {
  if (text === '') return null;
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
  if (!status) return 'the answer is no HTTP';
  if (status >= 500) return `it answers ${status}`;
  if (status < 400) return null;
  if (!/^content-type: application\/problem\+json/im.test(head)) return `${status} is no problem+json`;
  if (!/^x-request-id: \S/im.test(head)) return `${status} has no X-Request-Id`;
  const body = rest.join('\r\n\r\n');
  if (/^content-length: 0/im.test(head) || body === '') return null;
  return body.includes('"code":"') ? null : `${status} has no code`;
}
