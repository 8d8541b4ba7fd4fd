/** One request of a `.http` file, with its variables replaced. */
export interface FileRequest {
  title: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | undefined;
}

/**
 * Runs a `.http` file from top to bottom as an editor does: `@name = value`, `{{name}}`, and values kept from a response,
 * by `{{request.response.body.$.path}}` (VS Code) or by a response handler (JetBrains).
 * @param given values of `@` variables that replace those of the file
 * @throws Error for a variable without a value
 */
export async function runHttpFile(
  text: string,
  given: Record<string, string>,
  send: (request: FileRequest) => Promise<unknown>,
): Promise<void> {
  const variables = new Map(Object.entries(given));
  const answers = new Map<string, unknown>();
  const value = (name: string): string => {
    const [, request, path] = /^(\w+)\.response\.body\.\$\.(.+)$/.exec(name) ?? [];
    if (request !== undefined) return String(at(answers.get(request), path!));
    if (name === '$guid' || name === '$uuid') return crypto.randomUUID();
    if (!variables.has(name)) throw new Error(`nothing is known of {{${name}}}`);
    return variables.get(name)!;
  };
  const filled = (part: string): string => part.replace(/\{\{([^}]+)\}\}/g, (_, name: string) => value(name));
  for (const block of text.split(/^###/m)) {
    const [source = '', handler = ''] = block.split(/^> \{%/m);
    const [head = '', ...body] = source.split(/\n\n(?=\{)/);
    const lines = head.split('\n').slice(1);
    for (const line of lines) {
      const [, name, text_] = /^@(\w+) = (.*)$/.exec(line) ?? [];
      if (name !== undefined && !(name in given)) variables.set(name, filled(text_!));
    }
    const [first, ...headers] = lines.filter((line) => line !== '' && !/^[#@]/.test(line));
    if (first === undefined) continue;
    const [method = '', url = ''] = filled(first).split(' ');
    const answer = await send({
      title: head.split('\n')[0]!.trim(),
      method,
      url,
      headers: Object.fromEntries(headers.map((line) => headerOf(filled(line)))),
      body: body.length > 0 ? filled(body.join('\n\n')) : undefined,
    });
    answers.set(/^# @name (\w+)$/m.exec(head)?.[1] ?? '', answer);
    for (const [, name, path] of handler.matchAll(/client\.global\.set\("(\w+)", response\.body\.(.+)\);/g))
      variables.set(name!, String(at(answer, path!)));
  }
}

/** The value at a path such as `data[0].id`. */
const at = (value: unknown, path: string): unknown =>
  path
    .split(/[.[\]]+/)
    .filter((key) => key !== '')
    .reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], value);

/** `Name: value`, in lower case like fetch's headers, because a header in two spellings would be sent twice. */
function headerOf(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}
