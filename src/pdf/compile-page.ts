/** Compiles a template with its signatories into a page program: the constant first part of every document, and what is left to draw for each. */

import { createHash, type Hash } from 'node:crypto';
import type { Issue } from '../domain/issue.ts';
import { specimenIssuer, specimenTitle } from '../domain/specimen.ts';
import { type Element, fillText, placeholdersOf, type Template } from '../domain/template.ts';
import { invalidInput } from '../errors.ts';
import { DynamicBarcode, type DynamicElement, DynamicQr, DynamicText, missingGlyph } from './dynamic-element.ts';
import { objectsPerFont } from './font-objects.ts';
import { SharedFonts } from './page-fonts.ts';
import { type Box, overlaps, points } from './page-space.ts';
import { pdfNumber, pdfText, streamBody } from './pdf-objects.ts';
import { PrefixWriter } from './prefix-writer.ts';
import { sealDigest } from './seal.ts';
import type { SealKey } from './seal-certificate.ts';
import { shapeText } from './shape.ts';
import { literalText, sampleTexts } from './shared-glyphs.ts';
import type { Signatory } from './signatory.ts';
import { specimenStamp } from './specimen-stamp.ts';
import { srgbProfile } from './srgb-profile.ts';
import { StaticLayer } from './static-layer.ts';

export type { Signatory } from './signatory.ts';

export interface PageInputs {
  template: Template;
  organizationName: string;
  signatories: Signatory[];
  /** Seals every document; absent: unsealed. */
  seal?: SealKey;
  /** Every document is stamped as one. */
  specimen?: boolean;
}

/** Numbers of the objects that every document writes itself; the last only where it is sealed. */
export const ownObjects = {
  metadata: 1,
  info: 2,
  filespec: 3,
  attachment: 4,
  content: 5,
  fonts: 6,
  signature: 7,
} as const;

/** Without a time: the same for all batches of a template version with the same inputs. `datePage` gives it one. */
export interface PageProgram {
  /** The first bytes of every document. */
  readonly prefix: Uint8Array;
  /** Hex SHA-256 of prefix. */
  readonly prefixHash: string;
  readonly inputs: PageInputs;
  /** What is drawn per document, in order; a string is always the same. */
  readonly steps: readonly (string | DynamicElement)[];
  /** Entries of the font resources: the shared fonts. */
  readonly sharedResources: string;
  readonly root: number;
  readonly xrefAt: number;
  readonly nextNumber: number;
  /** Hash states after the prefix, to be copied per document. */
  readonly states: { sha256: Hash; seal: Hash };
}

/** Throws `invalid_input` whose issues name the template's or signatory's part at fault. */
export async function compilePage(inputs: PageInputs): Promise<PageProgram> {
  const template = withOrganization(inputs.template, inputs.organizationName);
  const writer = new PrefixWriter(inputs.seal ? ownObjects.signature : ownObjects.fonts);
  const shared = new SharedFonts();
  const numbers = { root: writer.reserve(), page: writer.reserve(), resources: writer.reserve() };
  const faults = addSamples(template, shared);
  const layer = new StaticLayer(template, inputs.signatories, writer, shared);
  const { background, steps } = await drawElements(template, layer, shared, numbers.resources);
  faults.push(...layer.issues);
  if (faults.length > 0) throw invalidInput('the page cannot be compiled', faults);
  const content = writer.add(streamBody('', Buffer.from(background, 'latin1')));
  const stamp = inputs.specimen
    ? writer.add(streamBody('', Buffer.from(stampOf(template, layer, shared), 'latin1')))
    : 0;
  const sharedResources = writeFonts(writer, shared);
  writer.put(numbers.resources, `<</Font ${ownObjects.fonts} 0 R${layer.resources()}>>`);
  writeDocument(writer, inputs, numbers, { content, stamp });
  const { bytes, xrefAt, nextNumber } = writer.finish(numbers.root);
  const sha256 = createHash('sha256').update(bytes);
  const prefixHash = sha256.copy().digest('hex');
  const states = { sha256, seal: createHash(sealDigest).update(bytes) };
  const { root } = numbers;
  return {
    prefix: bytes,
    prefixHash,
    inputs,
    steps,
    sharedResources,
    root,
    xrefAt,
    nextNumber,
    states,
  };
}

/** The organization's name is the same on every document, so that it counts as literal text. Text is made NFC, as values are. */
function withOrganization(template: Template, name: string): Template {
  const fill = (text: string) => text.replace(/\{\{\s*organization_name\s*\}\}/g, () => name.replace(/[{}]/g, ' '));
  const elements = template.elements.map((element): Element => {
    if (element.type === 'text') return { ...element, text: fill(element.text).normalize('NFC') };
    if (element.type === 'qr' || element.type === 'barcode') return { ...element, value: fill(element.value) };
    return element;
  });
  return { ...template, elements };
}

/** Puts what most documents need into the shared fonts; tells which literal texts no face can draw. */
function addSamples(template: Template, shared: SharedFonts): Issue[] {
  const issues: Issue[] = [];
  template.elements.forEach((element, at) => {
    if (element.type !== 'text' || placeholdersOf(element.text).length === 0) return;
    const style = { family: element.family, weight: element.weight, italic: element.italic };
    const language = element.language ?? template.language;
    const add = (text: string) => {
      const shaped = shapeText(text, style, { language, direction: element.direction });
      if (shaped.missing.length > 0) return shaped.missing;
      for (const run of shaped.runs) for (const glyph of run.glyphs) shared.code(glyph.shape);
      return [];
    };
    for (const character of add(literalText(element))) issues.push(missingGlyph(`elements.${at}.text`, character));
    for (const { text, apart } of sampleTexts(element, template)) (apart ? [...text] : [text]).forEach(add);
  });
  return issues;
}

