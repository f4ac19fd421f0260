import { isUtf8 } from 'node:buffer';
import { ApiError, badParameter } from './api-error.ts';

const REPLACED = '\ufffd';

/**
 * A form, or what stands behind the `?` of a URL. Throws bad_data for bytes that are no UTF-8, which would otherwise be
 * replaced, and so ask for something else.
 */
export function readForm(text: string | Buffer): URLSearchParams {
  if (typeof text !== 'string' && !isUtf8(text)) throw new ApiError('bad_data', 'the form is not UTF-8');
  const form = new URLSearchParams(text.toString());
  for (const [name, value] of form) {
    if (!name.includes(REPLACED) && !value.includes(REPLACED)) continue;
    checkEncoded(text.toString());
    break;
  }
  return form;
}

function checkEncoded(text: string): void {
  for (const pair of text.split('&')) {
    const [name = ''] = pair.split('=', 1);
    // A `%` that encodes nothing stands for itself.
    const escaped = pair.replaceAll(/%(?![0-9a-f]{2})/gi, '%25');
    try {
      decodeURIComponent(escaped);
    } catch {
      throw badParameter(new URLSearchParams(`${name}=`).keys().next().value ?? name, 'it is not UTF-8');
    }
  }
}
