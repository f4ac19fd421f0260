import { parseExpr } from '@tocsin/protocol/promql/parse.ts';
import { usePage } from '../page/page-context.ts';
import { PanelNote } from '../panel/panel-note.tsx';
import { fill } from '../promql/fill.ts';
import { type Explanation, explain } from './explain.ts';

/** What an expression does, in words, as a tree of its parts. */
export function Explained({ expr }: { readonly expr: string }) {
  const { window } = usePage();
  try {
    return (
      <section className="card" aria-label="Explanation">
        <ul className="explained">
          <Step step={explain(parseExpr(fill(expr, window)))} />
        </ul>
      </section>
    );
  } catch (error) {
    return (
      <PanelNote tone="bad">{error instanceof Error ? error.message.slice(0, 500) : String(error)}</PanelNote>
    );
  }
}

function Step({ step }: { readonly step: Explanation }) {
  return (
    <li>
      <bdi>{step.text.slice(0, 1000)}</bdi>
      {step.inner.length === 0 ? null : (
        <ul>
          {step.inner.map((inner, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts of an expression have no name but their place
            <Step key={index} step={inner} />
          ))}
        </ul>
      )}
    </li>
  );
}
