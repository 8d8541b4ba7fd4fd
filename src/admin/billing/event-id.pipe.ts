import type { PipeTransform } from '@nestjs/common';
import { Problem } from '../../platform/problem/problem.js';

/** An event's id, as Stripe makes them; what has another form names nothing. */
export class EventIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!/^evt_\w+$/.test(value)) throw Problem.notFound();
    return value;
  }
}
