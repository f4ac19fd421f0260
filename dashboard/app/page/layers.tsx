import { useMemo } from 'react';
import { arrangeLayer } from '../layout/arrange.ts';
import { curatedPanels } from '../layout/curated.ts';
import { curatedHeadlines } from '../layout/curated-headlines.ts';
import { layers } from '../layout/panel.ts';
import { LayerSection } from './layer-section.tsx';
import { SaveOverview } from './save-overview.tsx';
import { useDiscovery } from './use-discovery.ts';

const curated = { panels: curatedPanels, headlines: curatedHeadlines };

/** Business over usage over system, as far as there is data for them. */
export function Layers() {
  const { discovery, error } = useDiscovery();
  const contents = useMemo(
    () => layers.map((layer) => ({ layer, content: discovery && arrangeLayer(layer, discovery, curated) })),
    [discovery],
  );
  const known = contents.flatMap(({ layer, content }) => (content === undefined ? [] : [{ layer, content }]));
  return (
    <>
      {contents.map(({ layer, content }) => (
        <LayerSection key={layer} layer={layer} content={content} unknown={error !== null} />
      ))}
      {known.some(({ content }) => content.panels.length > 0) ? <SaveOverview contents={known} /> : null}
    </>
  );
}
