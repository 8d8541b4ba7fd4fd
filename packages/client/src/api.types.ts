// Made from openapi.json by "npm run generate".

export type LiveDto = {
  status: "live";
};

export type HealthChecksDto = {
  database: string;
  /** The job queue, in PostgreSQL or Redis. */
  queue: string;
  /** Only where Redis is configured. */
  redis?: string;
  /** The bus, which carries events between processes. */
  bus: string;
};

export type HealthDto = {
  /** `degraded`: the process serves requests, but Redis or the bus is down. New values may be added. */
  status: string;
  checks: HealthChecksDto;
};

export type UserDto = {
  id: string;
  /** E.164; null for an account that signs in through another issuer. */
  mobile_number: string | null;
  name: string | null;
  /** Not verified; used only to prefill Stripe’s checkout. */
  email: string | null;
  email_verified: boolean;
  /** Values may be added. */
  tier: string;
  /** Values may be added. */
  role: string;
  /** Whether a password is set. */
  has_password: boolean;
  created_at: string;
  updated_at: string;
};

export type UpdateUserDto = {
  /** Your name. */
  name?: string | null;
  /** Not verified; used only to prefill Stripe’s checkout. */
  email?: string | null;
};

/** Anything may have changed: first on every connection, and whenever events may have been lost. */
export type SyncEvent = {
  /** The name of the event. */
  type: "sync";
};

/** A room is new, has other settings, or is gone. */
export type RoomEvent = {
  /** The name of the event. */
  type: "room";
  /** The room. */
  id: string;
  /** Values may be added. */
  change: string;
};

/** A message is new, with its reply and its room’s place in the list; or its feedback has changed. */
export type MessageEvent = {
  /** The name of the event. */
  type: "message";
  /** The message. */
  id: string;
  /** Its room. */
  chatroom_id: string;
};

/** A reply is queued again or final. While it is written, its own stream shows its changes. */
export type ReplyEvent = {
  /** The name of the event. */
  type: "reply";
  /** The reply. */
  id: string;
  /** Its room. */
  chatroom_id: string;
  /** State of the reply. More states may be added. */
  status: string;
};

/** The units of the day have changed: read `GET /user/usage`. */
export type UsageEvent = {
  /** The name of the event. */
  type: "usage";
};

/** The tier or a subscription has changed: read `GET /subscription/status`. */
export type SubscriptionEvent = {
  /** The name of the event. */
  type: "subscription";
};

export type ModelDto = {
  id: string;
  label: string;
  /** Whether the model is used for rooms without one. */
  default: boolean;
  /** The tiers that may choose the model. */
  tiers: Array<string>;
};

export type ModelPage = {
  data: Array<ModelDto>;
  /** Cursor of the next page, null on the last one. */
  next_cursor: string | null;
};

export type ExportDto = {
  exported_at: string;
  /** The account as GET /user/me returns it, with the end of Pro. */
  account: Array<Record<string, unknown>>;
  /** Your identities at trusted issuers. */
  identities: Array<Record<string, unknown>>;
  /** Your sessions, with time, device and address. */
  sessions: Array<Record<string, unknown>>;
  /** Times of the sign-ins from each of your networks. The networks themselves are stored only as hashes. */
  sign_in_networks: Array<Record<string, unknown>>;
  /** Codes requested within the last hour, without the codes themselves. */
  codes: Array<Record<string, unknown>>;
  /** Your rooms. */
  chatrooms: Array<Record<string, unknown>>;
  /** Every message and reply, room by room. */
  messages: Array<Record<string, unknown>>;
  /** Idempotency-Keys of the last day. */
  idempotency_keys: Array<Record<string, unknown>>;
  /** Whether your cached list of rooms is bypassed, and since when. */
  list_cache_bypass: Array<Record<string, unknown>>;
  /** Messages per day. Remains after the account is deleted, under a keyed hash of the number. */
  daily_usage: Array<Record<string, unknown>>;
  /** Your account at Stripe. */
  billing_account?: Array<Record<string, unknown>>;
  /** Your subscriptions. */
  subscriptions?: Array<Record<string, unknown>>;
  /** Checkout pages that you opened. */
  checkout_sessions?: Array<Record<string, unknown>>;
  /** Events about you that were sent to the app’s server, for a week after their delivery, and those that wait. Ids and states only. */
  outgoing_events: Array<Record<string, unknown>>;
  /** Operators who read one of your rooms, with reason and times. */
  operator_access: Array<Record<string, unknown>>;
};

