import { counter, gauge, histogram, QUICK_BUCKETS } from '../metrics/instruments.js';

export const BUS_UP = gauge(
  'chat_bus_up',
  'Whether this process hears events: committed ones (ended sessions, cache bypasses), and wake-ups.',
  { events: ['committed', 'wake_ups'] },
);
export const BUS_ECHO = histogram(
  'chat_bus_echo_seconds',
  'Time of the echo by which the bus proves, about once a second, that it hears: its lag.',
  {},
  QUICK_BUCKETS,
);
export const BUS_LOSSES = counter(
  'chat_bus_losses_total',
  'Times that the bus lost its connection or its echo.',
);
