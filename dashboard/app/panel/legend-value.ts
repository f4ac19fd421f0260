/** The shortest value is given this many characters of room. */
const lengthMin = 5;

/** The room that values as long as these need, in characters. */
export const roomFor = (texts: readonly string[]): number =>
  texts.reduce((room, { length }) => Math.max(room, length), lengthMin);

/** Makes room for `text` in a legend's values, for good: lines must not move under the pointer. */
export function makeRoom(legend: HTMLElement | null, text: string): void {
  if (legend === null) return;
  const room = Number(legend.style.getPropertyValue('--value-length')) || lengthMin;
  if (text.length > room) legend.style.setProperty('--value-length', String(text.length));
}

/** Writes a value into a legend, in place and only when it is another one. */
export function writeValue(element: HTMLElement, text: string): void {
  const node = element.firstChild;
  if (node?.nodeValue === text) return;
  if (node === null) element.textContent = text;
  else node.nodeValue = text;
  makeRoom(element.closest<HTMLElement>('.legend'), text);
}
