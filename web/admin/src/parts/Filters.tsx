import { useEffect, useState, type ReactNode } from 'react';
import { Button } from '../../../ui/components/Button.js';
import { Field, SelectField } from '../../../ui/components/Field.js';
import { goTo, hrefOf, type SectionName } from '../lib/route.js';
import { texts } from '../texts.js';
import css from './parts.module.css';

export interface Filter {
  name: string;
  label: string;
  /** Its choices; a text without. The empty one is the API's default. */
  choices?: readonly (readonly [value: string, label: string])[];
}

interface Props {
  section: SectionName;
  filters: Record<string, string>;
  fields: readonly Filter[];
  children?: ReactNode;
}

/** The filters of a list. They stand in the address, so that a list can be linked to. */
export function Filters({ section, filters, fields, children }: Props) {
  const [values, setValues] = useState(filters);
  const key = JSON.stringify(filters);
  useEffect(() => setValues(filters), [key]);
  const apply = (next: Record<string, string>) => goTo(hrefOf(section, { filters: next }));
  return (
    <form
      className={css['filters']}
      role="search"
      aria-label={texts.filters}
      onSubmit={(event) => {
        event.preventDefault();
        apply(trimmed(values));
      }}
    >
      {fields.map(({ name, label, choices }) =>
        choices ? (
          <SelectField
            key={name}
            label={label}
            value={values[name] ?? ''}
            onChange={(value) => apply(trimmed({ ...values, [name]: value }))}
          >
            {choices.map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </SelectField>
        ) : (
          <Field
            key={name}
            label={label}
            value={values[name] ?? ''}
            onChange={({ target }) => setValues({ ...values, [name]: target.value })}
          />
        ),
      )}
      <Button type="submit" size="small">
        {texts.find}
      </Button>
      {children}
    </form>
  );
}

const trimmed = (values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.trim()]));
