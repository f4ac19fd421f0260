import { escapeHtml, escapeQuery } from './escape.ts';
import { printValue } from './print.ts';
import type { Value } from './value.ts';

// What Go's html/template puts where a value would be dangerous.
const REFUSED = 'ZgotmplZ';
const URL_ATTRIBUTES = new Set(['action', 'background', 'cite', 'formaction', 'href', 'poster', 'src']);

type Context = 'text' | 'tag' | 'attribute' | 'comment' | 'script' | 'style';

/**
 * An `escape` for executeTemplate that knows where in an HTML document the value will stand, as html/template
 * does: text, attribute, link, script. One per execution: it follows the output as it grows.
 */
export function createHtmlEscaper(): (value: Value, output: string) => string {
  let scanned = 0;
  let context: Context = 'text';
  let quote = '';
  let attribute = '';
  let valueAt = 0;
  let element = '';

  /** Brings the state up to the end of the output. */
  const scan = (output: string): void => {
    while (scanned < output.length) {
      const at = scanned;
      if (context === 'text') {
        const open = output.indexOf('<', at);
        if (open < 0) {
          scanned = output.length;
        } else if (output.startsWith('<!--', open)) {
          context = 'comment';
          scanned = open + 4;
        } else if (/[a-zA-Z/!]/.test(output[open + 1] ?? ' ')) {
          context = 'tag';
          attribute = '';
          const name = /^<(\/?[a-zA-Z][^\s/>]*)?/.exec(output.slice(open, open + 60))![0];
          element = name.slice(1).toLowerCase();
          scanned = open + name.length;
        } else scanned = open + 1;
      } else if (context === 'comment') {
        const close = output.indexOf('-->', at);
        if (close < 0) scanned = output.length;
        else {
          context = 'text';
          scanned = close + 3;
        }
      } else if (context === 'script' || context === 'style') {
        const close = output.toLowerCase().indexOf(`</${context}`, at);
        if (close < 0) scanned = output.length;
        else {
          scanned = close;
          context = 'text';
        }
      } else if (context === 'attribute') {
        const end = quote === '' ? output.slice(at).search(/[\s>]/) : output.indexOf(quote, at) - at;
        if (end < 0) scanned = output.length;
        else {
          context = 'tag';
          scanned = at + end + quote.length;
        }
      } else scanTag(output, at);
    }
  };
  const scanTag = (output: string, at: number): void => {
    const character = output[at]!;
    if (character === '>') {
      context = element === 'script' ? 'script' : element === 'style' ? 'style' : 'text';
      scanned = at + 1;
      return;
    }
    const match = /^([^\s=>/"']+)\s*=\s*(["']?)/.exec(output.slice(at, at + 200));
    if (match && at + match[0].length <= output.length) {
      attribute = match[1]!.toLowerCase();
      quote = match[2]!;
      context = 'attribute';
      scanned = at + match[0].length;
      valueAt = scanned;
    } else {
      const skip = /^[^\s=>/"']+/.exec(output.slice(at, at + 200))?.[0].length ?? 1;
      scanned = at + skip;
    }
  };

  return (value, output) => {
    scan(output);
    const text = printValue(value);
    const safe = typeof value === 'object' && value !== null && value.kind === 'safe' ? value.context : null;
    switch (context) {
      case 'text':
        return safe === 'html' ? text : escapeHtml(text);
      case 'comment':
        return '';
      case 'script':
        return JSON.stringify(text).replace(
          /[<>&\u2028\u2029']/g,
          (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
        );
      case 'style':
        return cssValue(text);
      case 'tag':
        return /^[a-zA-Z0-9-]+$/.test(text) && !/^on|style|src|href/i.test(text) ? text : REFUSED;
      default: {
        let shown = text;
        if (URL_ATTRIBUTES.has(attribute)) shown = urlValue(text, output.slice(valueAt), safe === 'url');
        else if (attribute === 'style') shown = cssValue(text);
        else if (attribute.startsWith('on')) shown = JSON.stringify(text);
        const escaped = escapeHtml(shown);
        return quote === '' ? escaped.replace(/[\s=`]/g, (each) => `&#${each.charCodeAt(0)};`) : escaped;
      }
    }
  };
}

/** Only web and mail addresses at the start of a link; behind its `?` a value is one query component. */
function urlValue(text: string, before: string, safe: boolean): string {
  if (/[?#]/.test(before)) return safe ? text : escapeQuery(text).replaceAll('+', '%20');
  const scheme = /^\s*([^/?#:]*):/.exec(before + text)?.[1]?.toLowerCase();
  if (
    !safe &&
    before.trim() === '' &&
    scheme !== undefined &&
    !['http', 'https', 'mailto'].includes(scheme)
  ) {
    return `#${REFUSED}`;
  }
  return text.replace(/[\s"'<>`\\]/g, (each) => encodeURIComponent(each).replace("'", '%27'));
}

function cssValue(text: string): string {
  return /^[\w\s#%.,-]*$/.test(text) ? text : REFUSED;
}