export type NoBodyDto = {
  
};

export type SignUpDto = {
  /** E.164, or a national number of DEFAULT_COUNTRY. Every spelling of one number is one account. The SMS sandbox also accepts any 8–15 digits. */
  mobile_number: string;
  /** Your name. */
  name?: string;
  /** Not verified; used only to prefill Stripe’s checkout. */
  email?: string;
  /** 8–128 characters of any kind, not trimmed; the most common passwords are refused. */
  password?: string;
};

export type CodeSentDto = {
  message: string;
  /** Send it with the code, or to have the same code sent again. */
  challenge_id: string;
  /** Seconds until the code expires. */
  expires_in: number;
  /** Seconds to wait before offering a resend. */
  resend_after: number;
  /** Number of digits of the code. */
  code_length: number;
  /** The code itself. Only with the SMS sandbox, and only for requests from this machine. */
  otp?: string;
};

export type SendOtpDto = {
  /** E.164, or a national number of DEFAULT_COUNTRY. Every spelling of one number is one account. The SMS sandbox also accepts any 8–15 digits. */
  mobile_number: string;
  /** The `challenge_id` of the previous answer, to send the same code again. */
  challenge_id?: string;
};

export type VerifyOtpDto = {
  /** E.164, or a national number of DEFAULT_COUNTRY. Every spelling of one number is one account. The SMS sandbox also accepts any 8–15 digits. */
  mobile_number: string;
  /** The code from the SMS. */
  otp: string;
  /** The `challenge_id` of the answer that announced the code. Always send it: without it the profile of a sign-up is discarded. */
  challenge_id?: string;
};

export type VerifiedDto = {
  /** Send it as `Authorization: Bearer …`. */
  access_token: string;
  token_type: "Bearer";
  /** Seconds until the access token expires. */
  expires_in: number;
  /** For POST /auth/refresh. Each token is used once: keep only the newest. */
  refresh_token: string;
  /** Seconds until the session ends, unless it is refreshed. */
  refresh_expires_in: number;
  /** Whether the account was created by this request. */
  new_user: boolean;
  /** Whether the profile of the sign-up was applied. */
  profile_applied: boolean;
  user: UserDto;
};

export type LoginDto = {
  /** E.164, or a national number of DEFAULT_COUNTRY. Every spelling of one number is one account. The SMS sandbox also accepts any 8–15 digits. */
  mobile_number: string;
  /** The password, not trimmed. */
  password: string;
};

export type TokensDto = {
  /** Send it as `Authorization: Bearer …`. */
  access_token: string;
  token_type: "Bearer";
  /** Seconds until the access token expires. */
  expires_in: number;
  /** For POST /auth/refresh. Each token is used once: keep only the newest. */
  refresh_token: string;
  /** Seconds until the session ends, unless it is refreshed. */
  refresh_expires_in: number;
};

export type RefreshDto = {
  /** The newest refresh token. */
  refresh_token: string;
};

export type LogoutDto = {
  /** The refresh token of the session to end. Default: the session of the Authorization header, expired or not. */
  refresh_token?: string;
};

export type ForgotPasswordDto = {
  /** E.164, or a national number of DEFAULT_COUNTRY. Every spelling of one number is one account. The SMS sandbox also accepts any 8–15 digits. */
  mobile_number: string;
};

export type ResetPasswordDto = {
  /** E.164, or a national number of DEFAULT_COUNTRY. Every spelling of one number is one account. The SMS sandbox also accepts any 8–15 digits. */
  mobile_number: string;
  /** The code from the SMS. */
  otp: string;
  /** The `challenge_id` of the answer that announced the code. Always send it. */
  challenge_id?: string;
  /** 8–128 characters of any kind, not trimmed; the most common passwords are refused. */
  new_password: string;
};

