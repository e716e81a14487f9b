/** The sheet's names as a browser sets them: the same font files, sizes and boxes as on our page; order, joining and places are the browser's own. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { itemize } from '../../src/pdf/itemize.ts';
import { setText } from '../../src/pdf/layout-text.ts';
import { textBox } from '../../src/pdf/text-box.ts';
import { photograph } from './find-chromium.ts';
import type { Picture } from './ink.ts';
import { plainElement } from './name-sheet.ts';

const require = createRequire(import.meta.url);
const bundle = fileURLToPath(new URL('../../src/pdf/fonts/files/', import.meta.url));
const eastAsian: Record<string, string> = {
  NotoSansHans: '@embedpdf/fonts-sc',
  NotoSansHant: '@embedpdf/fonts-tc',
  NotoSansJP: '@embedpdf/fonts-jp',
  NotoSansKR: '@embedpdf/fonts-kr',
};

function fontFile(face: string): string {
  const library = eastAsian[face.split('-')[0] as string];
  if (!library) return join(bundle, `${face}.ttf`);
  return join(dirname(dirname(require.resolve(library))), 'fonts', `${face}.otf`);
}

const box = textBox(plainElement, 100, 'en');
const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const inHtml = (text: string) => text.replace(/[&<>]/g, (one) => entities[one] as string);

/** The name with each stretch of one face marked; which face draws what is the house's choice, not the browser's. */
function markUp(name: string, faces: Set<string>): string {
  const stretches: { face: string; text: string }[] = [];
  for (const { start, end, face } of itemize(name, box.style, 'en', 'auto').items) {
    faces.add(face.name);
    const last = stretches.at(-1);
    if (last?.face === face.name) last.text += name.slice(start, end);
    else stretches.push({ face: face.name, text: name.slice(start, end) });
  }
  return stretches.map(({ face, text }) => `<span style="font-family:${face}">${inHtml(text)}</span>`).join('');
}

/** A row for each name, as wide as the box and twice as high; points are CSS pixels. */
function pageOf(names: readonly string[], rowHeight: number): string {
  const faces = new Set<string>();
  const rows = names.map((name) => {
    const { size } = setText(name, box);
    return `<div dir="auto" style="font-size:${size}px">${markUp(name, faces)}</div>`;
  });
  const fonts = [...faces].map(
    (face) => `@font-face{font-family:${face};src:url("${pathToFileURL(fontFile(face)).href}")}`,
  );
  const style =
    `body{margin:0;background:#fff;color:#000}div{height:${rowHeight}px;line-height:${rowHeight}px;width:${box.width}px;` +
    'overflow:hidden;text-align:center;white-space:nowrap;text-rendering:geometricPrecision}';
  return `<!doctype html><html lang="en"><meta charset="utf-8"><style>${fonts.join('')}${style}</style>${rows.join('')}`;
}

/** Pictures taller than this are not drawn whole by every browser. */
const rowsAtOnce = 15;

/** One picture for each name; `scale` is pixels to the point. */
export async function namesByChromium(chromium: string, names: readonly string[], scale: number): Promise<Picture[]> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-names-'));
  const rowHeight = 100;
  const pictures: Picture[] = [];
  try {
    for (let from = 0; from < names.length; from += rowsAtOnce) {
      const some = names.slice(from, from + rowsAtOnce);
      const [page, png] = [join(folder, `${from}.html`), join(folder, `${from}.png`)];
      await writeFile(page, pageOf(some, rowHeight));
      // The window's own bars take some of its height.
      const size = { width: Math.ceil(box.width), height: some.length * rowHeight + 200 };
      await photograph(chromium, page, png, { ...size, scale });
      for (const at of some.keys()) {
        const part = { left: 0, top: at * rowHeight * scale, height: rowHeight * scale };
        const row = sharp(png).extract({ ...part, width: Math.floor(box.width * scale) });
        const { data, info } = await row.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
        pictures.push({ data, width: info.width, height: info.height });
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return pictures;
}
