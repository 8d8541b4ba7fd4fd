import { setTimeout as pause } from 'node:timers/promises';
import { rows } from '../../bench/lab/lab.js';
import type { Cluster } from './cluster.js';
import type { Member } from './member.js';
import type { Fault } from './plan.js';

/** A fault that was injected. */
export interface Landed extends Fault {
  at: number;
  /** Its target. */
  target: string;
  /** Keys of the messages for which a killed worker was calling the model. */
  held: string[];
}

/** Delay of a slow link: a round trip then takes three times a heartbeat's write. */
const SLOW_MS = 150;
/** Maximum number of the product's connections that one cut of sessions ends. */
const SESSIONS = 12;

/** Injects faults into a cluster. */
export class Faults {
  readonly landed: Landed[] = [];

  constructor(
    private readonly cluster: Cluster,
    private readonly say: (line: string) => void,
  ) {}

  /** Runs the whole schedule; resolves when everything is repaired. */
  async run(schedule: Fault[]): Promise<void> {
    const running: Promise<void>[] = [];
    for (const fault of schedule) {
      await pause(fault.gapMs);
      running.push(this.happen(fault));
    }
    await Promise.all(running);
  }

  private happen(fault: Fault): Promise<void> {
    const { cluster } = this;
    const worker = cluster.workers[fault.which % 2]!;
    const api = cluster.apis[fault.which % 2]!;
    switch (fault.kind) {
      case 'kill-worker':
        return this.restart(fault, worker, () => worker.kill());
      case 'kill-api':
        return this.restart(fault, api, () => api.kill());
      case 'stop-worker':
        return this.restart(fault, worker, () => worker.stop());
      case 'stop-api':
        return this.restart(fault, api, () => api.stop());
      case 'pause-worker':
        return this.during(fault, worker.name, (on) => worker.freeze(on));
      case 'cut-sessions':
        return cluster.alone('postgres', () => this.cutSessions(fault));
      case 'kill-postgres':
      case 'stop-postgres':
        return this.restartPostgres(fault);
      case 'kill-redis':
        return this.restartRedis(fault);
      case 'freeze-redis':
        return this.during(fault, 'redis', (on) => cluster.redis!.freeze(on));
      case 'slow-link':
      case 'cut-link':
      case 'reset-link':
      case 'half-close-link':
      case 'dead-link':
        return this.linkFault(fault, cluster.members[fault.which]!);
    }
  }

  private restart(fault: Fault, member: Member, end: () => Promise<void>): Promise<void> {
    return this.cluster.alone(member.name, async () => {
      this.note(fault, member.name, this.cluster.model.heldBy(member.name));
      await end();
      await pause(fault.holdMs);
      await member.start();
    });
  }

  private during(fault: Fault, target: string, set: (on: boolean) => void): Promise<void> {
    return this.cluster.alone(target, async () => {
      this.note(fault, target);
      set(true);
      await pause(fault.holdMs);
      set(false);
    });
  }

  private restartPostgres(fault: Fault): Promise<void> {
    return this.cluster.alone('postgres', async () => {
      this.note(fault, 'postgres');
      await this.cluster.postgres.kill(fault.kind === 'kill-postgres' ? 'SIGKILL' : 'SIGQUIT');
      await pause(fault.holdMs);
      await this.cluster.restartPostgres();
    });
  }

  private restartRedis(fault: Fault): Promise<void> {
    return this.cluster.alone('redis', async () => {
      this.note(fault, 'redis');
      await this.cluster.redis!.kill();
      await pause(fault.holdMs);
      await this.cluster.redis!.start();
    });
  }

  private async cutSessions(fault: Fault): Promise<void> {
    const cut = await rows(
      this.cluster.postgres.url,
      `select pg_terminate_backend(pid) from (
         select pid from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()
         order by md5(pid::text || $1::text) limit $2
       ) unlucky`,
      [fault.number, SESSIONS],
    );
    this.note(fault, `${cut.length} sessions`);
  }

  private linkFault(fault: Fault, member: Member): Promise<void> {
    const link = member.links[fault.server]!;
    const name = `${member.name} to ${fault.server}`;
    if (fault.kind === 'slow-link') return this.during(fault, name, (on) => link.slowDown(on ? SLOW_MS : 0));
    if (fault.kind === 'cut-link') return this.during(fault, name, (on) => (on ? link.cut() : link.mend()));
    // Affects only open connections: a new one works.
    if (fault.kind === 'reset-link') return this.during(fault, name, (on) => on && link.reset());
    if (fault.kind === 'half-close-link') return this.during(fault, name, (on) => on && link.halfClose());
    // Affects only open connections: the product must notice it and open new ones.
    return this.during(fault, name, (on) => on && link.strand());
  }

  private note(fault: Fault, target: string, held: string[] = []): void {
    this.landed.push({ ...fault, target, held, at: Date.now() });
    const holding = held.length > 0 ? `, which made ${held.length} replies` : '';
    this.say(`#${fault.number} ${fault.kind}: ${target}${holding}`);
  }
}