export type ChangePasswordDto = {
  /** The password, not trimmed. */
  current_password?: string;
  /** 8–128 characters of any kind, not trimmed; the most common passwords are refused. */
  new_password: string;
};

export type SessionDto = {
  id: string;
  /** User-Agent of the sign-in. */
  device: string | null;
  /** Address of the last sign-in or refresh. */
  ip: string | null;
  created_at: string;
  /** Accurate to the life of an access token. */
  last_used_at: string;
  /** Whether this is the session of the request. */
  current: boolean;
};

export type SessionPage = {
  data: Array<SessionDto>;
  /** Cursor of the next page, null on the last one. */
  next_cursor: string | null;
};

export type NewNumberDto = {
  /** E.164, or a national number of DEFAULT_COUNTRY. Every spelling of one number is one account. The SMS sandbox also accepts any 8–15 digits. */
  mobile_number: string;
};

export type ConfirmNumberDto = {
  /** The code from the SMS. */
  otp: string;
  /** The `challenge_id` of the answer that announced the code. */
  challenge_id: string;
};

export type StepUpDto = {
  /** The code from the SMS. */
  otp?: string;
  /** The `challenge_id` of the answer that announced the code. */
  challenge_id?: string;
  /** The password, not trimmed. */
  password?: string;
};

export type CreateChatroomDto = {
  /** Name of the room. When absent, the first line of the first message becomes the name. */
  name?: string;
  /** Instructions to the model, sent before the conversation; null or empty: none. */
  system_prompt?: string | null;
  /** Id of a model that is open to your tier (GET /models); null: the default model. */
  model?: string | null;
};

export type ChatroomDto = {
  id: string;
  name: string;
  /** Source of the name: `default` (not named yet), `message` (the first message), `model` (a title that a model wrote after the first answer) or `user` (the owner). More values may be added. */
  name_source: string;
  /** Instructions to the model, sent before the conversation. */
  system_prompt: string | null;
  /** Id of the model that answers in this room (GET /models); null: the default model. */
  model: string | null;
  /** Pinned rooms come first in the list. */
  pinned: boolean;
  /** The list leaves out archived rooms by default. */
  archived: boolean;
  /** Number of messages and replies in the room. */
  message_count: number;
  /** The message that the conversation goes on from: the end of the active path (GET …/messages?view=path). Null before the first message. */
  active_leaf_id: string | null;
  /** When the last message was accepted; null before the first message. */
  last_message_at: string | null;
  created_at: string;
  updated_at: string;
};

export type ChatroomPage = {
  data: Array<ChatroomDto>;
  /** Cursor of the next page, null on the last one. */
  next_cursor: string | null;
};

export type UpdateChatroomDto = {
  /** Name of the room. When absent, the first line of the first message becomes the name. */
  name?: string;
  /** Instructions to the model, sent before the conversation; null or empty: none. */
  system_prompt?: string | null;
  /** Id of a model that is open to your tier (GET /models); null: the default model. */
  model?: string | null;
  /** Pinned rooms come first in the list. */
  pinned?: boolean;
  /** The list leaves out archived rooms by default. */
  archived?: boolean;
};

export type UsageDto = {
  tier: string;
  /** Messages a day; null: unlimited. */
  daily_limit: number | null;
  /** Messages of today with an answer, or with a reply in progress. A failed reply does not count. */
  used_today: number;
  /** Messages left today; null: unlimited. */
  remaining: number | null;
  /** When the next quota day starts. */
  resets_at: string;
};

export type ReplyErrorDto = {
  /** Why there is no complete answer. More codes may be added. */
  code: string;
  /** The reason in words, and what to do. Never the provider’s own text. */
  detail: string;
  /** Whether `retry` may succeed without a change. */
  retriable: boolean;
};

export type TokenUsageDto = {
  /** Tokens of system prompt, history and message. */
  prompt_tokens: number;
  /** Tokens of the answer. */
  output_tokens: number;
  /** Tokens that the model spent on thinking. */
  thought_tokens: number;
  /** The part of `prompt_tokens` that the provider read from its cache. */
  cached_tokens: number;
};

