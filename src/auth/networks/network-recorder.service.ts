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
 * Records the network of a completed sign-in. A failed write is logged and does not change the answer: the user is signed in.
 */
@Injectable()
export class NetworkRecorder {
  private readonly logger = new Logger('NetworkRecorder');

  constructor(
    private readonly networks: SignInNetworks,
    private readonly users: UsersService,
    private readonly limits: WindowLimits,
    private readonly keys: Keys,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * After a code. The first code from a new network was counted as a stranger's; it now moves to the home counters.
   * Otherwise strangers would be refused one send earlier and could tell that the number has an account. The home limits
   * still apply, so proving codes does not earn more of them.
   */
  afterCode(userId: string, mobileNumber: string, { address }: RequestOrigin): Promise<void> {
    return this.logFailure(async () => {
      if (!(await this.networks.note(userId, mobileNumber, address))) return;
      const { sends } = this.config.otp;
      const of = (isHome: boolean) => numberLimits(this.keys, sends, mobileNumber, isHome);
      await this.limits.move(of(false), of(true));
    });
  }

  afterPassword(userId: string, mobileNumber: string, { address }: RequestOrigin): Promise<void> {
    return this.logFailure(() => this.networks.note(userId, mobileNumber, address));
  }

  /** After a refresh; the session does not hold the number. */
  afterRefresh(userId: string, { address }: RequestOrigin): Promise<void> {
    return this.logFailure(async () => {
      const mobileNumber = (await this.users.find(userId))?.mobileNumber;
      if (mobileNumber) await this.networks.note(userId, mobileNumber, address);
    });
  }

  private async logFailure(work: () => Promise<unknown>): Promise<void> {
    await work().catch((error: unknown) =>
      this.logger.warn(
        `home network of a sign-in not recorded, the sign-in is unaffected: ${describeError(error, { stack: false })}`,
      ),
    );
  }
}
