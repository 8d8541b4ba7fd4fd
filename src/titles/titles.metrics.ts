import { counter } from '../platform/metrics/instruments.js';

export const TITLES = counter(
  'chat_titles_total',
  'Tries to write the title of a room, by outcome. `kept`: the owner has named or deleted the room.',
  { outcome: ['named', 'kept', 'failed'] },
);