export type FeedbackDto = {
  rating: string;
  tags: Array<string>;
  comment: string | null;
};

export type SiblingsDto = {
  /** Position among the siblings, oldest first. */
  index: number;
  /** Number of siblings, this message included. */
  count: number;
};

export type MessageDto = {
  id: string;
  /** Position in the room: 1, 2, 3 … in order of acceptance. */
  seq: number;
  chatroom_id: string;
  /** The message that this one follows; for a reply, the message that it answers. */
  parent_id: string | null;
  role: string;
  /** The text; for a live reply, the text written so far. */
  content: string;
  /** State. A reply is live while `completed_at` is null. More states may be added. */
  status: string;
  error: ReplyErrorDto | null;
  /** Why the answer ended, in one vocabulary for all providers. */
  finish_reason: string | null;
  /** The model that answered. */
  model: string | null;
  usage: TokenUsageDto | null;
  /** Counts the starts of this reply, by workers and by `retry`. 0 for a user’s message. */
  attempt: number;
  /** With `retrying`: when the next attempt starts. */
  next_attempt_at: string | null;
  /** For a reply: the message that it answers. */
  in_reply_to: string | null;
  /** Whether the message is part of the conversation that the model sees: on the active path, and not a failed reply. */
  active: boolean;
  /** For a reply: the feedback of its user. */
  feedback: FeedbackDto | null;
  /** The place of the message among those with the same parent: the forms of an edited message, or the replies to one message. */
  siblings: SiblingsDto;
  created_at: string;
  /** Null while the reply is live. */
  completed_at: string | null;
};

export type MessagePage = {
  data: Array<MessageDto>;
  /** Cursor of the next page, null on the last one. */
  next_cursor: string | null;
};

export type ChatroomWithMessagesDto = {
  id: string;
  name: string;
  /** Source of the name: `default` (not named yet), `message` (the first message), `model` (a title that a model wrote after the first answer) or `user` (the owner). More values may be added. */
  name_source: string;
  /** Instructions to the model, sent before the conversation. */
  system_prompt: string | null;
  /** Id of the model that answers in this room (GET /models); null: the default model. */
  model: string | null;
  /** Pinned rooms come first in the list. */
  pinned: boolean;
  /** The list leaves out archived rooms by default. */
  archived: boolean;
  /** Number of messages and replies in the room. */
  message_count: number;
  /** The message that the conversation goes on from: the end of the active path (GET …/messages?view=path). Null before the first message. */
  active_leaf_id: string | null;
  /** When the last message was accepted; null before the first message. */
  last_message_at: string | null;
  created_at: string;
  updated_at: string;
  /** The newest messages, as GET …/messages lists them. */
  messages: MessagePage;
};

export type SendMessageDto = {
  /** Text of the message. */
  content: string;
};

export type SentDto = {
  message: MessageDto;
  reply: MessageDto;
};

/** First event after a POST: the stored message and its queued reply. */
export type AcceptedEvent = {
  message: MessageDto;
  reply: MessageDto;
  /** The name of the event. */
  type: "accepted";
};

/** The state of the reply: first on every connection, and after each change. */
export type StatusEvent = {
  /** The name of the event. */
  type: "status";
  /** State of the reply. More states may be added. */
  status: string;
  /** The attempt that writes the reply. */
  attempt: number;
  /** With `retrying`: when the next attempt begins. */
  next_attempt_at: string | null;
};

/** The text starts over: discard the text received so far. */
export type ResetEvent = {
  /** The name of the event. */
  type: "reset";
  /** The attempt that the text belongs to. */
  attempt: number;
};

/** The next part of the text. */
export type DeltaEvent = {
  /** The name of the event. */
  type: "delta";
  /** Append it to the text received so far. */
  text: string;
};

