// What XML 1.0 does not allow at all (section 2.2), and what turns the reading direction of the text around it.
const NOT_ALLOWED =
  /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]|[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Any text as it may stand in an element or in an attribute's quotes; line ends become blanks. */
export function escapeText(text: string): string {
  return text
    .replace(NOT_ALLOWED, '\ufffd')
    .replace(/[\t\n\r]+/g, ' ')
    .replace(/[&<>"']/g, (mark) => ENTITIES[mark]!);
}
