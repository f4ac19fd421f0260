import { Badge } from '@mantine/core';
import { useInstantQuery } from './queries.ts';

const hintLengthMax = 120;
const hintLabels = ['incident', 'hint', 'incident_hint'];

/** Says that what is shown is made up, when a demo is running. */
export function DemoMark() {
  const { data } = useInstantQuery('tocsin_demo_info');
  const info = data?.[0];
  if (info === undefined) return null;
  const hint = hintLabels
    .map((name) => info.labels[name] ?? '')
    .find((text) => text !== '' && text !== 'none');
  return (
    <span className="demo" role="note">
      <Badge color="grape" variant="filled" radius="sm" size="md">
        DEMO – synthetic customers
      </Badge>
      {hint === undefined ? null : <span className="demo-hint">{hint.slice(0, hintLengthMax)}</span>}
    </span>
  );
}