/** The final reply. The server closes the stream after it. */
export type DoneEvent = {
  id: string;
  /** Position in the room: 1, 2, 3 … in order of acceptance. */
  seq: number;
  chatroom_id: string;
  /** The message that this one follows; for a reply, the message that it answers. */
  parent_id: string | null;
  role: string;
  /** The text; for a live reply, the text written so far. */
  content: string;
  /** State. A reply is live while `completed_at` is null. More states may be added. */
  status: string;
  error: ReplyErrorDto | null;
  /** Why the answer ended, in one vocabulary for all providers. */
  finish_reason: string | null;
  /** The model that answered. */
  model: string | null;
  usage: TokenUsageDto | null;
  /** Counts the starts of this reply, by workers and by `retry`. 0 for a user’s message. */
  attempt: number;
  /** With `retrying`: when the next attempt starts. */
  next_attempt_at: string | null;
  /** For a reply: the message that it answers. */
  in_reply_to: string | null;
  /** Whether the message is part of the conversation that the model sees: on the active path, and not a failed reply. */
  active: boolean;
  /** For a reply: the feedback of its user. */
  feedback: FeedbackDto | null;
  /** The place of the message among those with the same parent: the forms of an edited message, or the replies to one message. */
  siblings: SiblingsDto;
  created_at: string;
  /** Null while the reply is live. */
  completed_at: string | null;
  /** The name of the event. */
  type: "done";
};

export type ChooseMessageDto = {
  /** A message or reply of the room: the conversation goes on from the newest message below it. */
  message_id: string;
};

export type GiveFeedbackDto = {
  /** Whether the reply helped. */
  rating: string;
  /** Words of the app for the reason. Operators see them. */
  tags?: Array<string>;
  /** The reason in the user’s words; null: none. Operators do not see it. */
  comment?: string | null;
};

export type RoomFileDto = {
  exported_at: string;
  view: string;
  room: ChatroomDto;
  /** Oldest first. */
  messages: Array<MessageDto>;
};

export type FoundRoomDto = {
  id: string;
  name: string;
};

export type FoundMessageDto = {
  id: string;
  seq: number;
  role: string;
  created_at: string;
  /** The part of the text around a match, unchanged: plain text, not HTML. */
  snippet: string;
  /** Where the terms occur in `snippet`: start and end of each range, in UTF-16 units. */
  matches: Array<Array<number>>;
};

export type SearchResultDto = {
  /** The room of the message, or the room whose name matched. */
  room: FoundRoomDto;
  /** The message; null: the name of the room matched. */
  message: FoundMessageDto | null;
};

export type SearchResultPage = {
  data: Array<SearchResultDto>;
  /** Cursor of the next page, null on the last one. */
  next_cursor: string | null;
};

export type SubscribeDto = {
  /** Address to return to after the payment; its origin must be listed in RETURN_URL_ORIGINS. Stripe replaces `{CHECKOUT_SESSION_ID}` by the session’s id. */
  success_url?: string;
  /** Address to return to when the checkout is cancelled; its origin must be listed in RETURN_URL_ORIGINS. */
  cancel_url?: string;
  /** A Stripe price listed in STRIPE_PRICE_PRO_ID. Default: the first one. */
  price_id?: string;
};

export type CheckoutDto = {
  /** Stripe’s checkout page. Open it in the user’s browser. */
  checkout_url: string;
  session_id: string;
  /** Time at which the page expires. */
  expires_at: string;
};

export type SubscriptionPriceDto = {
  /** In the smallest unit of the currency. */
  amount: number | null;
  /** ISO 4217, lower case. */
  currency: string;
  interval: string | null;
};

export type SubscriptionStatusDto = {
  /** Values may be added. */
  tier: string;
  /** Origin of Pro: a subscription (`stripe`) or an operator’s grant (`grant`). Values may be added. */
  source: string | null;
  /** `none`, or Stripe’s status of the subscription: active, trialing, past_due, incomplete, canceled … */
  status: string;
  current_period_end: string | null;
  /** The subscription is cancelled and will not be charged again. Pro lasts until `ends_at`, which is no later than the period’s end. */
  cancel_at_period_end: boolean;
  /** End of the grace time while a payment is due. Pro ends then unless the payment arrives. */
  grace_ends_at: string | null;
  price: SubscriptionPriceDto | null;
  /** Why a payment is missing. `payment_failed` and `action_required`: send the user to POST /subscription/portal to fix it. `collection_paused`: the seller has paused payments; there is nothing to fix. Values may be added. */
  payment_problem: string | null;
  /** When the subscription ends or has ended: by cancellation, at a date set in advance, or because collection is paused. Null: it renews. */
  ends_at: string | null;
};

