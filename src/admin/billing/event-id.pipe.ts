import type { PipeTransform } from '@nestjs/common';
import { Problem } from '../../platform/problem/problem.js';

/** Accepts ids in the form of Stripe's event ids; any other text is not found. */
export class EventIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!/^evt_\w+$/.test(value)) throw Problem.notFound();
    return value;
  }
}
