import type { ValueSchema } from '../document.js';
import type { BodyFault } from './body-faults.js';
import { CANARY } from './texts.js';

const DEFAULT_LENGTH = 40;

/** The bytes of a body with its fault. If the fault needs a missing field, the body is unchanged. */
export function withFault(base: Record<string, unknown>, fault: BodyFault, schema: ValueSchema): Buffer {
  const names = Object.keys(schema.properties ?? {});
  const name = 'field' in fault ? names[fault.field % Math.max(1, names.length)] : undefined;
  const set = (value: unknown) => (name === undefined ? base : { ...base, [name]: value });
  const text = name !== undefined && typeof base[name] === 'string' ? base[name] : CANARY;
  const bounds = (name === undefined ? undefined : schema.properties?.[name]) ?? {};
  const members = Object.entries(base).map(
    ([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`,
  );
  const object = (all: string[]) => `{${all.join(',')}}`;
  const whole = object(members);
  switch (fault.kind) {
    case 'value':
      return json(set(fault.value));
    case 'missing':
      return json(Object.fromEntries(Object.entries(base).filter(([key]) => key !== name)));
    case 'length': {
      const edge = fault.by < 0 ? bounds.minimum : bounds.maximum;
      // The longest jump of the clock is allowed, but would end the sessions of all other sequences.
      const isLongestJump = name === 'advance_seconds' && fault.by === 0;
      if (edge !== undefined && !isLongestJump) return json(set(edge + fault.by));
      const bound = fault.by < 0 ? (bounds.minLength ?? 1) : (bounds.maxLength ?? DEFAULT_LENGTH);
      return json(set(fault.unit.repeat(Math.max(0, bound + fault.by))));
    }
    case 'padding':
      return json(set(fault.around + text + fault.around));
    case 'inserted': {
      const at = Math.min(fault.at, text.length);
      return json(set(text.slice(0, at) + fault.text + text.slice(at)));
    }
    case 'rawValue':
    case 'duplicate': {
      const others =
        fault.kind === 'duplicate'
          ? members
          : members.filter((one) => !one.startsWith(`${JSON.stringify(name)}:`));
      return Buffer.from(
        object(name === undefined ? others : [...others, `${JSON.stringify(name)}:${fault.json}`]),
      );
    }
    case 'extra': {
      const member = `${JSON.stringify(fault.name)}:${fault.json}`;
      return Buffer.from(object(fault.first ? [member, ...members] : [...members, member]));
    }
    case 'whole':
      return Buffer.from(fault.json);
    case 'cut':
      return Buffer.from(whole.slice(0, Math.floor(whole.length * fault.share)));
    case 'around':
      return Buffer.from(fault.before + whole + fault.after);
    case 'bytes': {
      const bytes = Buffer.from(whole);
      const at = fault.at % (bytes.length + 1);
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(fault.hex, 'hex'), bytes.subarray(at)]);
    }
    case 'members': {
      const many = Array.from({ length: fault.count }, (_, nth) => `"k${nth}":0`);
      return Buffer.from(object([...members, ...(fault.nested ? [`"strange":${object(many)}`] : many)]));
    }
    case 'values':
      return Buffer.from(object([...members, `"strange":[${Array(fault.count).fill(0).join(',')}]`]));
    case 'deep': {
      const [open, close] = fault.shape === 'array' ? ['[', ']'] : ['{"a":', '}'];
      const value =
        open.repeat(fault.depth) + (fault.shape === 'array' ? '' : '1') + close.repeat(fault.depth);
      return Buffer.from(object([...members, `"strange":${value}`]));
    }
    case 'blanks':
      return Buffer.from(whole + ' '.repeat(Math.max(0, fault.kilobytes * 1024 - Buffer.byteLength(whole))));
    case 'size':
      return Buffer.from(object([...members, `"strange":"${'a'.repeat(fault.kilobytes * 1024)}"`]));
  }
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
