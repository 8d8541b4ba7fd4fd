import { Tally } from '../platform/statistics/tally.js';

/** New accounts. An import is none. */
export const SIGN_UPS_OF_DAY = new Tally('sign_ups');
/** Accounts that became Pro, by a payment or a grant. */
export const PRO_GAINED_OF_DAY = new Tally('pro_gained');
/** Accounts that became Basic, or were deleted while they were Pro. */
export const PRO_LOST_OF_DAY = new Tally('pro_lost');
