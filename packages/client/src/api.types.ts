// Made from openapi.json by "npm run generate".

export type LiveDto = {
  status: "live";
};

export type HealthChecksDto = {
  database: string;
  /** Where the jobs are: PostgreSQL or Redis. */
  queue: string;
  /** Only where Redis is configured. */
  redis?: string;
  /** How processes tell each other of what has ended. */
  bus: string;
};

export type HealthDto = {
  /** `degraded`: it serves, but Redis or the bus is down. New values may come. */
  status: string;
  checks: HealthChecksDto;
};

export type UserDto = {
  id: string;
  /** E.164; null for an account that signs in through another issuer. */
  mobile_number: string | null;
  name: string | null;
  /** Unverified: a prefill only. */
  email: string | null;
  email_verified: boolean;
  /** New values may come. */
  tier: string;
  /** New values may come. */
  role: string;
  /** Is a password set? */
  has_password: boolean;
  created_at: string;
  updated_at: string;
};

export type UpdateUserDto = {
  /** What to call you. */
  name?: string | null;
  /** Unverified: a prefill only. */
  email?: string | null;
};

export type ModelDto = {
  id: string;
  label: string;
  /** Is it taken for rooms that name none? */
  default: boolean;
  /** Who may choose it. */
  tiers: Array<string>;
};

export type ModelPage = {
  data: Array<ModelDto>;
  /** Cursor of the next page, null on the last one. */
  next_cursor: string | null;
};

export type ExportDto = {
  exported_at: string;
  /** The account, as GET /user/me has it, and until when it is Pro. */
  account: Array<Record<string, unknown>>;
  /** Who you are to an issuer whose tokens are taken. */
  identities: Array<Record<string, unknown>>;
  /** Where and when you signed in. */
  sessions: Array<Record<string, unknown>>;
  /** When you signed in from each of your networks. Which ones, is kept as a hash alone. */
  sign_in_networks: Array<Record<string, unknown>>;
  /** Codes that were sent within the last hour; not what they said. */
  codes: Array<Record<string, unknown>>;
  /** Your rooms. */
  chatrooms: Array<Record<string, unknown>>;
  /** Every message and reply, room by room. */
  messages: Array<Record<string, unknown>>;
  /** Idempotency-Keys of the last day. */
  idempotency_keys: Array<Record<string, unknown>>;
  /** Is your cached list to be doubted, and since when? */
  list_cache_bypass: Array<Record<string, unknown>>;
  /** Messages a day. Stays after the account, under a keyed hash of the number. */
  daily_usage: Array<Record<string, unknown>>;
  /** You at Stripe. */
  billing_account?: Array<Record<string, unknown>>;
  /** Your subscriptions. */
  subscriptions?: Array<Record<string, unknown>>;
  /** Pages to pay on that you asked for. */
  checkout_sessions?: Array<Record<string, unknown>>;
  /** Operators who opened one of your rooms to read it: for what reason, and when they read. */
  operator_access: Array<Record<string, unknown>>;
};

export type NoBodyDto = {
  
};

export type SignUpDto = {
  /** E.164, or a national number of DEFAULT_COUNTRY. Every spelling of one number is one account. The SMS sandbox also takes any 8–15 digits. */
  mobile_number: string;
  /** What to call you. */
  name?: string;
  /** Unverified: a prefill only. */
  email?: string;
  /** 8–128 characters, taken as they are; the most common passwords are refused. */
  password?: string;
};

export type CodeSentDto = {
  message: string;
  /** Send it back with the code, and to have the same code sent again. */
  challenge_id: string;
  /** Seconds that the code works for. */
  expires_in: number;
  /** Seconds after which to offer a resend. */
  resend_after: number;
  /** Digits of the code. */
  code_length: number;
  /** The code itself: only from the SMS sandbox, and only to this machine. */
  otp?: string;
};

export type SendOtpDto = {
  /** E.164, or a national number of DEFAULT_COUNTRY. Every spelling of one number is one account. The SMS sandbox also takes any 8–15 digits. */
  mobile_number: string;
  /** Of the answer before: the same code is sent again. */
  challenge_id?: string;
};

