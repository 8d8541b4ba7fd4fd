import { Global, Module, type DynamicModule, type Type } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { GuardedSmsSender } from './guarded-sms.sender.js';
import { MobileNumbersService } from './mobile-numbers.service.js';
import { ServiceOutagesRepository } from './service-outages.repository.js';
import { SmsAvailabilityService } from './sms-availability.service.js';
import { SmsSender } from './sms-sender.js';
import { TwilioSender } from './twilio.sender.js';
import { WebhookSender } from './webhook.sender.js';

/** Injection token of the sender behind the breaker. */
const PROVIDER = Symbol('SmsProvider');

/** Mobile numbers, and the SMS sender of OTP_DELIVERY behind a breaker. */
@Global()
@Module({})
export class SmsModule {
  /**
   * @param sandbox the SMS sandbox's sender while it is on, passed by the composition root, because the platform may not
   * import it
   */
  static forRoot(sandbox: Type<SmsSender> | null): DynamicModule {
    return {
      module: SmsModule,
      providers: [
        MobileNumbersService,
        ServiceOutagesRepository,
        SmsAvailabilityService,
        sandbox
          ? { provide: PROVIDER, useClass: sandbox }
          : { provide: PROVIDER, inject: [CONFIG], useFactory: realProvider },
        {
          provide: SmsSender,
          inject: [PROVIDER, SmsAvailabilityService],
          useFactory: (provider: SmsSender, availability: SmsAvailabilityService) =>
            new GuardedSmsSender(provider, availability),
        },
      ],
      exports: [MobileNumbersService, SmsAvailabilityService, SmsSender],
    };
  }
}

/** The rules of the configuration guarantee the settings of the chosen OTP_DELIVERY. */
function realProvider({ otp, sms }: Config): SmsSender {
  if (otp.delivery === 'twilio') return new TwilioSender(sms.twilio!);
  return new WebhookSender(sms.webhook!);
}
