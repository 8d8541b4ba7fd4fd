/** The bodies of the admin API that the panel shows. The client package leaves them out: apps do not call these routes. */
export interface AdminUser {
  id: string;
  mobile_number: string | null;
  name: string | null;
  email: string | null;
  tier: string;
  role: string;
  tier_ends_at: string | null;
  pro_granted_until: string | null;
  suspended_at: string | null;
  created_at: string;
  last_used_at: string | null;
  rooms: number;
  messages: number;
  live_sessions: number;
  used_today: number;
  identities: { issuer: string; subject: string }[];
}

export interface AdminReply {
  id: string;
  user_id: string;
  chatroom_id: string;
  status: string;
  error_code: string | null;
  provider: string | null;
  model: string | null;
  attempt: number;
  retries: number;
  created_at: string;
  completed_at: string | null;
}

export interface AdminRoom {
  id: string;
  user_id: string;
  message_count: number;
  replies: Record<string, number>;
  last_message_at: string | null;
  created_at: string;
}

export interface AdminSubscription {
  id: string;
  user_id: string;
  status: string;
  price: { amount: number; currency: string; interval: string | null } | null;
  current_period_end: string | null;
  ends_at: string | null;
  payment_problem: string | null;
  started_at: string;
}

/** A field in which the stored state differed from Stripe's; `subscription_id` null: of the account. */
export interface Drift {
  subscription_id: string | null;
  field: string;
  before: string | null;
  after: string | null;
}

/** What a reconciliation answers. */
export interface Reconciled {
  tier: string;
  drift: Drift[];
}

export interface AdminEvent {
  id: string;
  type: string;
  state: string;
  tries: number;
  last_error: string | null;
  received_at: string;
  handled_at: string | null;
}

export interface FailedJob {
  id: string;
  name: string;
  attempts: number;
  error: string | null;
  failed_at: string | null;
}

export interface AdminQueue {
  name: string;
  paused: boolean;
  depth: number;
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
  failed_jobs: FailedJob[];
}

export interface AuditEntry {
  id: string;
  created_at: string;
  actor_id: string | null;
  action: string;
  user_id: string | null;
  target: string | null;
  details: Record<string, unknown>;
}

export interface Feedback {
  reply_id: string;
  user_id: string;
  chatroom_id: string;
  model: string | null;
  rating: string;
  tags: string[];
  has_comment: boolean;
  given_at: string;
}

/** Counts of the feedback that the filters select; null on later pages. */
export interface FeedbackCounts {
  up: number;
  down: number;
  tags: { tag: string; count: number }[];
}

export interface ModelFigures {
  provider: string;
  model: string;
  prompt_tokens: number;
  output_tokens: number;
  thought_tokens: number;
  cached_tokens: number;
  cost: number | null;
}

export interface Figures {
  messages: number;
  replies: Record<string, number>;
  failures: Record<string, number>;
  refusals: Record<string, number>;
  first_text: { count: number; p50_ms: number; p95_ms: number } | null;
  models: ModelFigures[];
  cost: number | null;
  sign_ups: number;
  pro_gained: number;
  pro_lost: number;
}

export type DayFigures = Figures & { day: string };

export interface Stats {
  data: DayFigures[];
  total: Figures;
  time_zone: string;
  counted_since: string | null;
  pro_users: number;
  conversion: number | null;
  churn: number | null;
}

export interface Delivery {
  id: string;
  type: string;
  data: Record<string, unknown>;
  state: string;
  tries: number;
  last_error: string | null;
  next_try_at: string | null;
  created_at: string;
  ended_at: string | null;
}
