/**
 * SQL for whether a user is Pro at a moment: Pro in the row, until it ends.
 * @param user the table's name in the statement
 * @param now an expression, usually a parameter
 */
export const isProAt = (user: string, now: string): string =>
  `${user}.tier = 'pro' and (${user}.tier_ends_at is null or ${user}.tier_ends_at > ${now})`;

/** SQL for the tier that a user has at a moment. */
export const tierAt = (user: string, now: string): string =>
  `case when ${isProAt(user, now)} then 'pro' else 'basic' end`;
