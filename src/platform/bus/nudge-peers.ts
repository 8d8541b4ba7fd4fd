/** Interval of beats. */
export const BEAT_MS = 1000;
/** Nudges from before a beat may arrive after it on Redis Cluster, which takes a PUBLISH at any node. */
const GRACE_MS = 1000;
/** Three beats and a half: a process that is silent for longer is dead or cut off. */
const SILENCE_MS = 3500;

/** Another process that sends nudges. */
interface Peer {
  /** Number of the first nudge that has not arrived. */
  next: number;
  /** Numbers after `next` that have arrived. */
  ahead: Set<number>;
  /** Numbers below `sent` must arrive by the end of the grace. */
  owed: { sent: number; atMs: number } | null;
  heardAtMs: number;
  listens: boolean;
}

/** What one process knows of the nudges of all others, and whether it has missed one. */
export class NudgePeers {
  private readonly peers = new Map<string, Peer>();

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** Whether another process has readers. */
  get someListen(): boolean {
    for (const { listens } of this.peers.values()) if (listens) return true;
    return false;
  }

  /** A nudge has arrived. */
  take(id: string, seq: number): void {
    const peer = this.heard(id);
    if (seq >= peer.next) peer.ahead.add(seq);
    advance(peer);
  }

  /** A process says how many nudges it has counted so far, and whether it has readers. */
  beat(id: string, { sent, listens }: { sent: number; listens: boolean }): void {
    const peer = this.heard(id);
    peer.listens = listens;
    peer.owed ??= { sent, atMs: this.nowMs() };
  }

  /**
   * Whether nudges may have been lost since the last call: a number did not arrive, or a process is silent and may have
   * died between a commit and its nudge.
   */
  takeGap(): boolean {
    const now = this.nowMs();
    let hasGap = false;
    for (const [id, peer] of this.peers) {
      const { owed } = peer;
      if (now - peer.heardAtMs > SILENCE_MS) {
        this.peers.delete(id);
        hasGap = true;
      } else if (owed && now - owed.atMs >= GRACE_MS) {
        hasGap ||= peer.next < owed.sent;
        peer.next = Math.max(peer.next, owed.sent);
        peer.owed = null;
        advance(peer);
      }
    }
    return hasGap;
  }

  private heard(id: string): Peer {
    const peer = this.peers.get(id) ?? {
      next: 0,
      ahead: new Set(),
      owed: null,
      heardAtMs: 0,
      listens: false,
    };
    peer.heardAtMs = this.nowMs();
    this.peers.set(id, peer);
    return peer;
  }
}

function advance(peer: Peer): void {
  for (const seq of peer.ahead) if (seq < peer.next) peer.ahead.delete(seq);
  while (peer.ahead.delete(peer.next)) peer.next += 1;
}
