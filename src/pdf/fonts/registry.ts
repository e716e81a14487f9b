/** Which font files draw which script in which style; a file is opened once per thread, when first needed. */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Face } from './face.ts';
import { isEastAsian, type Script } from './scripts.ts';

export interface FontStyle {
  family: 'Noto Serif' | 'Noto Sans' | 'Cinzel' | 'Great Vibes';
  weight: 400 | 700;
  italic: boolean;
}

/** Script to file stem and the weights it comes in. */
const scriptFaces: Partial<Record<Script, string>> = {
  Arab: 'NotoNaskhArabic',
  Hebr: 'NotoSerifHebrew',
  Deva: 'NotoSerifDevanagari',
  Beng: 'NotoSerifBengali',
  Taml: 'NotoSerifTamil',
  Thai: 'NotoSerifThai',
  Geor: 'NotoSerifGeorgian',
  Armn: 'NotoSerifArmenian',
  Ethi: 'NotoSerifEthiopic',
  Khmr: 'NotoSerifKhmer',
  Gujr: 'NotoSerifGujarati',
  Guru: 'NotoSerifGurmukhi',
  Telu: 'NotoSerifTelugu',
  Knda: 'NotoSerifKannada',
  Mlym: 'NotoSerifMalayalam',
  Sinh: 'NotoSerifSinhala',
  Laoo: 'NotoSerifLao',
  Mymr: 'NotoSerifMyanmar',
  Orya: 'NotoSansOriya',
  Thaa: 'NotoSansThaana',
  Syrc: 'NotoSansSyriac',
};
const sansFaces: Partial<Record<Script, string>> = {
  Hebr: 'NotoSansHebrew',
  Taml: 'NotoSansTamil',
  Thai: 'NotoSansThai',
};

const region = { sc: 'NotoSansHans', tc: 'NotoSansHant', jp: 'NotoSansJP', kr: 'NotoSansKR' } as const;
type Region = keyof typeof region;

const opened = new Map<string, Face | null>();
const require = createRequire(import.meta.url);

/** Opens `<stem>-<weight>` from the bundle; a stem without that weight gives its Regular. */
function bundled(stem: string, weight: string): Face | undefined {
  const open = (name: string) =>
    openOnce(name, () => {
      const file = join(import.meta.dirname, 'files', `${name}.ttf`);
      return existsSync(file) ? file : undefined;
    });
  return open(`${stem}-${weight}`) ?? open(`${stem}-Regular`);
}

function openOnce(name: string, locate: () => string | undefined): Face | undefined {
  let face = opened.get(name);
  if (face === undefined) {
    const file = locate();
    face = file === undefined ? null : new Face(name, file);
    opened.set(name, face);
  }
  return face ?? undefined;
}

/** The East Asian fonts are an optional package each, some 9 MB; without it their characters have no glyph. */
function eastAsianFace(which: Region, weight: 400 | 700): Face | undefined {
  const name = `${region[which]}-${weight === 700 ? 'Bold' : 'Regular'}`;
  return openOnce(name, () => {
    try {
      const folder = dirname(dirname(require.resolve(`@embedpdf/fonts-${which}`)));
      const file = join(folder, 'fonts', `${name}.otf`);
      return existsSync(file) ? file : undefined;
    } catch {
      return undefined;
    }
  });
}

const primary = new WeakMap<FontStyle, Face>();

/** The face that carries the style's own Latin. */
export function primaryFace(style: FontStyle): Face {
  let face = primary.get(style);
  if (!face) {
    face = openPrimary(style);
    primary.set(style, face);
  }
  return face;
}

function openPrimary(style: FontStyle): Face {
  const bold = style.weight === 700;
  const stem = { 'Noto Serif': 'NotoSerif', 'Noto Sans': 'NotoSans', Cinzel: 'Cinzel', 'Great Vibes': 'GreatVibes' };
  const notoWeight = bold ? (style.italic ? 'BoldItalic' : 'Bold') : style.italic ? 'Italic' : 'Regular';
  const weight = style.family.startsWith('Noto') ? notoWeight : bold ? 'Bold' : 'Regular';
  const face = bundled(stem[style.family], weight);
  if (!face) throw new Error(`the font file of ${style.family} is missing`);
  return face;
}

/** The faces to try for a script, best first, found one by one so that none is opened in vain. */
export function* fallbackFaces(style: FontStyle, script: Script, regions: readonly Region[]): Generator<Face> {
  const weight = style.weight === 700 ? 'Bold' : 'Regular';
  const own = (style.family === 'Noto Sans' ? sansFaces[script] : undefined) ?? scriptFaces[script];
  const face = own && bundled(own, weight);
  if (face) yield face;
  if (isEastAsian(script)) yield* eastAsian(regions, style.weight);
  yield primaryFace(style);
  if (style.family !== 'Noto Serif') yield primaryFace({ ...style, family: 'Noto Serif' });
  yield primaryFace({ ...style, family: 'Noto Sans' });
  if (!isEastAsian(script)) yield* eastAsian(regions, style.weight);
}

function* eastAsian(regions: readonly Region[], weight: 400 | 700): Generator<Face> {
  for (const which of regions) {
    const face = eastAsianFace(which, weight);
    if (face) yield face;
  }
}

const eastAsianCharacter = /[\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Bopo}\uff00-\uffef]/u;

/**
 * The East Asian faces for a text, best first: the language decides (BCP 47), else what is written: kana is
 * Japanese, Hangul is Korean, bopomofo is Traditional Chinese, Han alone is Simplified Chinese. Empty without such characters.
 */
export function eastAsianRegions(text: string, language: string): readonly Region[] {
  if (!eastAsianCharacter.test(text)) return [];
  const first = regionOf(text, language);
  return [first, ...(['sc', 'tc', 'jp', 'kr'] as const).filter((other) => other !== first)];
}

function regionOf(text: string, language: string): Region {
  const tag = language.toLowerCase();
  if (/^ja\b/.test(tag)) return 'jp';
  if (/^ko\b/.test(tag)) return 'kr';
  if (/^zh-(.*-)?(hant|tw|hk|mo)\b/.test(tag)) return 'tc';
  if (/^zh\b/.test(tag)) return 'sc';
  if (/[\p{sc=Hira}\p{sc=Kana}]/u.test(text)) return 'jp';
  if (/\p{sc=Hang}/u.test(text)) return 'kr';
  if (/\p{sc=Bopo}/u.test(text)) return 'tc';
  return 'sc';
}
