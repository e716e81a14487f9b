/** Draws docs/pictures/names.png, the sheet of names on one page, as every certificate sets them: `node test/support/draw-name-sheet.ts`. */

import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { documentOf, templateOf, valuesOf } from '../../src/pdf/page.test-support.ts';
import { renderPreview } from '../../src/pdf/preview.ts';
import { compile, readSheet } from './name-sheet.ts';

const columns = 3;
/** Millimetres. */
const cell = { width: 92, height: 14 };
const margin = 6;

const rows = readSheet();
const down = Math.ceil(rows.length / columns);
const elements = rows.flatMap(({ name, script }, at) => {
  const x = margin + Math.floor(at / down) * (cell.width + margin);
  const y = margin + (at % down) * cell.height;
  const line = { type: 'text', x, width: cell.width, align: 'center' };
  return [
    { ...line, y, height: 8, text: name, size: 19, minSize: 5, verticalAlign: 'middle', color: '#16294a' },
    { ...line, y: y + 9.6, height: 3, text: script, family: 'Noto Sans', size: 7, lineHeight: 1, color: '#7a7a7a' },
  ];
});
const page = {
  width: 2 * margin + columns * cell.width + (columns - 1) * margin,
  height: 2 * margin + down * cell.height,
};
const program = await compile(templateOf(elements, { page: { ...page, background: { color: '#ffffff' } } }));
const picture = await renderPreview(documentOf(program, valuesOf({ name: 'Names' })), { width: 1_000 });
const folder = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
mkdirSync(folder, { recursive: true });
await sharp(picture)
  .png({ palette: true, colours: 24, dither: 0, compressionLevel: 9, effort: 10 })
  .toFile(`${folder}names.png`);
