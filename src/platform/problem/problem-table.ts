interface ProblemRow {
  status: number;
  title: string;
  /** Explanation, and the default `detail` of the problem. */
  doc: string;
  /** How a client handles the error. */
  client: string;
}

/**
 * Every error code of the API with its status, title, explanation and advice for clients: the one table behind the
 * filter, OpenAPI, /docs/errors and docs/errors.md. `doc` and `client` set code in backticks.
 */
export const PROBLEMS = {
  validation_failed: {
    status: 400,
    title: 'The request is invalid',
    doc: 'A field, parameter or header is missing, unknown or invalid; `errors` lists each.',
    client:
      'Mark each field of `errors`, let the user correct it, and send the request again. Do not repeat it unchanged.',
  },
  malformed_json: {
    status: 400,
    title: 'The body is not JSON',
    doc: 'The body is not valid JSON, or has more than 1,000 values, 100 members in an object or 32 levels.',
    client:
      'A bug of the client: serialize the body with a JSON library, and keep it within the bounds. Do not repeat it unchanged.',
  },
  signature_invalid: {
    status: 400,
    title: 'The signature is invalid',
    doc: 'The webhook was not signed with the endpoint’s secret, or its signature is too old.',
    client:
      'Sign the raw bytes of the body. For Stripe: compare `STRIPE_WEBHOOK_SECRET` with the endpoint’s signing secret, and the clocks; Stripe delivers the event again.',
  },
  unauthenticated: {
    status: 401,
    title: 'Authentication is required',
    doc: 'The request has no access token, or an invalid one. Sign in.',
    client: 'Discard the access token and show the sign-in. Do not refresh.',
  },
  token_expired: {
    status: 401,
    title: 'The access token has expired',
    doc: 'Call POST /auth/refresh, then send the request again. Refresh on no other error.',
    client:
      'Call `POST /auth/refresh` once for all waiting requests, then send each of them again with the new token.',
  },
  session_ended: {
    status: 401,
    title: 'The session has ended',
    doc: 'A logout, a replayed refresh token, a password change, a suspension or a deletion ended the session. Sign in again.',
    client: 'Discard both tokens and show the sign-in. Do not refresh.',
  },
  otp_invalid: {
    status: 401,
    title: 'The code is wrong',
    doc: 'The code is wrong, used or expired. The session, if any, continues.',
    client: 'Let the user type the code again, or offer a new code. Keep the tokens.',
  },
  credentials_invalid: {
    status: 401,
    title: 'The number or password is wrong',
    doc: 'No account has this number and password. The session, if any, continues.',
    client: 'Let the user correct number or password, or offer the sign-in with a code. Keep the tokens.',
  },
  step_up_required: {
    status: 403,
    title: 'A fresh session is required',
    doc: 'Irreversible actions require a session in which the user proved their identity within the last 10 minutes. Call `POST /auth/step-up`, then send the request again.',
    client:
      'Call `POST /auth/step-up` without a body for a code, then again with `otp` and `challenge_id` (or with `password`), and send the request again.',
  },
  account_suspended: {
    status: 403,
    title: 'The account is suspended',
    doc: 'The code is correct, but an operator has suspended the account.',
    client: 'Show that the account is suspended and how to reach support. Do not try again.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    doc: 'The resource does not exist, or it belongs to another account: the answer is the same.',
    client: 'Remove the item from the screen and from local copies. Do not try again.',
  },
  method_not_allowed: {
    status: 405,
    title: 'The method is not allowed here',
    doc: 'The path exists; `Allow` lists its methods.',
    client: 'A bug of the client: use a method of `Allow`.',
  },
  not_acceptable: {
    status: 406,
    title: 'The requested media type is not available',
    doc: '`Accept` excludes the media type of the route, which is application/json unless its documentation says otherwise.',
    client: 'A bug of the client: send an `Accept` with the route’s media type, or none.',
  },
  request_timeout: {
    status: 408,
    title: 'The request took too long to arrive',
    doc: 'Headers or body did not arrive in time. Send the request again.',
    client: 'Send the request again, on a new connection and with the same Idempotency-Key if it has one.',
  },
  already_subscribed: {
    status: 409,
    title: 'The user is subscribed already',
    doc: 'Change, pay or cancel the subscription through the path in `manage`.',
    client:
      'Read the subscription again (`GET /subscription/status`); to change it, call `POST` on the path in `manage` and open the `url` of the answer.',
  },
  no_subscription: {
    status: 409,
    title: 'The user has no subscription',
    doc: 'The account has no subscription to cancel, resume or manage.',
    client: 'Read the subscription again (`GET /subscription/status`), and offer Pro instead.',
  },
  billing_refused: {
    status: 409,
    title: 'Stripe refuses the request',
    doc: 'The refusal concerns this account, and repeating the request changes nothing: `reason` names the cause, `detail` the remedy. `currency_mismatch`, `tax_location_unknown`, `payment_refused`, `other`; reasons may be added.',
    client:
      'Show `detail` to the user. Switch on `reason` if the client can help. Do not repeat the request unchanged.',
  },
  not_cancelling: {
    status: 409,
    title: 'The subscription is not being cancelled',
    doc: 'Only a subscription that ends with its period can be resumed.',
    client: 'Read the subscription again (`GET /subscription/status`) and show its state.',
  },
  mobile_number_taken: {
    status: 409,
    title: 'The number belongs to another account',
    doc: 'The code is correct, but another account has this number: sign in to that account, or use another number.',
    client: 'Offer the sign-in with that number, or ask for another number.',
  },
  idempotency_in_progress: {
    status: 409,
    title: 'The same request is still running',
    doc: 'A request with this Idempotency-Key is still running. Send it again after a second, with the same key.',
    client: 'Wait a second, then send the same request again with the same key.',
  },
  room_limit_reached: {
    status: 409,
    title: 'The user has too many rooms',
    doc: 'An account has at most 10,000 rooms. Delete rooms; archived rooms count as well.',
    client: 'Ask the user to delete rooms (`DELETE /chatroom/:id`), then send the request again.',
  },
  reply_in_progress: {
    status: 409,
    title: 'A reply is running in this room',
    doc: 'Wait for the reply or stop it, then send the request again.',
    client:
      'Follow the reply to its end (`GET /chatroom/:id/messages/:mid/stream`) or stop it, then send the request again.',
  },
  not_retriable: {
    status: 409,
    title: 'The reply cannot be retried',
    doc: 'Only a failed reply can be retried, at most three times.',
    client: 'Read the message again, and remove the retry button.',
  },
  payload_too_large: {
    status: 413,
    title: 'The body is too large',
    doc: 'The body is larger than its route accepts: 128 KiB for rooms, 512 KiB for messages, webhooks and /sandbox, 8 KiB elsewhere.',
    client: 'Shorten the text and tell the user why. Do not repeat it unchanged.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body must be JSON',
    doc: 'Send `Content-Type: application/json`.',
    client: 'A bug of the client: send JSON with this header.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'The Idempotency-Key belongs to another request',
    doc: 'The same key was sent with another method, path or body within 24 hours.',
    client:
      'A bug of the client: create a new key for each new request, and reuse a key only to repeat its request unchanged.',
  },
  daily_limit_reached: {
    status: 429,
    title: 'The daily limit is reached',
    doc: 'All messages of the day are used. `resets_at` is the start of the next day, `upgrade` the route that raises the limit.',
    client:
      'Show the time in `resets_at`, and offer the upgrade if `upgrade` names a route (it may be null). Do not send before that time.',
  },
  otp_send_limited: {
    status: 429,
    title: 'Too many codes were requested',
    doc: 'Sends are limited per number and address; wait for Retry-After.',
    client:
      'Count down Retry-After on the button that sends a code. A code that has arrived can still be used.',
  },
  otp_attempts_exceeded: {
    status: 429,
    title: 'Too many wrong codes',
    doc: 'The challenge is closed, or too many codes were guessed for the number. Request a new code.',
    client:
      'Ask for a new code (`POST /auth/send-otp`) and send its `challenge_id` with the code. Without a `challenge_id`, wait for Retry-After.',
  },
  credentials_attempts_exceeded: {
    status: 429,
    title: 'Too many wrong passwords',
    doc: 'Wait for Retry-After, or sign in with a code, which remains possible.',
    client: 'Offer the sign-in with a code; accept a password again after Retry-After.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    doc: 'The limit of requests per minute, of open event streams or of exports is reached (`detail` names which). Wait for Retry-After.',
    client:
      'Wait for Retry-After, then send the request again with the same Idempotency-Key. Close streams that no screen shows.',
  },
  headers_too_large: {
    status: 431,
    title: 'The headers are too large',
    doc: 'The headers have more than 16 KiB.',
    client: 'A bug of the client: send fewer or shorter headers.',
  },
  internal_error: {
    status: 500,
    title: 'Internal error',
    doc: 'The server failed; the request is not the cause. Quote `request_id` in a report.',
    client:
      'Send it again after a pause, with the same Idempotency-Key and a few times at most; then show `request_id`.',
  },
  billing_misconfigured: {
    status: 503,
    title: 'Billing is misconfigured',
    doc: 'A key, a price, the customer portal or tax is misconfigured at Stripe. Only the operator can fix it: Stripe’s message is in the log, under `request_id`.',
    client:
      'Show that payments are unavailable, with `request_id` for the operator. Do not repeat the request in a loop.',
  },
  unavailable: {
    status: 503,
    title: 'Temporarily unavailable',
    doc: 'A service that the request needs is down; nothing was stored. Send the request again after Retry-After.',
    client:
      'Wait for Retry-After, then send the request again with the same Idempotency-Key; wait longer each time.',
  },
} as const satisfies Record<string, ProblemRow>;

