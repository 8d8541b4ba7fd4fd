import { rows } from '../../bench/lab/lab.js';

/** A custom setting, in every session of a process. */
const NAME = 'chaos.member';

/** Deadline of a reply, for the processes of a run and for the witness. */
export const DEADLINE_SECONDS = 600;

/**
 * Records inside the database which process writes to a reply: each process's sessions carry its name. A write by any
 * process other than the one of the last claim is a violation. One write is allowed to every process: ending a reply past
 * its deadline.
 */
const WITNESS = `
  create schema chaos;
  create table chaos.claims (
    reply_id uuid, attempt integer, worker text, primary key (reply_id, attempt)
  );
  create table chaos.foreign_writes (reply_id uuid, attempt integer, worker text, claimed_by text);
  create function chaos.witness() returns trigger language plpgsql as $$
    declare
      me text := current_setting('${NAME}', true);
      claimer text;
    begin
      if new.attempt <> old.attempt then
        insert into chaos.claims values (new.id, new.attempt, me);
      else
        select worker into claimer from chaos.claims where reply_id = new.id and attempt = new.attempt;
        if claimer <> me and not (
          new.error_code = 'deadline_exceeded' and old.completed_at is null and new.completed_at is not null
          and old.turn_at <= clock_timestamp() - interval '${DEADLINE_SECONDS} seconds'
        ) then
          insert into chaos.foreign_writes values (new.id, new.attempt, me, claimer);
        end if;
      end if;
      return null;
    end
  $$;
  create trigger chaos_witness after update on messages
    for each row when (new.attempt > 0) execute function chaos.witness()`;

export interface ForeignWrite {
  replyId: string;
  attempt: number;
  worker: string;
  claimedBy: string;
}

export const installWitness = (databaseUrl: string): Promise<unknown> => rows(databaseUrl, WITNESS);

/** @throws Error when claims were recorded without a name: then the witness has seen nothing */
export async function foreignWrites(databaseUrl: string): Promise<ForeignWrite[]> {
  const unknown = await rows(databaseUrl, 'select from chaos.claims where worker is null limit 1');
  if (unknown.length > 0) throw new Error('the witness does not know who claims replies');
  return rows<ForeignWrite & Record<string, unknown>>(
    databaseUrl,
    `select reply_id as "replyId", attempt, worker, claimed_by as "claimedBy" from chaos.foreign_writes`,
  );
}

/** Environment that gives the sessions of a process its name (libpq's variable, which pg reads as well). */
export const witnessed = (name: string): Record<string, string> => ({ PGOPTIONS: `-c ${NAME}=${name}` });
