/** Copies what a page needs out of a foreign PDF: only what is used, without actions, files, metadata, or anything PDF/A forbids. */

import {
  PDFArray,
  PDFBool,
  PDFDict,
  PDFHexString,
  PDFName,
  PDFNull,
  PDFNumber,
  type PDFObject,
  PDFRawStream,
  PDFRef,
  PDFString,
} from '@cantoo/pdf-lib';
import { assetFault, quoted } from './asset-fault.ts';
import { type ContentFacts, scanContent } from './content-scan.ts';
import { numberOf } from './foreign-page.ts';
import { type ForeignPdf, filtersOf, name } from './foreign-pdf.ts';

/** Bytes, and local object numbers where a reference stands. */
export type Parts = (Uint8Array | number)[];

const limits = { objects: 5_000, depth: 60, bytes: 40_000_000, pixels: 40_000_000 };

const categories = ['ExtGState', 'ColorSpace', 'Pattern', 'Shading', 'XObject', 'Font', 'Properties'];
/** Never needed to draw, or forbidden in PDF/A (alternates, transfer functions, halftones). */
const dropped = new Set([
  ...['Metadata', 'PieceInfo', 'StructParent', 'StructParents', 'LastModified', 'Thumb', 'OPI', 'Alternates', 'Parent'],
  ...['Interpolate', 'OC', 'AF', 'Annots', 'A', 'AA', 'Dest', 'Ref', 'Alternate', 'Measure', 'PtData', 'ProcSet'],
  ...['TR', 'TR2', 'HT', 'HTP', 'HTO', 'BG', 'BG2', 'UCR', 'UCR2', 'Length'],
]);
/** Their keys are free. */
const named = new Set(['CharProcs', 'Colorants']);
const dangerous = new Set([
  'JS',
  'EF',
  'URI',
  'Launch',
  'JavaScript',
  'EmbeddedFile',
  'Filespec',
  'Action',
  'OpenAction',
]);

export class ForeignObjects {
  readonly #pdf: ForeignPdf;
  readonly #bodies: Parts[] = [];
  readonly #locals = new Map<PDFRef, number>();
  readonly #waiting: { object: PDFObject; local: number }[] = [];
  readonly #first: number;
  readonly #pageResources: PDFDict | undefined;
  #bytes = 0;

  /** Local numbers start at `first`; forms without resources of their own use the page's, as old files do. */
  constructor(pdf: ForeignPdf, first: number, pageResources: PDFDict | undefined) {
    this.#pdf = pdf;
    this.#first = first;
    this.#pageResources = pageResources;
  }

