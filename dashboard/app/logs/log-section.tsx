import { usePage } from '../page/page-context.ts';
import { useVisible } from '../panel/use-visible.ts';
import { LogFilterBar } from './log-filter-bar.tsx';
import { LogResults } from './log-results.tsx';

/** Log records of the page's time, found by service, level and text. */
export function LogSection() {
  const { state } = usePage();
  const [ref, visible] = useVisible();
  const { service, level, text } = state.logs;
  return (
    <section className="layer layer-logs" id="logs" aria-labelledby="logs-title" ref={ref}>
      <div className="layer-head">
        <h2 id="logs-title">Logs</h2>
        <span>newest first, in the time shown above</span>
      </div>
      <LogFilterBar visible={visible} />
      {/* What was found for one filter must not stand under another. */}
      <LogResults key={JSON.stringify([service, level, text])} filter={state.logs} visible={visible} />
    </section>
  );
}
