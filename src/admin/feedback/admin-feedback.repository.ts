import { Injectable } from '@nestjs/common';
import type { Rating } from '../../messages/message.entity.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';

/** Feedback without the comment. */
export interface AdminFeedbackRow {
  /** The reply's. */
  id: string;
  userId: string;
  chatroomId: string;
  model: string | null;
  rating: Rating;
  tags: string[];
  hasComment: boolean;
  givenAt: Date;
}

export interface FeedbackFilter {
  rating: Rating | null;
  tag: string | null;
  userId: string | null;
}

export interface FeedbackCounts {
  up: number;
  down: number;
  tags: { tag: string; count: number }[];
}

/** Counts read at most this many rows, about 50 ms. */
export const COUNTED = 10_000;
/** More tags than an app offers; the rest are rare spellings. */
export const TAGS_COUNTED = 20;

/** Feedback of all users, for operators. */
@Injectable()
export class AdminFeedbackRepository {
  constructor(private readonly database: Database) {}

  /** The newest reply first. */
  list(filter: FeedbackFilter, before: string | null, limit: number): Promise<AdminFeedbackRow[]> {
    return this.database.run(filter.userId === null ? LIST : LIST_OF_USER, { ...filter, before, limit });
  }

  async count(filter: FeedbackFilter): Promise<FeedbackCounts> {
    return (await this.database.one(filter.userId === null ? COUNT : COUNT_OF_USER, filter))!;
  }
}

/** The condition of the indexes stands in the text, where the planner sees it. */
const selected = (ofUser: boolean) => `
  m.feedback is not null${ofUser ? ' and m.user_id = :userId' : ''}
    and (:rating::text is null or m.feedback ->> 'rating' = :rating) and (:tag::text is null or m.feedback -> 'tags' ? :tag)`;

const list = (name: string, ofUser: boolean) =>
  statement<FeedbackFilter & { before: string | null; limit: number }, AdminFeedbackRow>(
    name,
    `
    select m.id, m.user_id as "userId", m.chatroom_id as "chatroomId", m.model, m.feedback ->> 'rating' as rating,
      m.feedback -> 'tags' as tags, m.feedback ->> 'comment' is not null as "hasComment",
      (m.feedback ->> 'at')::timestamptz as "givenAt"
    from messages m
    where ${selected(ofUser)} and (:before::uuid is null or m.id < :before)
    order by m.id desc limit :limit`,
  );
/** Index messages_feedback_idx. */
const LIST = list('admin-feedback', false);
/** Index messages_feedback_of_user_idx. */
const LIST_OF_USER = list('admin-feedback-of-user', true);

const count = (name: string, ofUser: boolean) =>
  statement<FeedbackFilter, FeedbackCounts>(
    name,
    `
    with newest as materialized (
      select m.feedback from messages m where ${selected(ofUser)} order by m.id desc limit ${COUNTED}
    ),
    tagged as (
      select tag, count(*)::int as count from newest, jsonb_array_elements_text(feedback -> 'tags') as tag
      group by tag order by count(*) desc, tag limit ${TAGS_COUNTED}
    )
    select count(*) filter (where feedback ->> 'rating' = 'up')::int as up,
      count(*) filter (where feedback ->> 'rating' = 'down')::int as down,
      (select coalesce(json_agg(tagged), '[]') from tagged) as tags
    from newest`,
  );
/** Index messages_feedback_idx. */
const COUNT = count('admin-feedback-count', false);
/** Index messages_feedback_of_user_idx. */
const COUNT_OF_USER = count('admin-feedback-count-of-user', true);