export type PortalInputDto = {
  /** Address to return to; its origin must be listed in RETURN_URL_ORIGINS. */
  return_url?: string;
};

export type PortalDto = {
  /** Stripe’s customer portal for this user. Open it in the user’s browser at once: the link expires after minutes. */
  url: string;
};

export type InvoiceDto = {
  /** Stripe’s id. */
  id: string;
  number: string | null;
  /** Stripe’s status: draft, open, paid, void or uncollectible. Values may be added. */
  status: string | null;
  /** In the smallest unit of the currency, including tax. */
  total: number;
  amount_paid: number;
  /** ISO 4217, lower case. */
  currency: string;
  /** Page on which the invoice can be read and paid. */
  hosted_invoice_url: string | null;
  /** The invoice as a PDF. */
  invoice_pdf: string | null;
  created_at: string;
};

export type InvoicePage = {
  data: Array<InvoiceDto>;
  /** Cursor of the next page, null on the last one. */
  next_cursor: string | null;
};

export type ReceivedDto = {
  received: boolean;
};

export type TagCountDto = {
  tag: string;
  count: number;
};

export type FeedbackCountsDto = {
  up: number;
  down: number;
  /** The 20 most frequent tags. */
  tags: Array<TagCountDto>;
};

export type FirstTextDto = {
  /** Replies with a text. */
  count: number;
  /** Half of them began within this time, in milliseconds. */
  p50_ms: number;
  /** 95 % of them began within this time, in milliseconds. */
  p95_ms: number;
};

export type ModelFiguresDto = {
  provider: string;
  model: string;
  /** Tokens of prompts, cached ones included. */
  prompt_tokens: number;
  /** Tokens of answers. */
  output_tokens: number;
  /** Tokens of thoughts. */
  thought_tokens: number;
  /** Tokens of prompts that the provider had cached. */
  cached_tokens: number;
  /** What the tokens cost by LLM_PRICES as it is now; null: the model has no price. */
  cost: number | null;
};

export type FiguresDto = {
  /** Messages that were accepted. */
  messages: number;
  /** Replies that ended, by state; states without replies are left out. */
  replies: Record<string, number>;
  /** Failed replies by `error.code`. */
  failures: Record<string, number>;
  /** Requests that a limit refused (429), by `code`. */
  refusals: Record<string, number>;
  /** Time from the slot of a reply until its first text; null: none had a text. */
  first_text: FirstTextDto | null;
  /** Tokens and cost by model. */
  models: Array<ModelFiguresDto>;
  /** The sum of the costs that are known. */
  cost: number | null;
  /** New accounts. */
  sign_ups: number;
  /** Accounts that became Pro, by a payment or a grant. */
  pro_gained: number;
  /** Accounts that left Pro: it ran out, ended, was refunded, or the account was deleted. */
  pro_lost: number;
};

export type IdentityDto = {
  /** The issuer of the tokens (`iss`). */
  issuer: string;
  /** The issuer’s id of the user (`sub`). */
  subject: string;
};

export type ReasonDto = {
  /** The reason, stored in the audit log. Do not write personal data here. */
  reason?: string;
};

export type GrantDto = {
  /** End of the grant; null ends it now. */
  until: string | null;
  /** The reason, stored in the audit log. Do not write personal data here. */
  reason?: string;
};

export type ReplaceNumberDto = {
  /** E.164, or a national number of DEFAULT_COUNTRY. Every spelling of one number is one account. The SMS sandbox also accepts any 8–15 digits. */
  mobile_number: string;
  /** The reason, stored in the audit log. Do not write personal data here. */
  reason?: string;
};

