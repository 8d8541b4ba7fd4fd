import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { FIELD_PROBLEMS } from '../problem/problem-table.js';
import { Problem } from '../problem/problem.js';
import { readMobileNumber, type NumberPolicy } from './mobile-number.js';

/** Parses the numbers of requests: every spelling of a number leads to the same account and the same limits. */
@Injectable()
export class MobileNumbersService {
  private readonly policy: NumberPolicy;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: Clock,
  ) {
    this.policy = {
      defaultCountry: config.otp.defaultCountry,
      allowedCountries: config.otp.allowedCountries.map((country) => country.toUpperCase()),
      anyDigits: config.otp.delivery === 'sandbox',
      isTestNumber: (e164) => this.testCode(e164) !== null,
    };
  }

  /**
   * The number in E.164.
   * @throws Problem `validation_failed` with `invalid_number` or `country_not_allowed`
   */
  read(text: string, field = 'mobile_number'): string {
    const reading = readMobileNumber(text, this.policy);
    if ('refused' in reading) throw Problem.field(field, reading.refused, FIELD_PROBLEMS[reading.refused]);
    return reading.e164;
  }

  /** The fixed code of a test number (OTP_TEST_NUMBERS) until their end. */
  testCode(e164: string): string | null {
    const { testNumbers, testNumbersUntil } = this.config.otp;
    if (!testNumbersUntil || this.clock.now() >= testNumbersUntil) return null;
    return testNumbers.get(e164) ?? null;
  }
}
