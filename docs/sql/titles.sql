-- Made by "npm run generate" from the statements in src/titles.
-- Each as PostgreSQL gets it, prepared under its name. Parameters with the types that PostgreSQL gives them; indexes and
-- whole tables that the plan reads, on a database without rows or statistics and with enable_seqscan off.

-- title-first-exchange
-- Indexes: messages_pkey, chatrooms_pkey, messages_chatroom_id_seq_key up to the reply.
-- Parameters: $1 replyId uuid
-- Indexes: chatrooms_pkey, messages_chatroom_id_seq_key, messages_pkey
select question.content as message, reply.content as answer
from messages reply
join messages question on question.id = reply.in_reply_to
join chatrooms room on room.id = reply.chatroom_id
where reply.id = $1 and reply.status = 'completed' and room.name_source in ('default', 'message')
  and not exists (select from messages earlier
                  where earlier.chatroom_id = reply.chatroom_id and earlier.seq < reply.seq
                    and earlier.role = 'model' and earlier.status = 'completed');

-- title-name-room
-- Indexes: messages_pkey, chatrooms_pkey.
-- Parameters: $1 name text, $2 now timestamp with time zone, $3 replyId uuid
-- Indexes: chatrooms_pkey, messages_pkey
update chatrooms room
set name = $1, name_source = 'model', updated_at = greatest($2, room.updated_at)
from messages reply
where reply.id = $3 and room.id = reply.chatroom_id and room.name_source in ('default', 'message')
returning room.id as "roomId", room.user_id as "userId";