  /** Everything the parts written so far refer to, in the order of first mention. */
  finish(): Parts[] {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift())
      this.#bodies[next.local - this.#first] = this.#write(next.object, 0);
    return this.#bodies;
  }

  /** A resource dictionary with only what the content names. */
  resources(resources: PDFDict | undefined, facts: ContentFacts): Parts {
    if (facts.cmyk) throw cmyk();
    const parts: Parts = [text('<<')];
    for (const category of categories) {
      const entries = this.#pdf.dict(resources?.get(name(category)));
      if (!entries) continue;
      parts.push(text(`/${category}<<`));
      for (const [key, value] of entries.entries()) {
        if (!facts.names.has(key.decodeText())) continue;
        // Layers are shown as they are; what their names meant stays behind.
        if (category === 'Properties') parts.push(text(`${key.asString()}<<>>`));
        else parts.push(text(`${key.asString()} `), ...this.#write(value, 0));
      }
      parts.push(text('>>'));
    }
    parts.push(text('>>'));
    return parts;
  }

  value(object: PDFObject): Parts {
    return this.#write(object, 0);
  }

  #write(object: PDFObject, depth: number): Parts {
    if (depth > limits.depth) throw assetFault('the PDF is nested too deeply');
    if (object instanceof PDFRef) return [this.#refer(object)];
    if (object instanceof PDFRawStream) return this.#stream(object);
    if (object instanceof PDFDict) return this.#dict(object, depth);
    if (object instanceof PDFArray)
      return [text('['), ...object.asArray().flatMap((one) => [...this.#write(one, depth + 1), text(' ')]), text(']')];
    if (object instanceof PDFName) {
      if (object.decodeText() === 'DeviceCMYK') throw cmyk();
      return [text(object.asString())];
    }
    const plain =
      [PDFNumber, PDFString, PDFHexString, PDFBool].some((kind) => object instanceof kind) || object === PDFNull;
    if (!plain) throw assetFault('the PDF contains a damaged object; save it again');
    const bytes = new Uint8Array(object.sizeInBytes());
    object.copyBytesInto(bytes, 0);
    return [bytes];
  }

  #refer(ref: PDFRef): number | Uint8Array {
    const known = this.#locals.get(ref);
    if (known !== undefined) return known;
    const object = this.#pdf.look(ref);
    if (object === undefined) return text('null');
    const local = this.#first + this.#bodies.length;
    if (this.#bodies.length >= limits.objects) throw assetFault('the page of the PDF is made of too many objects');
    this.#locals.set(ref, local);
    this.#bodies.push([]);
    this.#waiting.push({ object, local });
    return local;
  }

  #dict(dict: PDFDict, depth: number): Parts {
    this.#judge(dict);
    const parts: Parts = [text('<<')];
    for (const [key, value] of dict.entries()) {
      const word = key.decodeText();
      if (dangerous.has(word)) throw assetFault(`the page of the PDF contains ${quoted(word)}; print it to a new PDF`);
      if (dropped.has(word) || word === 'Resources') continue;
      const inner = named.has(word) ? this.#pdf.dict(value) : undefined;
      parts.push(text(`${key.asString()} `), ...(inner ? this.#map(inner, depth + 1) : this.#write(value, depth + 1)));
    }
    const glyphs = this.#pdf.dict(dict.get(name('CharProcs')));
    if (glyphs) parts.push(text('/Resources'), ...this.#glyphResources(dict, glyphs));
    parts.push(text('>>'));
    return parts;
  }

  /** A dictionary whose keys are names somebody chose, not ones that mean something. */
  #map(dict: PDFDict, depth: number): Parts {
    const entries = dict
      .entries()
      .flatMap(([key, value]) => [text(`${key.asString()} `), ...this.#write(value, depth)]);
    return [text('<<'), ...entries, text('>>')];
  }

  #judge(dict: PDFDict) {
    const word = (key: string) => {
      const value = this.#pdf.look(dict.get(name(key)));
      return value instanceof PDFName ? value.decodeText() : '';
    };
    for (const key of ['Type', 'S', 'Subtype'])
      if (dangerous.has(word(key)))
        throw assetFault(`the page of the PDF contains ${quoted(word(key))}; print it to a new PDF`);
    if (word('Subtype') === 'PS') throw assetFault('the PDF contains PostScript; print it to a new PDF');
    if (word('Type') === 'Font' || dict.has(name('BaseFont'))) this.#judgeFont(dict, word('Subtype'), word('BaseFont'));
    const [width, height] = ['Width', 'Height'].map((key) => numberOf(this.#pdf.look(dict.get(name(key)))) ?? 1);
    if (word('Subtype') === 'Image' && !((width as number) * (height as number) <= limits.pixels))
      throw assetFault('a picture in the PDF has more than 40 million pixels; make it smaller');
  }

  #judgeFont(font: PDFDict, subtype: string, baseFont: string) {
    // Its glyphs are drawings, or it is the outer half of a font whose descendant is judged when it is written.
    if (subtype === 'Type3' || subtype === 'Type0') return;
    const descriptor = this.#pdf.dict(font.get(name('FontDescriptor')));
    const embedded = ['FontFile', 'FontFile2', 'FontFile3'].some(
      (key) => this.#pdf.look(descriptor?.get(name(key))) instanceof PDFRawStream,
    );
    if (!embedded)
      throw assetFault(`the PDF does not embed its font ${quoted(baseFont)}; export it with all fonts embedded`);
  }

  /** Glyphs of a Type 3 font are content streams too. */
  #glyphResources(font: PDFDict, glyphs: PDFDict): Parts {
    const facts: ContentFacts = { names: new Set(), cmyk: false };
    for (const [, glyph] of glyphs.entries()) {
      const stream = this.#pdf.look(glyph);
      if (!(stream instanceof PDFRawStream)) continue;
      const found = scanContent(this.#pdf.decode(stream));
      for (const one of found.names) facts.names.add(one);
      facts.cmyk ||= found.cmyk;
    }
    return this.resources(this.#pdf.dict(font.get(name('Resources'))) ?? this.#pageResources, facts);
  }

  #stream(stream: PDFRawStream): Parts {
    const { dict } = stream;
    if (['F', 'FFilter', 'FDecodeParms'].some((key) => dict.has(name(key))))
      throw assetFault('the PDF refers to other files');
    for (const filter of filtersOf(dict))
      if (filter === 'Crypt' || filter === 'LZWDecode')
        throw assetFault(`a stream in the PDF uses ${filter}; save it again with a current program`);
    const contents = stream.contents;
    this.#bytes += contents.length;
    if (this.#bytes > limits.bytes) throw assetFault('the page of the PDF is too large');
    const head = this.#dict(dict, 0);
    head.pop();
    // Forms and tiling patterns; images and fonts have no bounding box.
    if (dict.has(name('BBox'))) {
      const own = this.#pdf.dict(dict.get(name('Resources'))) ?? this.#pageResources;
      head.push(text('/Resources'), ...this.resources(own, scanContent(this.#pdf.decode(stream))));
    }
    return [...head, text(`/Length ${contents.length}>>stream\n`), contents, text('\nendstream')];
  }
}

export const text = (latin1: string): Uint8Array => Buffer.from(latin1, 'latin1');

const cmyk = () => assetFault('the PDF uses CMYK colours; export it in RGB (sRGB)');
