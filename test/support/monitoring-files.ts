import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { load } from 'js-yaml';

const DEPLOY = resolve('deploy');

/** An alert of deploy/prometheus/rules.yml. */
export interface Alert {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; runbook: string };
}

export const alerts = (): Alert[] => {
  const text = readFileSync(resolve(DEPLOY, 'prometheus/rules.yml'), 'utf8');
  return (load(text) as { groups: { rules: Alert[] }[] }).groups.flatMap(({ rules }) => rules);
};

interface Panel {
  title: string;
  targets?: { expr: string }[];
  panels?: Panel[];
}

/** Every query of every dashboard, with the title of its panel. */
export function dashboardQueries(): { title: string; expr: string }[] {
  const folder = resolve(DEPLOY, 'grafana');
  return readdirSync(folder).flatMap((file) => {
    const { panels } = JSON.parse(readFileSync(resolve(folder, file), 'utf8')) as { panels: Panel[] };
    return panels
      .flatMap((panel) => [panel, ...(panel.panels ?? [])])
      .flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));
  });
}

/** A series that a query selects: `name{label="value",…}`. */
export interface Selector {
  name: string;
  /** The values that a label may have for the query; empty: a pattern of Prometheus' own labels. */
  labels: Record<string, string[]>;
}

/** Set by Prometheus, not by a process. */
const FROM_PROMETHEUS = new Set(['job', 'instance']);

/** The selectors of a query. A metric's name has an underscore, which no function or label of ours has before `(`. */
export function selectorsIn(expr: string): Selector[] {
  return [...expr.matchAll(/\b((?:chat|nodejs|process)_[a-z0-9_]+)(?:\{([^}]*)\})?/g)].map(
    ([, name, matchers = '']) => ({
      name: name!,
      labels: Object.fromEntries(
        [...matchers.matchAll(/(\w+)=~?"([^"]*)"/g)]
          .filter(([, label]) => !FROM_PROMETHEUS.has(label!))
          .map(([, label, values]) => [label, values!.split('|')]),
      ),
    }),
  );
}
