import { Button, Skeleton, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { LayerContent } from '../layout/arrange.ts';
import type { Layer } from '../layout/panel.ts';
import { AnyPanel } from '../panel/any-panel.tsx';
import { GaugeTile } from '../panel/gauge-tile.tsx';
import { HeadlineTile } from '../panel/headline-tile.tsx';
import { CrashGuard } from './crash-guard.tsx';
import { EmptyLayer } from './empty-layer.tsx';

const titles: Readonly<Record<Layer, readonly [string, string]>> = {
  business: ['Business', 'what the company earns'],
  usage: ['Usage', 'what people do and how it answers'],
  system: ['System', 'what it all runs on'],
};
const morePageSize = 12;

interface Props {
  readonly layer: Layer;
  /** Undefined until it is known what there is. */
  readonly content: LayerContent | undefined;
  /** The aggregator does not answer: what is unknown is not empty. */
  readonly unknown: boolean;
}

/** One of the three layers: its numbers, its charts, and the rest of its metrics on demand. */
export function LayerSection({ layer, content, unknown }: Props) {
  const [title, subtitle] = titles[layer];
  const isEmpty =
    content !== undefined && content.panels.length + content.gauges.length + content.more.length === 0;
  return (
    <section className={`layer layer-${layer}`} id={layer} aria-labelledby={`${layer}-title`}>
      <div className="layer-head">
        <h2 id={`${layer}-title`}>{title}</h2>
        <span>{subtitle}</span>
      </div>
      {content === undefined ? (
        unknown ? (
          <p className="layer-unknown">Not known while the aggregator does not answer.</p>
        ) : (
          <div className="panels" aria-hidden="true">
            <Skeleton height={180} />
            <Skeleton height={180} />
          </div>
        )
      ) : isEmpty ? (
        <EmptyLayer layer={layer} />
      ) : (
        <CrashGuard what={`The ${layer} layer`}>
          <div className="tiles">
            {content.headlines.map((headline) => (
              <CrashGuard key={headline.id} what={headline.title}>
                <HeadlineTile headline={headline} />
              </CrashGuard>
            ))}
            {content.gauges.map((panel) => (
              <CrashGuard key={panel.id} what={panel.title}>
                <GaugeTile panel={panel} />
              </CrashGuard>
            ))}
          </div>
          <div className="panels">
            {content.panels.map((panel) => (
              <CrashGuard key={panel.id} what={panel.title}>
                <AnyPanel panel={panel} />
              </CrashGuard>
            ))}
          </div>
          <MorePanels content={content} layer={layer} />
        </CrashGuard>
      )}
    </section>
  );
}

function MorePanels({ content, layer }: { readonly content: LayerContent; readonly layer: Layer }) {
  const [shown, setShown] = useState(0);
  const [filter, setFilter] = useState('');
  if (content.more.length === 0) return null;
  const wanted = filter.trim().toLowerCase();
  const matching = content.more.filter(({ id, help }) => `${id} ${help}`.toLowerCase().includes(wanted));
  if (shown === 0) {
    return (
      <Button variant="subtle" color="gray" size="compact-sm" fw={500} onClick={() => setShown(morePageSize)}>
        Show {content.more.length} more {content.more.length === 1 ? 'metric' : 'metrics'}
      </Button>
    );
  }
  return (
    <div className="more">
      <div className="more-bar">
        <TextInput
          size="xs"
          placeholder="Find a metric by name"
          aria-label={`Find a ${layer} metric by name`}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
        <span>{matching.length} metrics</span>
        <Button variant="subtle" color="gray" size="compact-xs" onClick={() => setShown(0)}>
          Hide
        </Button>
      </div>
      <div className="panels">
        {matching.slice(0, shown).map((panel) => (
          <CrashGuard key={panel.id} what={panel.title}>
            <AnyPanel panel={panel} />
          </CrashGuard>
        ))}
      </div>
      {matching.length > shown ? (
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          onClick={() => setShown(shown + morePageSize)}
        >
          Show {Math.min(morePageSize, matching.length - shown)} more
        </Button>
      ) : null}
    </div>
  );
}
