/** The level of a user's plan: decides the daily limit, the request rate and the models. */
export type Tier = (typeof TIERS)[number];
export const TIERS = ['basic', 'pro'] as const;
