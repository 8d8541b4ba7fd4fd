import { totalOf, type AnswerFigures, type Contender, type Measured } from '../answers/figures.js';
import { TARGETS } from './results.js';
import { table, verdict } from './table.js';

const NAMES: Record<Contender, string> = {
  answer: 'answered message',
  bare: '… of the bare implementation',
  naive: '… of a naive FastAPI + Celery backend',
  floor: 'two-row floor',
  send: 'send',
  list: 'cached list',
};

/** What an answered message costs. */
export const answerTables = (answers: AnswerFigures[]): string =>
  [costTable(answers), ratioTable(answers), ...answers.map(profileTables)].join('\n\n');

const costTable = (answers: AnswerFigures[]): string =>
  table(
    ['', 'a second', 'p50 ms', 'p99 ms', 'API µs', 'worker µs', 'PostgreSQL µs', 'Redis µs', 'failures'],
    answers.flatMap(({ backend, measured }) =>
      (Object.entries(measured) as [Contender, Measured][]).map(([of, { consumption, ...figures }]) => [
        `${of === 'answer' ? `**${NAMES[of]}**` : NAMES[of]}, ${backend}`,
        Math.round(figures.perSecond).toLocaleString('en'),
        figures.p50.toFixed(1),
        figures.p99.toFixed(1),
        ...(['api', 'worker', 'postgres', 'redis'] as const).map(
          (part) => consumption?.[part].toFixed(0) ?? '',
        ),
        figures.failures === 0 ? '0' : `${figures.failures} ✗`,
      ]),
    ),
  );

const ratioTable = (answers: AnswerFigures[]): string =>
  table(
    ['', 'found', 'target'],
    answers.flatMap(({ backend, measured: { answer, bare, naive, floor, send, list } }) => [
      atLeast(
        `answered messages a second ÷ two-row floor, ${backend}`,
        answer!.perSecond / floor!.perSecond,
        TARGETS.answer.ofFloor,
      ),
      atLeast(
        `answered messages a second ÷ bare implementation, ${backend}`,
        answer!.perSecond / bare!.perSecond,
        TARGETS.answer.ofBare,
      ),
      ...(naive
        ? [
            atLeast(
              `answered messages a second ÷ naive backend, ${backend}`,
              answer!.perSecond / naive.perSecond,
              TARGETS.answer.ofNaive,
            ),
          ]
        : []),
      ...consumed(`processor time of an answer ÷ bare implementation’s, ${backend}`, answer, bare, null),
      ...consumed(`processor time of an answer ÷ naive backend’s, ${backend}`, answer, naive, null),
      ...consumed(`processor time of an answer ÷ of a send, ${backend}`, answer, send, TARGETS.answer.ofSend),
      ...consumed(`processor time of an answer ÷ of a cached list, ${backend}`, answer, list, null),
    ]),
  );

const atLeast = (name: string, value: number, target: number): string[] => [
  name,
  verdict(value, (found) => found >= target),
  `≥ ${target}`,
];

function consumed(
  name: string,
  of: Measured | undefined,
  by: Measured | undefined,
  target: number | null,
): string[][] {
  if (!of?.consumption || !by?.consumption) return [];
  const ratio = totalOf(of.consumption) / totalOf(by.consumption);
  return [
    [
      name,
      verdict(ratio, (found) => target === null || found <= target),
      target === null ? '' : `≤ ${target}`,
    ],
  ];
}

function profileTables({ backend, profile }: AnswerFigures): string {
  const shares = (name: string, list: [string, number][]) =>
    `${name}: ${list.map(([what, share]) => `${what} ${Math.round(share * 100)} %`).join(', ')}.`;
  return [
    `Where an answer’s processor time goes, ${backend}. ${shares('API', profile.api)} ${shares('Worker', profile.worker)}`,
    table(
      [`statements of an answer, ${backend}`, 'runs', 'ms'],
      profile.statements.map(({ name, calls, ms }) => [
        `\`${name.replaceAll('|', '\\|')}\``,
        calls.toFixed(2),
        ms.toFixed(3),
      ]),
    ),
  ].join('\n\n');
}
