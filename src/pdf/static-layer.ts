/** What looks the same on every document of a program: its operators, and the images and states they name. */

import type { Issue } from '../domain/issue.ts';
import type { Element, Template, TextElement } from '../domain/template.ts';
import { barcodeOperators, qrOperators } from './draw-codes.ts';
import { lineOperators, pathElementOperators, rectangleOperators } from './draw-shapes.ts';
import { missingGlyph } from './dynamic-element.ts';
import { importArt } from './import-art.ts';
import { setText, type TextBox } from './layout-text.ts';
import type { SharedFonts } from './page-fonts.ts';
import { type Box, boxInPoints, points } from './page-space.ts';
import { type ImportedArt, pdfColor, pdfNumber, streamBody } from './pdf-objects.ts';
import type { PrefixWriter } from './prefix-writer.ts';
import { type Signatory, signatoryOperators } from './signatory.ts';
import { textBox } from './text-box.ts';
import { textOperators } from './text-operators.ts';

export class StaticLayer {
  readonly issues: Issue[] = [];
  readonly #template: Template;
  readonly #signatories: readonly Signatory[];
  readonly #writer: PrefixWriter;
  readonly #fonts: SharedFonts;
  readonly #xobjects = new Map<string, number>();
  readonly #alphas = new Map<number, string>();
  readonly #art = new Map<string, { name: string; art: ImportedArt }>();

  constructor(template: Template, signatories: readonly Signatory[], writer: PrefixWriter, fonts: SharedFonts) {
    this.#template = template;
    this.#signatories = signatories;
    this.#writer = writer;
    this.#fonts = fonts;
  }

  async background(): Promise<string> {
    const { width, height, background } = this.#template.page;
    const full = { x: 0, y: 0, width, height };
    const n = (mm: number) => pdfNumber(points(mm));
    let operators = '';
    if (background.color) operators += `${pdfColor(background.color)} rg\n0 0 ${n(width)} ${n(height)} re\nf\n`;
    if (background.asset) operators += await this.#image(background.asset, full, 'stretch', background.page);
    return operators;
  }

  /** Operators of an element that has no placeholder; `path` names it in issues. */
  async element(element: Element, path: string): Promise<string> {
    const { height } = this.#template.page;
    const alpha = (opacity: number) => this.alpha(opacity);
    switch (element.type) {
      case 'text':
        return this.#text(element, `${path}.text`);
      case 'image':
        return this.#image(element.asset, element, element.fit);
      case 'line':
        return lineOperators(element, height);
      case 'rectangle':
        return rectangleOperators(element, height, alpha);
      case 'path':
        return pathElementOperators(element, height, alpha);
      case 'qr':
        return qrOperators(element, element.value, height) ?? this.#fault(`${path}.value`, 'is too long for a QR code');
      case 'barcode': {
        const drawn = barcodeOperators(element, element.value, height);
        return 'operators' in drawn ? drawn.operators : this.#fault(`${path}.value`, 'cannot be drawn as a barcode');
      }
      case 'signatory':
        return this.#signatory(element);
    }
  }

  /** Makes operators a form of their own, to be drawn later by its name. */
  addForm(operators: string, resources: number): string {
    const { width, height } = this.#template.page;
    const box = `[0 0 ${pdfNumber(points(width))} ${pdfNumber(points(height))}]`;
    const dictionary = `/Type/XObject/Subtype/Form/BBox${box}/Resources ${resources} 0 R`;
    return this.#name('S', this.#writer.add(streamBody(dictionary, Buffer.from(operators, 'latin1'))));
  }

