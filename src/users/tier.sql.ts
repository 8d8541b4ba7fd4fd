/**
 * SQL for the tier that a user has at a moment: the one in the row, until it ends.
 * @param user the table's name in the statement
 * @param now an expression, usually a parameter
 */
export const tierAt = (user: string, now: string): string =>
  `case when ${user}.tier = 'pro' and (${user}.tier_ends_at is null or ${user}.tier_ends_at > ${now}) then 'pro' else 'basic' end`;
