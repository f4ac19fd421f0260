import { Badge } from '@mantine/core';
import { useInstantQuery } from './queries.ts';

/** Of the label sets seen lately the newest: the one before may still be within the query's reach. */
const latestDemo = 'topk(1, timestamp(tocsin_demo_info))';
const hintLengthMax = 200;
const hintLabels = ['incident', 'hint', 'incident_hint'];

/** Says that what is shown is made up, when a demo is running. */
export function DemoMark() {
  const { data } = useInstantQuery(latestDemo);
  const info = data?.[0];
  if (info === undefined) return null;
  const hint = hintLabels
    .map((name) => info.labels[name] ?? '')
    .find((text) => text !== '' && text !== 'none');
  return (
    <p className="demo" role="note">
      <Badge color="grape.8" variant="filled">
        DEMO – synthetic customers
      </Badge>
      <span>
        {hint === undefined
          ? 'No customer here is real. An incident comes every few minutes.'
          : `Incident under way: ${hint.slice(0, hintLengthMax)}`}
      </span>
    </p>
  );
}
