import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { editorColours, editorLook } from '../explore/editor-look.ts';
import type { TextFault } from './read-text.ts';

interface Props {
  readonly value: string;
  readonly faults: readonly TextFault[];
  readonly onChange: (text: string) => void;
  readonly onSave: () => void;
}

/** A dashboard's file, with its faults where they are. */
export function YamlEditor({ value, faults, onChange, onSave }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ onChange, onSave });
  latest.current = { onChange, onSave };

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once; what changes later is told to it below
  useEffect(() => {
    if (element.current === null) return;
    const made = new EditorView({
      parent: element.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          lineNumbers(),
          history(),
          indentOnInput(),
          bracketMatching(),
          highlightActiveLine(),
          yaml(),
          lintGutter(),
          syntaxHighlighting(editorColours),
          editorLook,
          EditorView.contentAttributes.of({ 'aria-label': 'Dashboard file', tabindex: '0' }),
          keymap.of([
            {
              key: 'Mod-s',
              preventDefault: true,
              run: () => {
                latest.current.onSave();
                return true;
              },
            },
            ...historyKeymap,
            ...lintKeymap,
            ...defaultKeymap,
          ]),
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
    const made = view.current;
    if (made === null) return;
    const { doc } = made.state;
    const diagnostics = faults.map(({ line, detail }) => {
      const { from, to } = doc.line(Math.min(Math.max(1, line), doc.lines));
      return { from, to, severity: 'error' as const, message: detail };
    });
    made.dispatch(setDiagnostics(made.state, diagnostics));
  }, [faults]);

  useEffect(() => {
    const made = view.current;
    if (made === null || made.state.doc.toString() === value) return;
    made.dispatch({ changes: { from: 0, to: made.state.doc.length, insert: value } });
  }, [value]);

  return <div className="yaml-editor" ref={element} />;
}