  /** Entries of the resource dictionary, fonts apart. */
  resources(): string {
    const xobjects = [...this.#xobjects].map(([name, number]) => `/${name} ${number} 0 R`).join('');
    const states = [...this.#alphas].map(([opacity, name]) => `/${name}<</CA ${opacity}/ca ${opacity}>>`).join('');
    return `${xobjects && `/XObject<<${xobjects}>>`}${states && `/ExtGState<<${states}>>`}`;
  }

  #text(element: TextElement, path: string): string {
    const box = textBox(element, this.#template.page.height, this.#template.language);
    return this.#set(element.text, box, element.color, path);
  }

  #set(text: string, box: TextBox, color: string, path: string): string {
    const block = setText(text, box);
    for (const character of block.missing) this.issues.push(missingGlyph(path, character));
    if (block.overflow) this.issues.push({ path, code: 'text_overflow' });
    return textOperators(block, color, (shape) => this.#fonts.code(shape));
  }

  async #signatory(element: Extract<Element, { type: 'signatory' }>): Promise<string> {
    const at = this.#signatories.findIndex((one) => one.slot === element.slot);
    const signatory = this.#signatories[at];
    if (!signatory) return this.#fault('signatories', `slot ${element.slot} has nobody`);
    const box = boxInPoints(element, this.#template.page.height);
    return signatoryOperators(element, signatory, box, this.#template.language, {
      text: (text, textBox, part) => this.#set(text, textBox, element.color, `signatories.${at}.${part}`),
      image: async (data, room) => {
        const { name, art } = await this.#import(`signature ${element.slot}`, 'image/png', data);
        return drawArt(name, art, room, 'contain', 'bottom');
      },
    });
  }

  async #image(asset: string, mm: Box, fit: 'contain' | 'cover' | 'stretch', page = 1): Promise<string> {
    const found = this.#template.assets[asset];
    if (!found) return this.#fault(`assets.${asset}`, 'is missing');
    const data = Buffer.from(found.data, 'base64');
    const { name, art } = await this.#import(`asset ${asset} ${page}`, found.mediaType, data, page);
    return drawArt(name, art, boxInPoints(mm, this.#template.page.height), fit, 'middle');
  }

  /** Each piece of art is embedded once, however often it is drawn. */
  async #import(key: string, mediaType: string, data: Uint8Array, page = 1) {
    let known = this.#art.get(key);
    if (!known) {
      const art = await importArt(mediaType, data, { page });
      known = { art, name: this.#name('X', this.#writer.addArt(art)) };
      this.#art.set(key, known);
    }
    return known;
  }

  #name(prefix: string, number: number): string {
    const name = `${prefix}${this.#xobjects.size + 1}`;
    this.#xobjects.set(name, number);
    return name;
  }

  /** Names the ExtGState of an opacity below 1. */
  alpha(opacity: number): string {
    let name = this.#alphas.get(opacity);
    if (!name) {
      name = `G${this.#alphas.size + 1}`;
      this.#alphas.set(opacity, name);
    }
    return name;
  }

  #fault(path: string, reason: string): string {
    this.issues.push({ path, code: 'invalid', params: { reason } });
    return '';
  }
}

/** Draws art into a box: whole and undistorted, filling it and cut off, or stretched. */
function drawArt(
  name: string,
  art: ImportedArt,
  box: Box,
  fit: 'contain' | 'cover' | 'stretch',
  anchor: 'middle' | 'bottom',
): string {
  const across = box.width / art.widthPt;
  const up = box.height / art.heightPt;
  const even = fit === 'contain' ? Math.min(across, up) : Math.max(across, up);
  const scaleX = fit === 'stretch' ? across : even;
  const scaleY = fit === 'stretch' ? up : even;
  const x = box.x + (box.width - art.widthPt * scaleX) / 2;
  const y = box.y + (anchor === 'bottom' ? 0 : (box.height - art.heightPt * scaleY) / 2);
  const unit = art.kind === 'image' ? { x: art.widthPt, y: art.heightPt } : { x: 1, y: 1 };
  const n = pdfNumber;
  const clip = fit === 'cover' ? `${n(box.x)} ${n(box.y)} ${n(box.width)} ${n(box.height)} re\nW n\n` : '';
  return `q\n${clip}${n(scaleX * unit.x, 6)} 0 0 ${n(scaleY * unit.y, 6)} ${n(x)} ${n(y)} cm\n/${name} Do\nQ\n`;
}
