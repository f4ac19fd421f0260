import Markdown from 'react-markdown';
import { PanelFrame } from '../panel/panel-frame.tsx';
import type { FrameProps } from './panel-view.tsx';

interface Props {
  readonly frame: FrameProps;
  readonly markdown: string;
}

// What a file says must not load anything from elsewhere, nor look like the page's own headings.
const allowed = [
  'p',
  'strong',
  'em',
  'del',
  'a',
  'ul',
  'ol',
  'li',
  'code',
  'pre',
  'blockquote',
  'h3',
  'h4',
  'hr',
  'br',
];

/** A text in Markdown; HTML in it is shown as text. */
export default function TextPanel({ frame, markdown }: Props) {
  return (
    <PanelFrame {...frame}>
      <div className="markdown">
        <Markdown
          allowedElements={allowed}
          unwrapDisallowed
          components={{
            a: ({ href, children }) => (
              <a href={href} rel="noreferrer">
                {children}
              </a>
            ),
          }}
        >
          {markdown.replace(/^#{1,2} /gm, '### ')}
        </Markdown>
      </div>
    </PanelFrame>
  );
}
