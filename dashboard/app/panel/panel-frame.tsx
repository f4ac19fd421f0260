import type { ReactNode, RefObject } from 'react';
import { Icon } from '../page/icon.tsx';
import { HelpMark } from './help-mark.tsx';

interface Props {
  readonly title: string;
  readonly help: string;
  readonly corner?: string;
  /** What "show the query" opens; no button without it. */
  readonly onQuery?: (() => void) | undefined;
  /** The address of a picture of the panel; no link without it. */
  readonly picture?: string | undefined;
  readonly frameRef?: RefObject<HTMLElement | null>;
  readonly wide?: boolean;
  readonly links?: ReactNode;
  readonly children: ReactNode;
}

/** The border, title and corner every panel has. */
export function PanelFrame({
  title,
  help,
  corner,
  onQuery,
  picture,
  frameRef,
  wide = false,
  links,
  children,
}: Props) {
  return (
    <section className={wide ? 'panel panel-wide' : 'panel'} aria-label={title} ref={frameRef}>
      <header className="panel-head">
        <h3 title={title}>{title}</h3>
        {help === '' ? null : <HelpMark text={help.slice(0, 400)} />}
        <span className="panel-corner">
          {links} {corner}
        </span>
        {picture === undefined ? null : (
          <a
            href={picture}
            target="_blank"
            rel="noreferrer"
            className="panel-action"
            aria-label={`A picture of ${title}`}
            title="A picture (PNG) of this panel"
          >
            <Icon name="picture" size={13} />
          </a>
        )}
        {onQuery === undefined ? null : (
          <button
            type="button"
            className="panel-action"
            onClick={onQuery}
            aria-label={`Show the query of ${title}`}
            title="Show the query"
          >
            <Icon name="query" size={13} />
          </button>
        )}
      </header>
      {children}
    </section>
  );
}
