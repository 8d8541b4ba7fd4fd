/** Code points, as the API counts them. */
const LONGEST = 32_000;

/** How many code points a message is too long; 0: it is not. */
export const excessOf = (content: string): number =>
  content.length > LONGEST ? Math.max(0, [...content].length - LONGEST) : 0;
