import { formatNumber, formatValue } from '@tocsin/chart/units/format.ts';
import type { CostNode } from '../api/explore.ts';

/** What each part of an expression took. */
export function CostTree({ node }: { readonly node: CostNode }) {
  return (
    <section className="card" aria-label="Cost by part">
      <h2>What each part took</h2>
      <ul className="explained">
        <Part node={node} />
      </ul>
    </section>
  );
}

function Part({ node }: { readonly node: CostNode }) {
  return (
    <li>
      <span className="mono">
        <bdi>{node.expression.slice(0, 300)}</bdi>
      </span>{' '}
      <span className="quiet">
        {formatValue(node.seconds, { kind: 'seconds' })}, {formatNumber(node.samples)} samples,{' '}
        {formatNumber(node.series)} series
        {node.sources === '' ? '' : `; read from ${node.sources}`}
      </span>
      {node.operands.length === 0 ? null : (
        <ul>
          {node.operands.map((operand, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts of an expression have no name but their place
            <Part key={index} node={operand} />
          ))}
        </ul>
      )}
    </li>
  );
}
