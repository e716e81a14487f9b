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
import { PageSize, type Parts, PartsWriter } from './foreign-parts.ts';
import { type ForeignPdf, filtersOf, name } from './foreign-pdf.ts';

/** `compared`: names of resources, each time that some content is looked through for them. */
const limits = { objects: 5_000, depth: 60, pixels: 40_000_000, compared: 10_000_000 };

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
  readonly #size = new PageSize();
  readonly #entries = new Map<PDFDict, [text: string, key: PDFName, value: PDFObject][]>();
  #compared = 0;

  /** Local numbers start at `first`; forms without resources of their own use the page's, as old files do. */
  constructor(pdf: ForeignPdf, first: number, pageResources: PDFDict | undefined) {
    this.#pdf = pdf;
    this.#first = first;
    this.#pageResources = pageResources;
  }

  writer(): PartsWriter {
    return new PartsWriter(this.#size);
  }

  /** Everything that what was written so far refers to, in the order of first mention. */
  finish(): Parts[] {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      const out = this.writer();
      this.#write(out, next.object, 0);
      this.#bodies[next.local - this.#first] = out.finish();
    }
    return this.#bodies;
  }

  /** A resource dictionary with only what the content names. */
  resources(out: PartsWriter, resources: PDFDict | undefined, facts: ContentFacts): void {
    if (facts.cmyk) throw cmyk();
    out.text('<<');
    for (const category of categories) {
      const entries = this.#pdf.dict(resources?.get(name(category)));
      if (!entries) continue;
      out.text(`/${category}<<`);
      for (const [word, key, value] of this.#entriesOf(entries)) {
        if (!facts.names.has(word)) continue;
        out.text(`${key.asString()} `);
        // Layers are shown as they are; what their names meant stays behind.
        if (category === 'Properties') out.text('<<>>');
        else this.#write(out, value, 0);
      }
      out.text('>>');
    }
    out.text('>>');
  }

  value(out: PartsWriter, object: PDFObject): void {
    this.#write(out, object, 0);
  }

  /** Forms without resources of their own look through the page's, each of them. */
  #entriesOf(dict: PDFDict) {
    const entries =
      this.#entries.get(dict) ?? dict.entries().map(([key, value]) => [key.decodeText(), key, value] as const);
    this.#entries.set(dict, entries as [string, PDFName, PDFObject][]);
    this.#compared += entries.length;
    if (this.#compared > limits.compared) throw assetFault('the page of the PDF is made of too many objects');
    return entries;
  }

  #write(out: PartsWriter, object: PDFObject, depth: number): void {
    if (depth > limits.depth) throw assetFault('the PDF is nested too deeply');
    if (object instanceof PDFRef) this.#refer(out, object);
    else if (object instanceof PDFRawStream) this.#stream(out, object);
    else if (object instanceof PDFDict) {
      this.#dict(out, object, depth);
      out.text('>>');
    } else if (object instanceof PDFArray) {
      out.text('[');
      for (const one of object.asArray()) {
        this.#write(out, one, depth + 1);
        out.text(' ');
      }
      out.text(']');
    } else if (object instanceof PDFName) {
      if (object.decodeText() === 'DeviceCMYK') throw cmyk();
      out.text(object.asString());
    } else {
      const isPlain = [PDFNumber, PDFString, PDFHexString, PDFBool].some((kind) => object instanceof kind);
      if (!isPlain && object !== PDFNull) throw assetFault('the PDF contains a damaged object; save it again');
      out.text(object.toString());
    }
  }

  #refer(out: PartsWriter, ref: PDFRef): void {
    const local = this.#locals.get(ref) ?? this.#localOf(ref);
    if (local === undefined) out.text('null');
    else out.refer(local);
  }

  #localOf(ref: PDFRef): number | undefined {
    const object = this.#pdf.look(ref);
    if (object === undefined) return undefined;
    const local = this.#first + this.#bodies.length;
    if (this.#bodies.length >= limits.objects) throw assetFault('the page of the PDF is made of too many objects');
    this.#locals.set(ref, local);
    this.#bodies.push([]);
    this.#waiting.push({ object, local });
    return local;
  }

  /** All but its end, so that a stream can say more. */
  #dict(out: PartsWriter, dict: PDFDict, depth: number): void {
    this.#judge(dict);
    out.text('<<');
    for (const [key, value] of dict.entries()) {
      const word = key.decodeText();
      if (dangerous.has(word)) throw assetFault(`the page of the PDF contains ${quoted(word)}; print it to a new PDF`);
      if (dropped.has(word) || word === 'Resources') continue;
      const inner = named.has(word) ? this.#pdf.dict(value) : undefined;
      out.text(`${key.asString()} `);
      if (inner) this.#map(out, inner, depth + 1);
      else this.#write(out, value, depth + 1);
    }
    const glyphs = this.#pdf.dict(dict.get(name('CharProcs')));
    if (!glyphs) return;
    out.text('/Resources');
    this.#glyphResources(out, dict, glyphs);
  }

  /** A dictionary whose keys are names somebody chose, not ones that mean something. */
  #map(out: PartsWriter, dict: PDFDict, depth: number): void {
    out.text('<<');
    for (const [key, value] of dict.entries()) {
      out.text(`${key.asString()} `);
      this.#write(out, value, depth);
    }
    out.text('>>');
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
  #glyphResources(out: PartsWriter, font: PDFDict, glyphs: PDFDict): void {
    const facts: ContentFacts = { names: new Set(), cmyk: false };
    for (const [, glyph] of glyphs.entries()) {
      const stream = this.#pdf.look(glyph);
      if (stream instanceof PDFRawStream) scanContent(this.#pdf.decode(stream), facts);
    }
    this.resources(out, this.#pdf.dict(font.get(name('Resources'))) ?? this.#pageResources, facts);
  }

  #stream(out: PartsWriter, stream: PDFRawStream): void {
    const { dict } = stream;
    if (['F', 'FFilter', 'FDecodeParms'].some((key) => dict.has(name(key))))
      throw assetFault('the PDF refers to other files');
    for (const filter of filtersOf(dict))
      if (filter === 'Crypt' || filter === 'LZWDecode')
        throw assetFault(`a stream in the PDF uses ${filter}; save it again with a current program`);
    // A copy: with a part of the file all of it would be sent to the other thread.
    const contents = new Uint8Array(stream.contents);
    this.#dict(out, dict, 0);
    // Forms and tiling patterns; images and fonts have no bounding box.
    if (dict.has(name('BBox'))) {
      const own = this.#pdf.dict(dict.get(name('Resources'))) ?? this.#pageResources;
      out.text('/Resources');
      this.resources(out, own, scanContent(this.#pdf.decode(stream)));
    }
    out.text(`/Length ${contents.length}>>stream\n`);
    out.bytes(contents);
    out.text('\nendstream');
  }
}

const cmyk = () => assetFault('the PDF uses CMYK colours; export it in RGB (sRGB)');