/** Static elements go into the background unless something drawn per document lies under them. */
async function drawElements(template: Template, layer: StaticLayer, shared: SharedFonts, resources: number) {
  let background = await layer.background();
  const steps: (string | DynamicElement)[] = [];
  const above: Box[] = [];
  for (const [at, element] of template.elements.entries()) {
    const dynamic = dynamicElement(element, template, shared);
    const box = boundsOf(element);
    if (dynamic) {
      steps.push(dynamic);
      above.push(box);
      continue;
    }
    const operators = await layer.element(element, `elements.${at}`);
    if (!above.some((other) => overlaps(other, box))) background += operators;
    else if (operators !== '') steps.push(`/${layer.addForm(operators, resources)} Do\n`);
  }
  return { background, steps };
}

function dynamicElement(element: Element, template: Template, shared: SharedFonts): DynamicElement | undefined {
  const { height } = template.page;
  if (element.type === 'text' && placeholdersOf(element.text).length > 0)
    return new DynamicText(element, height, template.language, shared);
  if (element.type === 'qr' && placeholdersOf(element.value).length > 0) return new DynamicQr(element, height);
  if (element.type === 'barcode' && placeholdersOf(element.value).length > 0)
    return new DynamicBarcode(element, height);
  return undefined;
}

const everywhere: Box = { x: -1e6, y: -1e6, width: 2e6, height: 2e6 };

/** Millimetres, with room for what may stick out. */
function boundsOf(element: Element): Box {
  if (element.type === 'path') return everywhere;
  if (element.type === 'line') {
    const x = Math.min(element.x1, element.x2) - element.strokeWidth;
    const y = Math.min(element.y1, element.y2) - element.strokeWidth;
    const width = Math.abs(element.x1 - element.x2) + 2 * element.strokeWidth;
    return { x, y, width, height: Math.abs(element.y1 - element.y2) + 2 * element.strokeWidth };
  }
  if (element.type === 'qr') return { x: element.x, y: element.y, width: element.size, height: element.size };
  const out = element.type === 'text' ? element.size / 4 : element.type === 'rectangle' ? element.strokeWidth : 0;
  return {
    x: element.x - out,
    y: element.y - out,
    width: element.width + 2 * out,
    height: element.height + 2 * out,
  };
}

/** Writes the shared fonts; returns their resource entries. */
function writeFonts(writer: PrefixWriter, shared: SharedFonts): string {
  return shared.subsets
    .map(({ name, subset }) => {
      const first = writer.reserve(objectsPerFont);
      subset.objects(first).forEach((body, at) => {
        writer.put(first + at, body);
      });
      return `/${name} ${first} 0 R`;
    })
    .join('');
}

function writeDocument(
  writer: PrefixWriter,
  inputs: PageInputs,
  numbers: { root: number; page: number; resources: number },
  { content, stamp }: { content: number; stamp: number },
): void {
  const { template, seal } = inputs;
  const profile = writer.add(streamBody('/N 3', srgbProfile()));
  const pages = writer.add(`<</Type/Pages/Kids[${numbers.page} 0 R]/Count 1>>`);
  const size = `${pdfNumber(points(template.page.width))} ${pdfNumber(points(template.page.height))}`;
  const widget = seal ? writer.reserve() : 0;
  writer.put(
    numbers.page,
    `<</Type/Page/Parent ${pages} 0 R/MediaBox[0 0 ${size}]/Resources ${numbers.resources} 0 R` +
      `/Contents[${content} 0 R ${ownObjects.content} 0 R${stamp ? ` ${stamp} 0 R` : ''}]${seal ? `/Annots[${widget} 0 R]` : ''}>>`,
  );
  if (seal)
    writer.put(
      widget,
      `<</Type/Annot/Subtype/Widget/FT/Sig/T(Seal)/F 132/Rect[0 0 0 0]/P ${numbers.page} 0 R` +
        `/V ${ownObjects.signature} 0 R>>`,
    );
  const intent =
    '<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB IEC61966-2.1)/Info(sRGB IEC61966-2.1)' +
    `/DestOutputProfile ${profile} 0 R>>`;
  writer.put(
    numbers.root,
    `<</Type/Catalog/Pages ${pages} 0 R/Lang${pdfText(template.language)}/ViewerPreferences<</DisplayDocTitle true>>` +
      `/Metadata ${ownObjects.metadata} 0 R/AF[${ownObjects.filespec} 0 R]` +
      `/Names<</EmbeddedFiles<</Names[(credential)${ownObjects.filespec} 0 R]>>>>/OutputIntents[${intent}]` +
      `${seal ? `/AcroForm<</SigFlags 3/Fields[${widget} 0 R]>>` : ''}>>`,
  );
}

/** The document's title for an item. */
export function titleOf({ template, specimen }: PageInputs, values: Readonly<Record<string, string>>): string {
  const title = fillText(template.title, values).replace(/\s+/g, ' ').trim();
  return specimen ? specimenTitle(title) : title;
}

/** Whom the document names as its author and its seal. */
export function authorOf({ organizationName, specimen }: PageInputs): string {
  return specimen ? specimenIssuer(organizationName) : organizationName;
}

/** It lies over everything that any document of the program draws. */
function stampOf({ page, language }: Template, layer: StaticLayer, shared: SharedFonts): string {
  const size = { width: points(page.width), height: points(page.height), language };
  return specimenStamp(size, (shape) => shared.code(shape), layer.alpha(0.3));
}
