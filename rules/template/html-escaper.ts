import { escapeHtml } from './escape.ts';
import { printValue } from './print.ts';
import { escapeUrl } from './url-escape.ts';
import type { Value } from './value.ts';

// What Go's html/template puts where a value would be dangerous.
const REFUSED = 'ZgotmplZ';
const URL_ATTRIBUTES = new Set([
  ...['action', 'background', 'cite', 'formaction', 'href', 'poster', 'src', 'srcset'],
]);

type Context = 'text' | 'tag' | 'attribute' | 'comment' | 'script' | 'style';

/**
 * An `escape` for executeTemplate that knows where in an HTML document the value will stand, as html/template
 * does: text, attribute, link, script. One per execution: it follows the output as it grows, of which it holds what its
 * state needs.
 */
export function createHtmlEscaper(): (value: Value, added: string) => string {
  // From the beginning of an attribute's value on, else what was not looked at yet.
  let output = '';
  let scanned = 0;
  let context: Context = 'text';
  let quote = '';
  let attribute = '';
  let valueAt = 0;
  let element = '';

  /** Brings the state up to the end of the output. */
  const scan = (): void => {
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
      } else scanTag(at);
    }
  };
  const scanTag = (at: number): void => {
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

  // Where values of the attribute at hand stand: what is in them says nothing about the address around them.
  let values: { readonly from: number; readonly to: number }[] = [];
  const writtenBefore = (): string => {
    let before = '';
    let at = valueAt;
    for (const { from, to } of values.filter((each) => each.from >= valueAt)) {
      before += output.slice(at, from);
      at = to;
    }
    return before + output.slice(at);
  };

  /** Lets go of what nothing looks at any more: documents are long. */
  const forget = (): void => {
    const kept = context === 'attribute' ? valueAt : scanned;
    output = output.slice(kept);
    scanned -= kept;
    valueAt -= kept;
    values = values
      .filter(({ from }) => from >= kept)
      .map(({ from, to }) => ({ from: from - kept, to: to - kept }));
  };

  return (value, added) => {
    output += added;
    scan();
    forget();
    const shown = escapeAt(value);
    if (context === 'attribute') values.push({ from: output.length, to: output.length + shown.length });
    return shown;
  };

  function escapeAt(value: Value): string {
    const text = printValue(value);
    const safe = typeof value === 'object' && value !== null && value.kind === 'safe' ? value.context : null;
    switch (context) {
      case 'text':
        return safe === 'html' ? text : escapeMarkup(text);
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
        if (URL_ATTRIBUTES.has(attribute.replace(/^data-|^[^:]*:/, '')))
          shown = urlValue(text, writtenBefore(), safe === 'url');
        else if (attribute === 'style') shown = cssValue(text);
        else if (attribute.startsWith('on')) shown = JSON.stringify(text);
        const isMarkup = safe === 'html' && shown === text;
        const escaped = isMarkup ? withoutTags(text) : escapeMarkup(shown);
        if (quote !== '') return escaped;
        return escaped === '' ? REFUSED : escaped.replace(/[\s=`]/g, (each) => `&#${each.charCodeAt(0)};`);
      }
    }
  }
}

/** Markup where only text may stand: its tags are left out, its entities are meant. */
function withoutTags(markup: string): string {
  return escapeMarkup(markup.replace(/<!--[\s\S]*?-->|<[a-zA-Z/!][^>]*>/g, '')).replaceAll('&amp;', '&');
}

/** As Go's html/template, which escapes the plus sign too, for readers that guess at UTF-7. */
function escapeMarkup(text: string): string {
  return escapeHtml(text).replaceAll('+', '&#43;');
}

/** Only web and mail addresses at the start of a link; behind its `?` a value is one query component. */
function urlValue(text: string, before: string, safe: boolean): string {
  if (/[?#]/.test(before)) return escapeUrl(text, safe ? 'reserved' : 'nothing');
  const scheme = /^([^/:]*):/.exec(text)?.[1]?.toLowerCase();
  const isStart = before.trim() === '';
  if (!safe && isStart && scheme !== undefined && !['http', 'https', 'mailto'].includes(scheme)) {
    return `#${REFUSED}`;
  }
  return escapeUrl(text, 'reserved');
}

/** A value of a property: nothing that ends it, begins another or loads something. */
function cssValue(text: string): string {
  if (/[\0"'()/;@[\\\]`{}<>]|--/.test(text)) return REFUSED;
  const name = text.replace(/[^\w-]/g, '').toLowerCase();
  return name.includes('expression') || name.includes('mozbinding') ? REFUSED : text;
}
