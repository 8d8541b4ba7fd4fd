/** The level of a user's plan: decides the daily limit, the request rate and the models. */
export type Tier = 'basic' | 'pro';
