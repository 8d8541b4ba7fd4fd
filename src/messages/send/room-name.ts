const MAX_NAME = 60;

/** The name of an unnamed room: the first line of its first message, at most 60 code points, cut between words if possible. */
export function roomNameFrom(content: string): string {
  const line = content
    .trim()
    .split(/\r\n|[\n\r\u2028\u2029]/, 1)[0]!
    .trim();
  const points = [...line];
  if (points.length <= MAX_NAME) return line;
  const cut = points.slice(0, MAX_NAME - 1).join('');
  const lastSpace = cut.lastIndexOf(' ');
  return `${(lastSpace > cut.length / 2 ? cut.slice(0, lastSpace) : cut).trimEnd()}…`;
}
