-- Made by "npm run generate" from the statements in src/sandbox.
-- Each as PostgreSQL gets it, prepared under its name. Parameters with the types that PostgreSQL gives them; indexes and
-- whole tables that the plan reads, on a database without rows or statistics and with enable_seqscan off.

-- sandbox-sms-insert
-- Parameters: $1 id uuid, $2 mobileNumber text, $3 text text, $4 createdAt timestamp with time zone
insert into sandbox_sms (id, mobile_number, text, created_at) values ($1, $2, $3, $4);

-- sandbox-sms-list
-- Parameters: $1 before uuid, $2 limit bigint
-- Indexes: sandbox_sms_pkey
select id, mobile_number as "mobileNumber", text, created_at as "createdAt" from sandbox_sms
where ($1::uuid is null or id < $1) order by id desc limit $2;

-- sandbox-sms-list-of-number
-- Parameters: $1 mobileNumber text, $2 before uuid, $3 limit bigint
-- Indexes: sandbox_sms_mobile_number_idx
select id, mobile_number as "mobileNumber", text, created_at as "createdAt" from sandbox_sms
where mobile_number = $1 and ($2::uuid is null or id < $2) order by id desc limit $3;

-- sandbox-sms-delete-of-number
-- Parameters: $1 mobileNumber text
-- Indexes: sandbox_sms_mobile_number_idx
delete from sandbox_sms where mobile_number = $1;

-- sandbox-sms-purge
-- Parameters: $1 before timestamp with time zone
-- Indexes: sandbox_sms_created_at_idx
delete from sandbox_sms where created_at < $1;