export type VerifyOtpDto = {
  /** E.164, or a national number of DEFAULT_COUNTRY. Every spelling of one number is one account. The SMS sandbox also takes any 8–15 digits. */
  mobile_number: string;
  /** The code from the SMS. */
  otp: string;
  /** Of the answer that sent the code. Always send it: without it a pending profile is thrown away. */
  challenge_id?: string;
};

export type VerifiedDto = {
  /** For `Authorization: Bearer …`. */
  access_token: string;
  token_type: "Bearer";
  /** Seconds that the access token lives. */
  expires_in: number;
  /** For POST /auth/refresh. Each one is good once; keep the newest. */
  refresh_token: string;
  /** Seconds until the session ends unless it is refreshed. */
  refresh_expires_in: number;
  /** Was the account made just now? */
  new_user: boolean;
  /** Was the profile of the signup applied? */
  profile_applied: boolean;
  user: UserDto;
};

export type LoginDto = {
  /** E.164, or a national number of DEFAULT_COUNTRY. Every spelling of one number is one account. The SMS sandbox also takes any 8–15 digits. */
  mobile_number: string;
  /** The password, taken as it is. */
  password: string;
};

export type TokensDto = {
  /** For `Authorization: Bearer …`. */
  access_token: string;
  token_type: "Bearer";
  /** Seconds that the access token lives. */
  expires_in: number;
  /** For POST /auth/refresh. Each one is good once; keep the newest. */
  refresh_token: string;
  /** Seconds until the session ends unless it is refreshed. */
  refresh_expires_in: number;
};

export type RefreshDto = {
  /** The newest refresh token. */
  refresh_token: string;
};

export type LogoutDto = {
  /** Whose session ends; without it that of the Authorization header, expired or not. */
  refresh_token?: string;
};

export type ForgotPasswordDto = {
  /** E.164, or a national number of DEFAULT_COUNTRY. Every spelling of one number is one account. The SMS sandbox also takes any 8–15 digits. */
  mobile_number: string;
};

export type ResetPasswordDto = {
  /** E.164, or a national number of DEFAULT_COUNTRY. Every spelling of one number is one account. The SMS sandbox also takes any 8–15 digits. */
  mobile_number: string;
  /** The code from the SMS. */
  otp: string;
  /** Of the answer that sent the code. Always send it. */
  challenge_id?: string;
  /** 8–128 characters, taken as they are; the most common passwords are refused. */
  new_password: string;
};

export type ChangePasswordDto = {
  /** The password, taken as it is. */
  current_password?: string;
  /** 8–128 characters, taken as they are; the most common passwords are refused. */
  new_password: string;
};

export type SessionDto = {
  id: string;
  /** User-Agent of the sign-in. */
  device: string | null;
  /** Address of the last sign-in or refresh. */
  ip: string | null;
  created_at: string;
  /** To within the life of an access token. */
  last_used_at: string;
  /** Is it the session that asks? */
  current: boolean;
};

export type SessionPage = {
  data: Array<SessionDto>;
  /** Cursor of the next page, null on the last one. */
  next_cursor: string | null;
};

export type NewNumberDto = {
  /** E.164, or a national number of DEFAULT_COUNTRY. Every spelling of one number is one account. The SMS sandbox also takes any 8–15 digits. */
  mobile_number: string;
};

export type ConfirmNumberDto = {
  /** The code from the SMS. */
  otp: string;
  /** Of the answer that sent the code. */
  challenge_id: string;
};

export type StepUpDto = {
  /** The code from the SMS. */
  otp?: string;
  /** Of the answer that sent the code. */
  challenge_id?: string;
  /** The password, taken as it is. */
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
  /** Source of the name: `default` (not named yet), `message` (the first message) or `user` (the owner). More values may be added. */
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
  /** Messages of today that were answered or are being answered. */
  used_today: number;
  /** What is left today; null: unlimited. */
  remaining: number | null;
  /** When the next day starts. */
  resets_at: string;
};

export type ReplyErrorDto = {
  /** Why there is no whole answer. New codes may come. */
  code: string;
  /** The same for people; never the provider’s words. */
  detail: string;
  /** Is it worth trying again? */
  retriable: boolean;
};

export type TokenUsageDto = {
  /** Tokens of system prompt, history and message. */
  prompt_tokens: number;
  /** Tokens of the answer. */
  output_tokens: number;
  /** Tokens that the model spent on thinking. */
  thought_tokens: number;
  /** Part of `prompt_tokens` that came from a cache. */
  cached_tokens: number;
};

