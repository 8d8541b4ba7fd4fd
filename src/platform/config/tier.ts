/** What a user pays for: decides the daily limit, the request rate and the models. */
export type Tier = 'basic' | 'pro';
