import { stableId, type PostmanEvent } from './convert.js';
import type { Step } from './step.js';

/** The scripts of a request: before it, checks after it, and values kept for later requests. */
export function eventsOf(step: Step, status: number, hasBody: boolean): PostmanEvent[] {
  return [
    ...(step.before ? [event(step, 'prerequest', step.before)] : []),
    event(step, 'test', testLines(step, status, hasBody)),
  ];
}

function testLines({ or = [], keeps = {}, checks = {} }: Step, status: number, hasBody: boolean): string[] {
  const right = [status, ...or];
  const is =
    or.length > 0
      ? `pm.expect(pm.response.code).to.be.oneOf([${right.join(', ')}])`
      : `pm.response.to.have.status(${status})`;
  return [
    `pm.test('answers ${right.join(' or ')}', () => ${is});`,
    ...(hasBody ? ['const answer = pm.response.json();'] : []),
    ...Object.entries(checks).map(
      ([name, holds]) => `pm.test(${quoted(name)}, () => pm.expect(${holds}).to.be.true);`,
    ),
    ...Object.entries(keeps).map(
      ([variable, path]) =>
        `${or.length > 0 ? `if (answer.${path}) ` : ''}pm.collectionVariables.set('${variable}', answer.${path});`,
    ),
  ];
}

const quoted = (text: string): string => `'${text.replaceAll("'", "\\'")}'`;

function event(step: Step, listen: PostmanEvent['listen'], exec: string[]): PostmanEvent {
  return {
    listen,
    script: { id: stableId(`${step.operationId} ${listen}`), type: 'text/javascript', exec },
  };
}