export type MessageDto = {
  id: string;
  /** 1, 2, 3 … in the room, in order of acceptance. */
  seq: number;
  chatroom_id: string;
  /** What it continues; of a reply its message. */
  parent_id: string | null;
  role: string;
  /** The text; of a live reply what was written when it was read. */
  content: string;
  /** New ones may come: live while `completed_at` is null. */
  status: string;
  error: ReplyErrorDto | null;
  /** How the model ended, in the same words for every provider. */
  finish_reason: string | null;
  /** The model that answered. */
  model: string | null;
  usage: TokenUsageDto | null;
  /** Grows whenever this reply is begun: by a worker, and by `retry`. 0 for a user’s message. */
  attempt: number;
  /** With `retrying`: when it goes on. */
  next_attempt_at: string | null;
  /** Of a reply: the message that it answers. */
  in_reply_to: string | null;
  /** Does the conversation go on from this one? */
  active: boolean;
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
  /** Source of the name: `default` (not named yet), `message` (the first message) or `user` (the owner). More values may be added. */
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
  /** When the last message was accepted; null before the first message. */
  last_message_at: string | null;
  created_at: string;
  updated_at: string;
  /** The newest messages, as GET …/messages gives them. */
  messages: MessagePage;
};

export type SendMessageDto = {
  /** What the person says. */
  content: string;
};

export type SentDto = {
  message: MessageDto;
  reply: MessageDto;
};

/** First on POST: what was stored. */
export type AcceptedEvent = {
  message: MessageDto;
  reply: MessageDto;
  /** The name of the event. */
  type: "accepted";
};

/** First on every connection, and then whenever the state changes. */
export type StatusEvent = {
  /** The name of the event. */
  type: "status";
  /** State of the reply. New ones may come. */
  status: string;
  /** The attempt that makes the reply. */
  attempt: number;
  /** With `retrying`: when the next attempt begins. */
  next_attempt_at: string | null;
};

/** The text begins again: forget what was received. */
export type ResetEvent = {
  /** The name of the event. */
  type: "reset";
  /** The attempt that the text belongs to. */
  attempt: number;
};

/** The text goes on. */
export type DeltaEvent = {
  /** The name of the event. */
  type: "delta";
  /** To be appended to the text. */
  text: string;
};

/** The reply is final. The server closes the stream. */
export type DoneEvent = {
  id: string;
  /** 1, 2, 3 … in the room, in order of acceptance. */
  seq: number;
  chatroom_id: string;
  /** What it continues; of a reply its message. */
  parent_id: string | null;
  role: string;
  /** The text; of a live reply what was written when it was read. */
  content: string;
  /** New ones may come: live while `completed_at` is null. */
  status: string;
  error: ReplyErrorDto | null;
  /** How the model ended, in the same words for every provider. */
  finish_reason: string | null;
  /** The model that answered. */
  model: string | null;
  usage: TokenUsageDto | null;
  /** Grows whenever this reply is begun: by a worker, and by `retry`. 0 for a user’s message. */
  attempt: number;
  /** With `retrying`: when it goes on. */
  next_attempt_at: string | null;
  /** Of a reply: the message that it answers. */
  in_reply_to: string | null;
  /** Does the conversation go on from this one? */
  active: boolean;
  created_at: string;
  /** Null while the reply is live. */
  completed_at: string | null;
  /** The name of the event. */
  type: "done";
};

export type SubscribeDto = {
  /** Where to come back to after paying, of an origin that RETURN_URL_ORIGINS names. `{CHECKOUT_SESSION_ID}` is replaced. */
  success_url?: string;
  /** Where to come back to without having paid. */
  cancel_url?: string;
  /** One of the prices that are Pro; without it the first one. */
  price_id?: string;
};

