import type { ReactNode } from 'react';

/** What stands in a panel instead of a drawing. */
export function PanelNote({
  tone = 'quiet',
  children,
}: {
  readonly tone?: 'quiet' | 'bad';
  readonly children: ReactNode;
}) {
  return (
    <div className={`panel-note panel-note-${tone}`} role={tone === 'bad' ? 'alert' : undefined}>
      {children}
    </div>
  );
}
