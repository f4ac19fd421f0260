import { Button, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { isRange } from '../address/address.ts';
import { formatMoment, toLocalField } from '../time/clock-text.ts';
import { formatSpan } from '../time/range.ts';
import { DropDown } from './drop-down.tsx';
import { usePage } from './page-context.ts';
import { RangeChoices } from './range-choices.tsx';

const choices = [
  ['15m', 900],
  ['1h', 3600],
  ['6h', 21_600],
  ['24h', 86_400],
  ['7d', 604_800],
] as const;

/** The last so long, or between two moments. */
export function RangePicker() {
  const { state, window, nowMs, setRange } = usePage();
  const { range } = state;
  const known = range.kind === 'last' ? choices.find(([, seconds]) => seconds === range.seconds) : undefined;
  return (
    <div className="range">
      <RangeChoices
        names={choices.map(([name]) => name)}
        chosen={known?.[0]}
        onChoose={(name) => {
          const choice = choices.find(([own]) => own === name);
          if (choice) setRange({ kind: 'last', seconds: choice[1] });
        }}
      />
      <DropDown
        label="Time range"
        button={(props) => (
          <Button
            {...props}
            size="compact-sm"
            fz="xs"
            fw={500}
            variant={known ? 'default' : 'light'}
            title="Choose another time range"
          >
            {known
              ? 'Custom'
              : range.kind === 'last'
                ? formatSpan(range.seconds)
                : `${formatMoment(range.fromMs, nowMs)} – ${formatMoment(range.toMs, nowMs)}`}
          </Button>
        )}
      >
        {(close) => (
          <CustomRange
            fromMs={window.fromMs}
            toMs={window.toMs}
            onChoose={(fromMs, toMs) => {
              close();
              setRange({ kind: 'between', fromMs, toMs });
            }}
          />
        )}
      </DropDown>
    </div>
  );
}

interface CustomProps {
  readonly fromMs: number;
  readonly toMs: number;
  readonly onChoose: (fromMs: number, toMs: number) => void;
}

function CustomRange({ fromMs, toMs, onChoose }: CustomProps) {
  const [from, setFrom] = useState(toLocalField(fromMs));
  const [to, setTo] = useState(toLocalField(toMs));
  const [start, end] = [new Date(from).getTime(), new Date(to).getTime()];
  const isValid = isRange(start, end);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (isValid) onChoose(start, end);
  };
  return (
    <form onSubmit={onSubmit}>
      <Stack gap="xs">
        <TextInput
          type="datetime-local"
          step={1}
          size="xs"
          label="From"
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          step={1}
          size="xs"
          label="To"
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
          error={isValid ? null : 'The end must be at least 10 seconds after the start.'}
        />
        <Button type="submit" size="xs" disabled={!isValid}>
          Show
        </Button>
      </Stack>
    </form>
  );
}
