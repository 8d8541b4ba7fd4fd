/** Status, title and explanation of every error code of the API: the one table behind the filter, OpenAPI and docs/errors.md. */
export const PROBLEMS = {
  validation_failed: {
    status: 400,
    title: 'The request is not valid',
    doc: 'A field, parameter or header is missing, unknown or wrong; `errors` names each.',
  },
  malformed_json: {
    status: 400,
    title: 'The body is not JSON',
    doc: 'The body could not be parsed as JSON, or holds more than 1,000 values, 100 members in an object or 32 levels.',
  },
  signature_invalid: {
    status: 400,
    title: 'The signature is not right',
    doc: 'The webhook was not signed with one of our secrets, or too long ago.',
  },
  unauthenticated: {
    status: 401,
    title: 'Sign in first',
    doc: 'No access token was sent, or it is not one of ours. Sign in.',
  },
  token_expired: {
    status: 401,
    title: 'The access token has expired',
    doc: 'The only answer on which to call POST /auth/refresh and try again.',
  },
  session_ended: {
    status: 401,
    title: 'The session has ended',
    doc: 'Logout, a replayed refresh token, a password change, a ban or deletion ended it. Sign in again.',
  },
  otp_invalid: {
    status: 401,
    title: 'The code is not right',
    doc: 'The code is wrong, used or expired. The session, if any, is untouched.',
  },
  credentials_invalid: {
    status: 401,
    title: 'The number or password is not right',
    doc: 'Number and password do not belong together. The session, if any, is untouched.',
  },
  step_up_required: {
    status: 403,
    title: 'Prove who you are again',
    doc: 'This needs a session that was signed in, or stepped up, within the last 10 minutes.',
  },
  account_suspended: {
    status: 403,
    title: 'The account is suspended',
    doc: 'The code was right but an operator has suspended the account.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    doc: 'It does not exist, or it belongs to somebody else: the answer is the same.',
  },
  method_not_allowed: {
    status: 405,
    title: 'The method is not allowed here',
    doc: 'The path exists; `Allow` lists its methods.',
  },
  not_acceptable: {
    status: 406,
    title: 'The answer cannot have that form',
    doc: '`Accept` excludes what the route gives: application/json, unless it says otherwise.',
  },
  request_timeout: {
    status: 408,
    title: 'The request took too long to arrive',
    doc: 'Headers or body were not complete in time.',
  },
  already_subscribed: {
    status: 409,
    title: 'There is a subscription already',
    doc: '`manage` is where it is changed, paid or cancelled.',
  },
  no_subscription: {
    status: 409,
    title: 'There is no subscription',
    doc: 'Nothing here that could be cancelled, resumed or managed.',
  },
  billing_refused: {
    status: 409,
    title: 'Stripe refuses this',
    doc: 'It is about this person, and repeating it changes nothing: `reason` says what, `detail` what to do. `currency_mismatch`, `tax_location_unknown`, `payment_refused`, `other`; new reasons may come.',
  },
  not_cancelling: {
    status: 409,
    title: 'The subscription is not being cancelled',
    doc: 'Only one that ends with its period can be resumed.',
  },
  mobile_number_taken: {
    status: 409,
    title: 'The number belongs to another account',
    doc: 'You have proven it, but somebody has an account with it: sign in there, or take another number.',
  },
  idempotency_in_progress: {
    status: 409,
    title: 'The same request is still running',
    doc: 'A request with this Idempotency-Key is being worked on. Try again in a moment.',
  },
  room_limit_reached: {
    status: 409,
    title: 'There are too many rooms',
    doc: 'A person has at most 10,000 rooms. Delete some; archiving one does not make room.',
  },
  reply_in_progress: {
    status: 409,
    title: 'A reply is being made in this room',
    doc: 'Wait for it or stop it, then try again.',
  },
  not_retriable: {
    status: 409,
    title: 'This reply cannot be tried again',
    doc: 'Only a failed reply can, three times.',
  },
  payload_too_large: {
    status: 413,
    title: 'The body is too large',
    doc: 'The body is larger than its route takes: 128 KiB for rooms, 512 KiB for messages, webhooks and /sandbox, 8 KiB elsewhere.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body must be JSON',
    doc: 'Send `Content-Type: application/json`.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'The Idempotency-Key belongs to another request',
    doc: 'The same key was sent with another method, path or body within 24 hours.',
  },
  daily_limit_reached: {
    status: 429,
    title: 'The daily limit is reached',
    doc: 'All messages of the day are used; `resets_at` tells when the next day starts, `upgrade` how to lift the limit.',
  },
  otp_send_limited: {
    status: 429,
    title: 'Too many codes were asked for',
    doc: 'Sends are limited per number and address; wait for Retry-After.',
  },
  otp_attempts_exceeded: {
    status: 429,
    title: 'Too many wrong codes',
    doc: 'This challenge is closed, or too many codes were guessed for the number; ask for a new code.',
  },
  credentials_attempts_exceeded: {
    status: 429,
    title: 'Too many wrong passwords',
    doc: 'Wait for Retry-After, or sign in with a code, which stays open.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    doc: 'The requests of a minute are used up, or as many event streams or exports are open as may be at once (`detail` tells which); wait for Retry-After.',
  },
  headers_too_large: { status: 431, title: 'The headers are too large', doc: 'The headers are over 16 KiB.' },
  internal_error: {
    status: 500,
    title: 'Something went wrong here',
    doc: 'Not your fault. Quote `request_id` when you report it.',
  },
  billing_misconfigured: {
    status: 503,
    title: 'Paying is not set up rightly',
    doc: 'A key, a price, the customer portal or tax is not set up at Stripe as it has to be. Nothing that a person can do: the operator finds Stripe’s words in the log, under `request_id`.',
  },
  unavailable: {
    status: 503,
    title: 'Not available right now',
    doc: 'Something that is needed is down; nothing was stored. Try again after Retry-After.',
  },
} as const satisfies Record<string, { status: number; title: string; doc: string }>;

/** Stable code of an error: clients switch on it. */
export type ProblemCode = keyof typeof PROBLEMS;

/** Stable code of what is wrong with one field, with its explanation for docs/errors.md. */
export const FIELD_PROBLEMS = {
  required: 'The field must be there.',
  unknown_field: 'There is no such field here.',
  invalid_type: 'The value has the wrong JSON type.',
  invalid: 'The value does not have the form that is asked for.',
  too_short: 'Shorter than allowed, counted in Unicode code points after trimming.',
  too_long: 'Longer than allowed, counted in Unicode code points after trimming.',
  out_of_range: 'The number is outside the range that is allowed.',
  not_allowed: 'The value is not one of those that are allowed.',
  invalid_characters: 'The text holds NUL or a lone surrogate.',
  alias_conflict: 'A field and its alias were both sent.',
  invalid_number: 'Not a valid mobile number.',
  country_not_allowed: 'Numbers of this country may not sign in here.',
  common_password: 'The password is one of the most common ones.',
  mismatch: 'The current password is not right.',
  invalid_cursor: 'The cursor was not made for this list.',
  credential_in_url: 'Tokens are taken in the Authorization header only.',
} as const satisfies Record<string, string>;

/** Stable code of what is wrong with one field. */
export type FieldProblemCode = keyof typeof FIELD_PROBLEMS;