export type CheckoutDto = {
  /** Send the person there. */
  checkout_url: string;
  session_id: string;
  /** Until when it can be paid. */
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
  /** New values may come. */
  tier: string;
  /** What Pro comes from: a subscription, or an operator who granted it. New values may come. */
  source: string | null;
  /** `none`, or Stripe’s word for the subscription: active, trialing, past_due, incomplete, canceled … */
  status: string;
  current_period_end: string | null;
  /** It is cancelled, and is not charged again: Pro lasts until `ends_at`, which is no later than the period’s end. */
  cancel_at_period_end: boolean;
  /** A payment is due: until when Pro lasts without it. */
  grace_ends_at: string | null;
  price: SubscriptionPriceDto | null;
  /** What keeps a payment: POST /subscription/portal leads to where it is put right. `collection_paused`: the seller collects nothing for now; there is nothing to put right. New values may come. */
  payment_problem: string | null;
  /** When the subscription really ends, or has ended, whatever ends it: cancelled, at a date that was settled, or because nothing more is collected. Null: it goes on. */
  ends_at: string | null;
};

export type PortalInputDto = {
  /** Where to come back to, of an origin that RETURN_URL_ORIGINS names. */
  return_url?: string;
};

export type PortalDto = {
  /** Send the person there, soon: it works for minutes. */
  url: string;
};

export type InvoiceDto = {
  /** Stripe’s. */
  id: string;
  number: string | null;
  /** Stripe’s word: open, paid, void, uncollectible. New values may come. */
  status: string | null;
  /** In the smallest unit of the currency, tax included. */
  total: number;
  amount_paid: number;
  /** ISO 4217, lower case. */
  currency: string;
  /** Where it can be read, and paid. */
  hosted_invoice_url: string | null;
  /** The same to keep. */
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

export type IdentityDto = {
  /** Whose tokens they are (`iss`). */
  issuer: string;
  /** What it calls the person (`sub`). */
  subject: string;
};

export type ReasonDto = {
  /** Why; it is kept in the audit log. */
  reason?: string;
};

export type GrantDto = {
  /** Until when Pro is granted; null ends the grant. */
  until: string | null;
  /** Why; it is kept in the audit log. */
  reason?: string;
};

export type ReplaceNumberDto = {
  /** E.164, or a national number of DEFAULT_COUNTRY. Every spelling of one number is one account. The SMS sandbox also takes any 8–15 digits. */
  mobile_number: string;
  /** Why; it is kept in the audit log. */
  reason?: string;
};

export type AuditEntryDto = {
  id: string;
  created_at: string;
  /** The admin; null: the command line. */
  actor_id: string | null;
  /** New values may come. */
  action: string;
  /** Whom it concerns; the account may be gone. */
  user_id: string | null;
  /** The reply, room or event that it is about. */
  target: string | null;
  /** Reasons, dates, old and new states. */
  details: Record<string, unknown>;
  /** The request, as the log has it. */
  request_id: string | null;
};

export type AuditPage = {
  data: Array<AuditEntryDto>;
  /** Cursor of the next page, null on the last one. */
  next_cursor: string | null;
};

export type OpenRoomDto = {
  /** Why; its owner reads it in the export. */
  reason: string;
};

export type RoomAccessDto = {
  access_id: string;
  expires_at: string;
};

export type FieldProblemDto = {
  /** The field, header or parameter. */
  field: string;
  /** Stable code (docs/errors.md). New ones may come. */
  code: string;
  /** The same for people. */
  message: string;
};

export type ProblemDto = {
  /** Page that explains the code. */
  type: string;
  /** The code for people. */
  title: string;
  /** HTTP status. */
  status: number;
  /** What happened this time, and how to mend it. */
  detail: string;
  /** Stable code: switch on this. New ones may come; go by the status then. */
  code: string;
  /** Path of the request, without its query. */
  instance: string;
  /** Id of the request, as in X-Request-Id and in the log. */
  request_id: string;
  /** With `validation_failed`: each field that is wrong. */
  errors?: Array<FieldProblemDto>;
  /** With `daily_limit_reached`: messages a day. */
  limit?: number | null;
  /** With `daily_limit_reached`: messages used today. */
  used?: number;
  /** With `daily_limit_reached`: when the next day starts. */
  resets_at?: string;
  /** With `daily_limit_reached`: the route that lifts the limit. */
  upgrade?: string | null;
  /** With `already_subscribed`: the route that leads to where it is managed. */
  manage?: string;
  /** `billing_refused`: why Stripe refuses. New reasons may come. */
  reason?: string;
};

/** The data of one event of a stream. New ones may come: ignore a `type` that you do not know. */
export type StreamEvent = AcceptedEvent | StatusEvent | ResetEvent | DeltaEvent | DoneEvent;
