import { getLabel, type Labels, withLabel } from '@tocsin/protocol/labels/labels.ts';
import type { LayerRule } from '../config.ts';
import { compileSelector } from './retention-policies.ts';

/** Puts the `layer` label on series that come without one, by the first rule that matches. */
export type Layers = (labels: Labels) => Labels;

const LAYER = 'layer';

/** Throws ParseError or RegexError for a selector that cannot be used. */
export function createLayers(rules: readonly LayerRule[]): Layers {
  const compiled = rules.map(({ match, layer }) => ({ matchers: compileSelector(match), layer }));
  return (labels) => {
    if (compiled.length === 0 || getLabel(labels, LAYER) !== '') return labels;
    const rule = compiled.find(({ matchers }) =>
      matchers.every((one) => one.matches(getLabel(labels, one.matcher.name))),
    );
    return rule ? withLabel(labels, LAYER, rule.layer) : labels;
  };
}
