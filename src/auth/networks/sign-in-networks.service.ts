import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Keys } from '../../platform/crypto/keys.js';
import { networkOf } from '../../platform/limits/network.js';
import { SignInNetworksRepository } from './sign-in-networks.repository.js';

const DAY_MS = 24 * 3600 * 1000;
/** A network that a person has not come from for this long is a stranger's again: its address is another customer's by now. */
export const NETWORK_KEPT_MS = 90 * DAY_MS;

/** Who asks for a code to a number. */
export interface Sender {
  /** Has the number an account? */
  isKnown: boolean;
  /** Has that account signed in from this network? */
  isHome: boolean;
}

/** The networks that people sign in from (IPv4 by address, IPv6 by /64), so that strangers cannot use their codes up. */
@Injectable()
export class SignInNetworks {
  /** What the SMS sandbox proves counts where the sandbox is, and nowhere else. */
  private readonly proof: string;

  constructor(
    private readonly networks: SignInNetworksRepository,
    private readonly keys: Keys,
    private readonly clock: Clock,
    @Inject(CONFIG) config: Config,
  ) {
    this.proof = config.otp.delivery === 'sandbox' ? 'sandbox' : 'sms';
  }

  /** The same work for known and unknown numbers. @param mobileNumber E.164 */
  async senderOf(mobileNumber: string, address: string): Promise<Sender> {
    const since = new Date(this.clock.now().getTime() - NETWORK_KEPT_MS);
    const hash = this.hashOf(mobileNumber, address);
    const { userId, homeOf } = await this.networks.findSender(mobileNumber, hash, since);
    return { isKnown: userId !== null, isHome: userId !== null && userId === homeOf };
  }

  /**
   * Notes that the owner of a number was here.
   * @returns was the network unknown?
   */
  note(userId: string, mobileNumber: string, address: string): Promise<boolean> {
    return this.networks.note(this.hashOf(mobileNumber, address), userId, this.clock.now());
  }

  /** The account gets another number: what is known of the old one is for nobody. */
  forgetIn(manager: EntityManager, userId: string): Promise<void> {
    return this.networks.deleteOf(userId, manager);
  }

  private hashOf(mobileNumber: string, address: string): Buffer {
    return this.keys.hmac('number-hash', `network\0${this.proof}\0${mobileNumber}\0${networkOf(address)}`);
  }
}
