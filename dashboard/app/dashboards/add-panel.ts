import { isMap, isSeq, parseDocument } from 'yaml';

/** A dashboard's text with one more panel at its end: in its last section, or among those without one. Comments stay. */
export function addPanel(text: string, panel: Readonly<Record<string, unknown>>): string {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !isMap(document.contents))
    throw new Error('Cannot add to this dashboard: its file is broken. Edit it first.');
  const sections = document.get('sections');
  const path =
    isSeq(sections) && sections.items.length > 0
      ? ['sections', sections.items.length - 1, 'panels']
      : ['panels'];
  if (!isSeq(document.getIn(path))) document.setIn(path, document.createNode([]));
  document.addIn(path, document.createNode(panel));
  const panels = document.getIn(path);
  if (isSeq(panels)) panels.flow = false;
  return document.toString({ lineWidth: 0 });
}
