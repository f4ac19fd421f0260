import { type ComponentProps, useId } from 'react';
import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { PanelFrame } from '../panel/panel-frame.tsx';
import type { FrameProps } from './panel-view.tsx';

interface Props {
  readonly frame: FrameProps;
  readonly markdown: string;
}

const allowed: readonly string[] =
  'p strong em del a ul ol li input code pre blockquote table thead tbody tr th td h1 h2 h3 h4 h5 h6 hr br sup section img'.split(
    ' ',
  );

const components: Components = {
  // A panel's text stands below the panel's own heading.
  h1: 'h3',
  h2: 'h3',
  // That above footnotes has the same id in every text.
  h3: ({ children }) => <h3>{children}</h3>,
  h5: 'h4',
  h6: 'h4',
  a: ({ href, children, id }) => (
    <a href={href} id={id} rel="noreferrer">
      {children}
    </a>
  ),
  img: Picture,
  input: ({ checked }) => (
    <input type="checkbox" checked={checked} readOnly disabled aria-label={checked ? 'done' : 'to be done'} />
  ),
  table: ({ children }) => (
    <section className="table-scroll" aria-label="Table">
      <table className="table">{children}</table>
    </section>
  ),
};

/** A text in GitHub's Markdown; HTML in it is shown as text. */
export default function TextPanel({ frame, markdown }: Props) {
  // Several texts on a page may have a first footnote.
  const id = useId();
  return (
    <PanelFrame {...frame}>
      <div className="markdown">
        <Markdown
          remarkPlugins={[remarkGfm]}
          remarkRehypeOptions={{ clobberPrefix: `${id}-`, footnoteLabelTagName: 'h3' }}
          allowedElements={allowed}
          unwrapDisallowed
          components={components}
        >
          {markdown}
        </Markdown>
      </div>
    </PanelFrame>
  );
}

/** What a file says must load nothing from elsewhere, which would be told who looks at it: such a picture is a link. */
function Picture({ src, alt }: ComponentProps<'img'>) {
  const address = typeof src === 'string' ? src : '';
  if (/^\/(?![/\\])/.test(address)) return <img src={address} alt={alt ?? ''} loading="lazy" />;
  return (
    <a href={address} rel="noreferrer">
      {alt || address}
    </a>
  );
}
