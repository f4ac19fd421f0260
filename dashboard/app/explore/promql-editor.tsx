import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { linter, lintKeymap } from '@codemirror/lint';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import { EditorView, highlightSpecialChars, keymap, placeholder, tooltips } from '@codemirror/view';
import { PromQLExtension } from '@prometheus-io/codemirror-promql';
import { useEffect, useRef } from 'react';
import { faultsOf } from '../promql/faults.ts';
import { editorColours, editorLook } from './editor-look.ts';

interface Props {
  readonly value: string;
  readonly label: string;
  readonly onChange: (text: string) => void;
  /** Enter; Shift+Enter begins a line. */
  readonly onRun: (text: string) => void;
  /** Expressions asked before, offered when completing. */
  readonly earlier: readonly string[];
}

/** Writes PromQL with completion from the aggregator's own names, syntax colours and errors where they are. */
export function PromqlEditor({ value, label, onChange, onRun, earlier }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ onChange, onRun });
  latest.current = { onChange, onRun };
  const names = useRef(new Compartment());

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once; what changes later is told to it below
  useEffect(() => {
    if (element.current === null) return;
    const run = () => {
      latest.current.onRun(made.state.doc.toString());
      return true;
    };
    const made = new EditorView({
      parent: element.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          Prec.high(keymap.of([{ key: 'Mod-Enter', run }])),
          highlightSpecialChars(),
          history(),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          autocompletion({ icons: false }),
          // A panel may clip what is inside of it; the list of completions must not be.
          tooltips({ parent: document.body, position: 'fixed' }),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
          linter((shown) =>
            faultsOf(shown.state.doc.toString()).map((fault) => ({ ...fault, severity: 'error' as const })),
          ),
          syntaxHighlighting(editorColours),
          editorLook,
          placeholder('sum by (job) (rate(tocsin_http_requests_total[5m]))'),
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...historyKeymap]),
          keymap.of([{ key: 'Enter', run, shift: () => false }]),
          keymap.of(defaultKeymap),
          names.current.of([]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, []);

  useEffect(() => {
    const promql = new PromQLExtension().activateLinter(false).setComplete({
      // The page's policy and its server's prefix are those of the page itself.
      remote: { url: location.origin, httpErrorHandler: () => {}, cache: { maxAge: 60_000 } },
    });
    const known = EditorState.languageData.of(() => [
      {
        autocomplete: (context: { readonly pos: number; readonly explicit: boolean }) =>
          context.pos > 0 || !context.explicit
            ? null
            : { from: 0, options: earlier.map((text) => ({ label: text, detail: 'asked before' })) },
      },
    ]);
    view.current?.dispatch({ effects: names.current.reconfigure([promql.asExtension(), known]) });
    return () => promql.destroy();
  }, [earlier]);

  useEffect(() => {
    const made = view.current;
    if (made === null || made.state.doc.toString() === value) return;
    made.dispatch({ changes: { from: 0, to: made.state.doc.length, insert: value } });
  }, [value]);

  return <div className="promql-editor" ref={element} />;
}