/** Stable code of an error: clients switch on it. */
export type ProblemCode = keyof typeof PROBLEMS;

/** Stable codes of field errors, with their explanation for docs/errors.md. */
export const FIELD_PROBLEMS = {
  required: 'The field is required.',
  unknown_field: 'The field is unknown here.',
  invalid_type: 'The value has the wrong JSON type.',
  invalid: 'The value does not have the required form.',
  too_short: 'Shorter than allowed, counted in Unicode code points after trimming.',
  too_long: 'Longer than allowed, counted in Unicode code points after trimming.',
  out_of_range: 'The number is outside the allowed range.',
  not_allowed: 'The value is not one of the allowed values.',
  invalid_characters: 'The text contains NUL or a lone surrogate.',
  alias_conflict: 'A field and its alias were both sent.',
  invalid_number: 'Not a valid mobile number.',
  country_not_allowed: 'Numbers of this country may not sign in here.',
  common_password: 'The password is one of the most common ones.',
  mismatch: 'The current password is wrong.',
  invalid_cursor: 'The cursor does not belong to this list.',
  credential_in_url: 'Tokens are accepted only in the Authorization header.',
} as const satisfies Record<string, string>;

/** Stable code of what is wrong with one field. */
export type FieldProblemCode = keyof typeof FIELD_PROBLEMS;