export type AuditEntryDto = {
  id: string;
  created_at: string;
  /** The admin; null: the command line. */
  actor_id: string | null;
  /** Values may be added. */
  action: string;
  /** The account concerned; it may be deleted. */
  user_id: string | null;
  /** The reply, room or event concerned. */
  target: string | null;
  /** Reasons, dates, old and new states. */
  details: Record<string, unknown>;
  /** The `request_id` of the request in the log. */
  request_id: string | null;
};

export type AuditPage = {
  data: Array<AuditEntryDto>;
  /** Cursor of the next page, null on the last one. */
  next_cursor: string | null;
};

export type OpenRoomDto = {
  /** The reason. The room’s owner sees it in the data export. */
  reason: string;
};

export type RoomAccessDto = {
  access_id: string;
  expires_at: string;
};

export type DriftDto = {
  /** Stripe’s id of the subscription; null: the account. */
  subscription_id: string | null;
  /** A field of `GET /admin/api/subscriptions`; of the account `tier` or `tier_ends_at`. Values may be added. */
  field: string;
  /** What was stored, as text; null: no value. */
  before: string | null;
  /** What Stripe has, and what is stored now. */
  after: string | null;
};

export type ReconciledDto = {
  /** Values may be added. */
  tier: string;
  /** Origin of Pro: a subscription (`stripe`) or an operator’s grant (`grant`). Values may be added. */
  source: string | null;
  /** `none`, or Stripe’s status of the subscription: active, trialing, past_due, incomplete, canceled … */
  status: string;
  current_period_end: string | null;
  /** The subscription is cancelled and will not be charged again. Pro lasts until `ends_at`, which is no later than the period’s end. */
  cancel_at_period_end: boolean;
  /** End of the grace time while a payment is due. Pro ends then unless the payment arrives. */
  grace_ends_at: string | null;
  price: SubscriptionPriceDto | null;
  /** Why a payment is missing. `payment_failed` and `action_required`: send the user to POST /subscription/portal to fix it. `collection_paused`: the seller has paused payments; there is nothing to fix. Values may be added. */
  payment_problem: string | null;
  /** When the subscription ends or has ended: by cancellation, at a date set in advance, or because collection is paused. Null: it renews. */
  ends_at: string | null;
  /** The fields in which the stored state differed from Stripe’s; empty: none did. The tier also follows operators’ grants. */
  drift: Array<DriftDto>;
};

export type FieldProblemDto = {
  /** The field, header or parameter. */
  field: string;
  /** Stable code (docs/errors.md). Codes may be added. */
  code: string;
  /** The same in words. */
  message: string;
};

export type ProblemDto = {
  /** Page that explains the code. */
  type: string;
  /** The code in words. */
  title: string;
  /** HTTP status. */
  status: number;
  /** What happened, and how to fix it. */
  detail: string;
  /** Stable code: switch on this. Codes may be added; handle an unknown code by its status. */
  code: string;
  /** Path of the request, without its query. */
  instance: string;
  /** Id of the request, as in X-Request-Id and in the log. */
  request_id: string;
  /** With `validation_failed`: the invalid fields. */
  errors?: Array<FieldProblemDto>;
  /** With `daily_limit_reached`: messages a day. */
  limit?: number | null;
  /** With `daily_limit_reached`: messages used today. */
  used?: number;
  /** With `daily_limit_reached`: when the next day starts. */
  resets_at?: string;
  /** With `daily_limit_reached`: the route that lifts the limit. */
  upgrade?: string | null;
  /** With `already_subscribed`: the route that opens the subscription’s management. */
  manage?: string;
  /** With `billing_refused`: Stripe’s reason. Reasons may be added. */
  reason?: string;
};

/** The data of one event of a stream. Types may be added: ignore an unknown `type`. */
export type UserEvent = SyncEvent | RoomEvent | MessageEvent | ReplyEvent | UsageEvent | SubscriptionEvent;

/** The data of one event of a stream. Types may be added: ignore an unknown `type`. */
export type StreamEvent = AcceptedEvent | StatusEvent | ResetEvent | DeltaEvent | DoneEvent;
