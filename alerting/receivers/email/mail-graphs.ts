import { z } from 'zod';
import type { GraphRequest } from '../../graph/graph-request.ts';
import type { Graphs } from '../../graph/graphs.ts';

/** An image inside of a mail, as nodemailer takes it. */
export interface InlineImage {
  readonly filename: string;
  readonly content: Buffer;
  readonly cid: string;
  readonly contentType: 'image/png';
  readonly contentDisposition: 'inline';
}

export interface IllustratedHtml {
  readonly html: string;
  readonly attachments: readonly InlineImage[];
}

// An element with quoted attributes in which a ">" may stand.
const IMAGE = /<img\b(?:[^>"']|"[^"]*"|'[^']*')*>/gi;

const STORED_IMAGES = z.array(z.object({ id: z.string(), title: z.string(), png: z.base64() }));

/** Images that were stored with the message; none where there are none. */
export function storedImages(value: unknown): readonly InlineImage[] {
  const images = STORED_IMAGES.safeParse(value).data ?? [];
  return images.map(({ id, title, png }, index) => inlineImage(id, title, index, Buffer.from(png, 'base64')));
}

/** The graphs that the HTML shows, drawn; an image that could not be drawn is taken out of it. */
export async function illustrate(
  html: string,
  requests: readonly GraphRequest[],
  graphs: Graphs | undefined,
  signal: AbortSignal,
): Promise<IllustratedHtml> {
  const wanted = requests.filter(({ id }) => html.includes(`cid:${id}`));
  if (wanted.length === 0) return { html, attachments: [] };
  const images = graphs ? await graphs.draw(wanted, signal) : new Map<string, Uint8Array>();
  const missing = wanted.filter(({ id }) => !images.has(id));
  return {
    html:
      missing.length === 0
        ? html
        : html.replace(IMAGE, (tag) => (missing.some(({ id }) => tag.includes(`cid:${id}`)) ? '' : tag)),
    attachments: wanted.flatMap(({ id, title }, index) => {
      const png = images.get(id);
      return png ? [inlineImage(id, title, index, png)] : [];
    }),
  };
}

function inlineImage(cid: string, title: string, index: number, png: Uint8Array): InlineImage {
  const name = title.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 60) || 'graph';
  return {
    filename: `${name}${index === 0 ? '' : `-${index + 1}`}.png`,
    content: Buffer.from(png),
    cid,
    contentType: 'image/png',
    contentDisposition: 'inline',
  };
}
