import { Inject, Injectable, Logger } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Keys } from '../../platform/crypto/keys.js';
import { describeError } from '../../platform/logging/describe-error.js';
import { UsersService } from '../../users/users.service.js';
import { numberLimits } from '../limits/sign-in-limits.js';
import { WindowLimits } from '../../platform/limits/windows.service.js';
import type { RequestOrigin } from '../request-origin.js';
import { SignInNetworks } from './sign-in-networks.service.js';

/**
 * Notes where people sign in from, when they have. What cannot be written is told in the log and changes no answer: they are
 * signed in.
 */
@Injectable()
export class ArrivalsService {
  private readonly logger = new Logger('Arrivals');

  constructor(
    private readonly networks: SignInNetworks,
    private readonly users: UsersService,
    private readonly limits: WindowLimits,
    private readonly keys: Keys,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * By a code. The first one from a network was asked for as by a stranger, and counted so: now it counts with the owner's,
   * else strangers would be refused one send earlier and know by it that the number has an account. The owner's limits
   * hold: proving codes is no way to more of them.
   */
  byCode(userId: string, mobileNumber: string, { address }: RequestOrigin): Promise<void> {
    return this.inAnyCase(async () => {
      if (!(await this.networks.note(userId, mobileNumber, address))) return;
      const { sends } = this.config.otp;
      const of = (isHome: boolean) => numberLimits(this.keys, sends, mobileNumber, isHome);
      await this.limits.move(of(false), of(true));
    });
  }

  byPassword(userId: string, mobileNumber: string, { address }: RequestOrigin): Promise<void> {
    return this.inAnyCase(() => this.networks.note(userId, mobileNumber, address));
  }

  /** By a refresh token, whose session does not know the number. */
  byRefresh(userId: string, { address }: RequestOrigin): Promise<void> {
    return this.inAnyCase(async () => {
      const mobileNumber = (await this.users.find(userId))?.mobileNumber;
      if (mobileNumber) await this.networks.note(userId, mobileNumber, address);
    });
  }

  private async inAnyCase(work: () => Promise<unknown>): Promise<void> {
    await work().catch((error: unknown) =>
      this.logger.warn(`a sign-in's network is not noted: ${describeError(error, { stack: false })}`),
    );
  }
}
