import { totalOf } from '../answers/figures.js';
import { freeShare, type TracingFigures } from '../tracing/tracing.js';
import { table } from './table.js';

/** What tracing costs. */
export function tracingTable(figures: TracingFigures): string {
  const { backend, off, on, spans, placeNanoseconds } = figures;
  const cost = ({ consumption }: typeof off) => (consumption ? totalOf(consumption) : null);
  const [without, withSpans, share] = [cost(off), cost(on), freeShare(figures)];
  return table(
    [`tracing, ${backend}`, 'found'],
    [
      ['spans of an answered message', spans.toFixed(1)],
      ['a place of a span without tracing', `${placeNanoseconds.toFixed(0)} ns`],
      ...(share === null
        ? []
        : [['… all of an answer, of its processor time', `${(share * 100).toFixed(3)} %`]]),
      ...(without === null || withSpans === null
        ? []
        : [
            ['processor time of an answer without OTEL_EXPORTER_OTLP_ENDPOINT', `${without.toFixed(0)} µs`],
            ['… with every span exported', `${withSpans.toFixed(0)} µs`],
            ['… ratio', (withSpans / without).toFixed(2)],
          ]),
    ],
  );
}
