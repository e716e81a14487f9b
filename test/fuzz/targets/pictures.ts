/** Drawings and pictures that people upload. */

import sharp, { type Create } from 'sharp';
import { importJpeg, importPng } from '../../../src/pdf/import-image.ts';
import { importSvg } from '../../../src/pdf/import-svg.ts';
import type { ImportedArt } from '../../../src/pdf/pdf-objects.ts';
import type { Target } from '../target.ts';

const head =
  '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100">';

/** No operator takes them, and a reader would stop there. */
function refuseBadNumbers(art: ImportedArt): void {
  for (const written of art.write((number) => number + 7)) {
    const body = Buffer.from(written.buffer, written.byteOffset, written.byteLength);
    const end = body.indexOf('stream');
    const text = body.toString('latin1', 0, end < 0 ? body.length : end);
    const found = /NaN|Infinity|undefined|null|\d[eE][+-]?\d/.exec(text)?.[0];
    if (found) throw new Error(`${found} was written: ${text.slice(0, 300)}`);
  }
  if (!(art.widthPt > 0 && art.heightPt > 0)) throw new Error('it has no size');
}

const svg: Target = {
  name: 'svg',
  seeds: () =>
    [
      '<path d="M1 1h9v9l-3-3z m5.5e1-.5.5 c1 2 3 4 5 6 s1 2 3 4 q1 2 3 4 t5 6 a5 5 30 1 0 20 20z" fill="#c00" stroke="rgb(1,2,3)" stroke-width="2" stroke-dasharray="3 1"/>',
      '<defs><g id="a"><rect width="5" height="5" rx="2"/></g><clipPath id="c"><circle cx="5" cy="5" r="4"/></clipPath></defs><use xlink:href="#a" transform="translate(5 5) rotate(45 1 2) skewX(3) scale(2)" clip-path="url(#c)"/>',
      '<linearGradient id="g" gradientUnits="userSpaceOnUse" x1="0" x2="100%"><stop offset="0" stop-color="red"/><stop offset="50%" stop-opacity=".5"/></linearGradient><radialGradient id="r" xlink:href="#g" cx="5" fx="2" spreadMethod="reflect"/><ellipse rx="9" ry="4" fill="url(#g)" stroke="url(#r)" opacity=".5"/>',
      '<style><![CDATA[.a,#b{fill:hsl(120,50%,50%)!important} circle{stroke-linejoin:round}]]></style><g class="a" style="fill:none;color:red"><polygon points="0 0 1,1 2 0" stroke="currentColor"/><line x2="5mm" y2="1in" stroke="black"/><polyline points="1 2 3 4"/></g>',
    ].map((inside) => `${head}${inside}</svg>`),
  words: [
    ...[
      '1e308',
      '-1e308',
      '1e-320',
      'NaN',
      'Infinity',
      '%',
      'em',
      'matrix(',
      'scale(0)',
      'rotate(',
      'url(#',
      'none',
      'inherit',
      'currentColor',
    ],
    ...[
      '<use href="#a"/>',
      '<g>',
      '</g>',
      '<style>',
      '</style>',
      '{',
      '}',
      ';',
      ':',
      '/*',
      '*/',
      '!important',
      'a1 1 0 0 1 ',
      'M0 0',
      'z',
    ],
    ...[
      ' id="a"',
      ' opacity="0.5"',
      ' stroke="red"',
      ' stroke-dasharray="1 1e9"',
      ' viewBox="0 0 1e-9 1e9"',
      ' clip-path="url(#c)"',
      '<!DOCTYPE svg>',
      '<script/>',
    ],
  ],
  covers: /src\/pdf/,
  run: (bytes) => refuseBadNumbers(importSvg(bytes)),
};

const picture = (options: Partial<Create> = {}) =>
  sharp({ create: { width: 9, height: 7, channels: 3, background: '#c04020', ...options } });

const png: Target = {
  name: 'png',
  seeds: async () => [
    await picture().png().toBuffer(),
    await picture({ channels: 4, background: '#c0402080' }).png().toBuffer(),
    await picture().png({ palette: true }).toBuffer(),
    await picture().toColourspace('b-w').png().toBuffer(),
  ],
  words: [
    'IHDR',
    'IDAT',
    'PLTE',
    'tRNS',
    'IEND',
    'iCCP',
    'tEXt',
    'eXIf',
    'acTL',
    '\x89PNG\r\n\x1a\n',
    '\0\0\0\0',
    '\uffff\uffff',
  ],
  covers: /src\/pdf/,
  async run(bytes) {
    refuseBadNumbers(await importPng(bytes));
  },
};

const jpeg: Target = {
  name: 'jpeg',
  seeds: async () => [
    await picture().jpeg().toBuffer(),
    await picture()
      .jpeg({ progressive: true })
      .withExif({ IFD0: { Copyright: 'x' } })
      .toBuffer(),
    await picture().jpeg().withMetadata({ orientation: 6 }).toBuffer(),
    await picture().toColourspace('b-w').jpeg().toBuffer(),
  ],
  words: [
    '\u00ff',
    'Exif\0\0',
    'JFIF\0',
    'Adobe',
    'ICC_PROFILE\0',
    'MM\0*',
    'II*\0',
    'http://ns.adobe.com/xap/1.0/\0',
    '\0\0',
    '\0\u0002',
  ],
  covers: /src\/pdf/,
  async run(bytes) {
    refuseBadNumbers(await importJpeg(bytes));
  },
};

export const pictureTargets = [svg, png, jpeg];
