import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { alerts, dashboardQueries, selectorsIn } from '../support/monitoring-files.js';
import { ROOT } from './source-files.js';

const page = readFileSync(resolve(ROOT, 'docs/operations.md'), 'utf8');
/** The sections of the alerts: from one third-level heading to the next heading. */
const sections = new Map(
  [...page.matchAll(/^### (Chat\w+)\n([\s\S]*?)(?=^#|$(?![\s\S]))/gm)].map(([, name, text]) => [
    name!,
    text!,
  ]),
);

it('every alert has its section in docs/operations.md, and every section its alert', () => {
  expect([...sections.keys()].toSorted()).toEqual(
    alerts()
      .map(({ alert }) => alert)
      .toSorted(),
  );
});

it.each(alerts())(
  '$alert names its section, its severity, and a summary',
  ({ alert, labels, annotations }) => {
    expect(annotations.runbook).toBe(`docs/operations.md#${alert.toLowerCase()}`);
    expect(['page', 'ticket']).toContain(labels.severity);
    expect(annotations.summary).not.toBe('');
  },
);

it.each([...sections])(
  'the section of %s says what is seen, what it means, what to look at and what to do',
  (_, text) => {
    for (const part of ['Symptom', 'Meaning', 'Look at', 'Do'])
      expect(text).toMatch(new RegExp(`^- \\*\\*${part}\\.\\*\\* \\S`, 'm'));
  },
);

it('every query reads a series of this product or of its process', () => {
  const queries = [...dashboardQueries(), ...alerts().map(({ alert, expr }) => ({ title: alert, expr }))];
  const blind = queries.filter(({ expr }) => selectorsIn(expr).length === 0 && !/^up\b/.test(expr));
  expect(queries.length).toBeGreaterThan(60);
  expect(blind).toEqual([]);
});
