/** At most `length` characters (code points), the last an ellipsis when something was cut off, as Alertmanager cuts. */
export function truncate(text: string, length: number): string {
  // Code points are at most code units: most texts are not taken apart.
  if (text.length <= length) return text;
  const characters = Array.from(text);
  if (characters.length <= length) return text;
  if (length <= 3) return characters.slice(0, length).join('');
  return `${characters.slice(0, length - 1).join('')}…`;
}
