import { NativeSelect, TextInput } from '@mantine/core';
import { allValues, type ResolvedVariable } from '@tocsin/dashboard/files/resolve-variables.ts';
import { lazy, Suspense, useEffect, useState } from 'react';

// With its list of choices it weighs more than the rest of a dashboard, and few dashboards have one.
const ManyField = lazy(() => import('./many-field.tsx'));

const typingMs = 400;

interface Props {
  readonly resolved: readonly ResolvedVariable[];
  readonly set: (name: string, values: readonly string[]) => void;
}

/** What the reader chooses for a whole dashboard. */
export function VariableBar({ resolved, set }: Props) {
  if (resolved.length === 0) return null;
  return (
    <search className="row row-end" aria-label="Variables">
      {resolved.map((one) => (
        <VariableField key={one.variable.name} one={one} set={(values) => set(one.variable.name, values)} />
      ))}
    </search>
  );
}

interface FieldProps {
  readonly one: ResolvedVariable;
  readonly set: (values: readonly string[]) => void;
}

function VariableField({ one, set }: FieldProps) {
  const { variable, options, chosen, isAll } = one;
  const label = variable.label ?? variable.name;
  if (variable.free) return <FreeField label={label} value={chosen[0] ?? ''} set={set} />;
  const known = [...new Set([...options, ...chosen])];
  if (!variable.multi) {
    return (
      <NativeSelect
        size="xs"
        label={label}
        value={isAll ? allValues : (chosen[0] ?? '')}
        onChange={(event) => set([event.currentTarget.value])}
        data={[
          ...(variable.all ? [{ value: allValues, label: 'all' }] : []),
          ...known.map((value) => ({ value, label: value.slice(0, 80) })),
        ]}
      />
    );
  }
  return (
    <Suspense fallback={<TextInput size="xs" label={label} className="variable-many" disabled />}>
      <ManyField label={label} one={one} known={known} set={set} />
    </Suspense>
  );
}

function FreeField({
  label,
  value,
  set,
}: {
  readonly label: string;
  readonly value: string;
  readonly set: FieldProps['set'];
}) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => set([text]), typingMs);
    return () => clearTimeout(timer);
  }, [text, value, set]);
  return (
    <TextInput
      size="xs"
      label={label}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}
