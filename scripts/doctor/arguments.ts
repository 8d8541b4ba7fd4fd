import { parsePhoneNumberFromString } from 'libphonenumber-js';

/** The parsed arguments of the command. */
export interface DoctorOrder {
  isJson: boolean;
  /** E.164; null: no message is sent. */
  sendTo: string | null;
}

export const USAGE = `npm run doctor -- [--json] [--send-to=+14155550100]
  --json       print JSON
  --send-to    also send one real test message to this number`;

/** Parses the arguments; null when they are invalid. */
export function readArguments(words: string[]): DoctorOrder | null {
  const order: DoctorOrder = { isJson: false, sendTo: null };
  for (const word of words) {
    const [, number] = /^--send-to=(\+\d{8,15})$/.exec(word) ?? [];
    if (word === '--json') order.isJson = true;
    else if (number !== undefined && parsePhoneNumberFromString(number)?.isPossible()) order.sendTo = number;
    else return null;
  }
  return order;
}
