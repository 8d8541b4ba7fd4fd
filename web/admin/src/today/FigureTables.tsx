import type { DayFigures, ModelFigures, Stats } from '../api/types.js';
import { wholeList } from '../lib/use-page.js';
import css from '../parts/parts.module.css';
import { Table } from '../parts/Table.js';
import { texts } from '../texts.js';
import { costText, countText, failed, refused, tokens } from './numbers.js';

/** The same numbers by kind and model, and each day. */
export function FigureTables({ stats: { data, total } }: { stats: Stats }) {
  const { today } = texts;
  return (
    <>
      <h2>{today.failures}</h2>
      <Kinds label={today.failures} counts={total.failures} empty={today.noFailures} />
      <h2>{today.refusalsTitle}</h2>
      <Kinds label={today.refusalsTitle} counts={total.refusals} empty={today.noRefusals} />
      <h2>{today.models}</h2>
      <Table<ModelFigures>
        label={today.models}
        list={wholeList(total.models)}
        keyOf={({ provider, model }) => `${provider} ${model}`}
        empty={today.noModels}
        columns={[
          { label: today.model, cell: ({ model }) => model },
          { label: today.provider, cell: ({ provider }) => provider },
          { label: today.prompt, cell: (one) => countText(one.prompt_tokens), isNumber: true },
          { label: today.cached, cell: (one) => countText(one.cached_tokens), isNumber: true },
          { label: today.output, cell: (one) => countText(one.output_tokens), isNumber: true },
          { label: today.thought, cell: (one) => countText(one.thought_tokens), isNumber: true },
          { label: today.cost, cell: ({ cost }) => costText(cost), isNumber: true },
        ]}
      />
      <details className={css['more']}>
        <summary>{today.table}</summary>
        <Table<DayFigures>
          label={today.table}
          list={wholeList(data.toReversed())}
          keyOf={({ day }) => day}
          empty=""
          columns={[
            { label: today.day, cell: ({ day }) => day },
            { label: today.messages, cell: ({ messages }) => countText(messages), isNumber: true },
            { label: today.failed, cell: (day) => countText(failed(day)), isNumber: true },
            { label: today.firstText, cell: (day) => msText(day.first_text?.p50_ms), isNumber: true },
            { label: today.firstText95, cell: (day) => msText(day.first_text?.p95_ms), isNumber: true },
            { label: today.refusals, cell: (day) => countText(refused(day)), isNumber: true },
            { label: today.tokens, cell: (day) => countText(tokens(day)), isNumber: true },
            { label: today.cost, cell: ({ cost }) => costText(cost), isNumber: true },
            { label: today.signUps, cell: ({ sign_ups }) => countText(sign_ups), isNumber: true },
            { label: today.gained, cell: ({ pro_gained }) => countText(pro_gained), isNumber: true },
            { label: today.lost, cell: ({ pro_lost }) => countText(pro_lost), isNumber: true },
          ]}
        />
      </details>
    </>
  );
}

const msText = (ms: number | undefined): string => (ms === undefined ? '–' : texts.today.ms(ms));

/** Counts by kind, the most frequent first. */
function Kinds({ label, counts, empty }: { label: string; counts: Record<string, number>; empty: string }) {
  const rows = Object.entries(counts).toSorted(([, one], [, other]) => other - one);
  return (
    <Table<[string, number]>
      label={label}
      list={wholeList(rows)}
      keyOf={([kind]) => kind}
      empty={empty}
      columns={[
        { label: texts.today.code, cell: ([kind]) => kind },
        { label: texts.today.count, cell: ([, count]) => countText(count), isNumber: true },
      ]}
    />
  );
}
