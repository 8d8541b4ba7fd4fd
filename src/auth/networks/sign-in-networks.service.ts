import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Keys } from '../../platform/crypto/keys.js';
import { networkOf } from '../../platform/limits/network.js';
import { SignInNetworksRepository } from './sign-in-networks.repository.js';

const DAY_MS = 24 * 3600 * 1000;
/** A home network expires after 90 days without a sign-in: its address may belong to another customer by then. */
export const NETWORK_KEPT_MS = 90 * DAY_MS;

/** The sender of a request for a code. */
export interface Sender {
  /** Whether the number has an account. */
  isKnown: boolean;
  /** Whether that account has signed in from this network. */
  isHome: boolean;
}

/** Home networks of accounts (IPv4 by address, IPv6 by /64). Their sends count apart, so that strangers cannot use up the owner's. */
@Injectable()
export class SignInNetworks {
  /** Networks proven by the SMS sandbox count only in processes that use the sandbox. */
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
   * Records a sign-in of the number's owner.
   * @returns true if the network was new
   */
  note(userId: string, mobileNumber: string, address: string): Promise<boolean> {
    return this.networks.note(this.hashOf(mobileNumber, address), userId, this.clock.now());
  }

  /** Deletes the account's networks when its number changes. */
  forgetIn(manager: EntityManager, userId: string): Promise<void> {
    return this.networks.deleteOf(userId, manager);
  }

  private hashOf(mobileNumber: string, address: string): Buffer {
    return this.keys.hmac('number-hash', `network\0${this.proof}\0${mobileNumber}\0${networkOf(address)}`);
  }
}
