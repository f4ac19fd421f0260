import { HighlightStyle } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Colours of code that follow the page's scheme. */
export const editorColours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--code-keyword)', fontWeight: '600' },
  {
    tag: [tags.function(tags.variableName), tags.operatorKeyword, tags.modifier],
    color: 'var(--code-keyword)',
  },
  { tag: tags.string, color: 'var(--code-text)' },
  { tag: [tags.number], color: 'var(--code-number)' },
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: 'var(--code-label)' },
  { tag: tags.labelName, color: 'var(--code-label)' },
  { tag: tags.comment, color: 'var(--quiet-text)', fontStyle: 'italic' },
  { tag: tags.invalid, color: 'var(--bad)' },
]);

/** An editor among the page's other fields. */
export const editorLook = EditorView.theme({
  '&': { fontSize: '13px', backgroundColor: 'transparent' },
  '&.cm-focused': { outline: '2px solid var(--mantine-primary-color-filled)', outlineOffset: '1px' },
  '.cm-content': {
    fontFamily: 'var(--mantine-font-family-monospace)',
    padding: '6px 4px',
    caretColor: 'currentColor',
  },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--quiet-text)', border: 'none' },
  '.cm-activeLine': {
    backgroundColor: 'color-mix(in srgb, var(--mantine-primary-color-filled) 6%, transparent)',
  },
  '.cm-placeholder': { color: 'var(--quiet-text)' },
  '.cm-cursor': { borderLeftColor: 'currentColor' },
  '.cm-tooltip': {
    backgroundColor: 'var(--panel-ground)',
    border: '1px solid var(--panel-edge)',
    color: 'inherit',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--mantine-primary-color-filled)',
    color: '#fff',
  },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--mantine-primary-color-filled) 26%, transparent) !important',
  },
  '.cm-matchingBracket': { backgroundColor: 'color-mix(in srgb, var(--good) 30%, transparent)' },
});
