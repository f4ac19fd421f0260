import PdfDocument from 'pdfkit';

/** One thing on the pages: a picture of so many columns of twelve, a heading, or a text. */
export type PdfItem =
  | { readonly kind: 'image'; readonly png: Uint8Array; readonly columns: number; readonly ratio: number }
  | { readonly kind: 'heading' | 'text'; readonly text: string };

export interface PdfPage {
  readonly title: string;
  readonly subtitle: string;
  readonly items: readonly PdfItem[];
}

const margin = 36;
const gap = 8;
const columnsAll = 12;
const textMax = 20_000;

/** Lays the items out on A4 pages, wider than high, from left to right and from top to bottom. */
export function writePdf(
  { title, subtitle, items }: PdfPage,
  font: Uint8Array,
  creation: Date,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const pdf = new PdfDocument({
      size: 'A4',
      layout: 'landscape',
      margin,
      font: '',
      info: { Title: title, CreationDate: creation },
    });
    const parts: Uint8Array[] = [];
    pdf.on('data', (part: Uint8Array) => parts.push(part));
    pdf.on('end', () => resolve(Buffer.concat(parts)));
    pdf.on('error', reject);
    pdf.registerFont('text', Buffer.from(font));
    pdf.font('text');
    const width = pdf.page.width - 2 * margin;
    const bottom = pdf.page.height - margin;
    pdf.fontSize(16).text(title.slice(0, 300));
    pdf.fontSize(9).fillColor('#6b7685').text(subtitle.slice(0, 500)).fillColor('#1c2430');
    let top = pdf.y + gap;
    let column = 0;
    let rowHeight = 0;
    const endRow = () => {
      if (column > 0) top += rowHeight + gap;
      column = 0;
      rowHeight = 0;
    };
    const newPage = () => {
      pdf.addPage();
      pdf.font('text');
      top = margin;
    };
    for (const item of items) {
      if (item.kind === 'image') {
        const columns = Math.min(columnsAll, Math.max(1, item.columns));
        if (column + columns > columnsAll) endRow();
        const itemWidth = (width * columns) / columnsAll - gap;
        const height = Math.min(itemWidth * item.ratio, bottom - margin);
        if (top + height > bottom) {
          endRow();
          newPage();
        }
        const left = margin + (width * column) / columnsAll;
        pdf.image(Buffer.from(item.png), left, top, { fit: [itemWidth, height] });
        column += columns;
        rowHeight = Math.max(rowHeight, height);
        continue;
      }
      endRow();
      pdf.fontSize(item.kind === 'heading' ? 13 : 10);
      const text = item.text.slice(0, textMax);
      if (top + pdf.heightOfString(text, { width }) > bottom && top > margin) newPage();
      pdf.text(text, margin, top, { width });
      top = pdf.y + gap;
    }
    pdf.end();
  });
}
