/** The form each page becomes: its content as a drawing of its own. Pages that share content and resources share the form. */

import { assetFault } from '../asset-fault.ts';
import { pdfNumber } from '../pdf-objects.ts';
import type { PdfDict } from '../upload/pdf-syntax.ts';
import type { UploadedPdf } from '../upload/uploaded-pdf.ts';
import type { CopiedObjects } from './copied-objects.ts';
import { joinedContent, type Part, partsOf } from './page-content.ts';
import type { RunWriter } from './run-writer.ts';
import type { Rectangle, SourcePage } from './source-pages.ts';

/** Bytes of joined content in a run, unpacked: parts that all pages share are written as often as there are pages. */
const mostJoined = 2_000_000_000;

export class PageForms {
  readonly #pdf: UploadedPdf;
  readonly #copies: CopiedObjects;
  readonly #writer: RunWriter;
  /** References to the resources of page trees, which all pages below may share. */
  readonly #inherited = new Map<PdfDict, string>();
  readonly #forms = new Map<string, number>();
  #joined = 0;

  constructor(pdf: UploadedPdf, copies: CopiedObjects, writer: RunWriter) {
    this.#pdf = pdf;
    this.#copies = copies;
    this.#writer = writer;
  }

  /** The object of the form, of which what lies in the box is seen. */
  async form(page: SourcePage, box: Rectangle): Promise<number> {
    const resources = this.#resources(page);
    const parts = partsOf(this.#pdf, page.dict);
    const shown = `/BBox[${box.map((one) => pdfNumber(one, 5)).join(' ')}]/Resources ${resources}\n`;
    const key = `${parts.map(({ number }) => number).join(' ')}${shown}`;
    let form = this.#forms.get(key);
    if (form === undefined) {
      form = await this.#write(parts, shown);
      // Resources that stand in the page itself are hardly ever another page's, and long.
      if (resources.length < 20) this.#forms.set(key, form);
    }
    return form;
  }

  async #write(parts: readonly Part[], shown: string): Promise<number> {
    const head = `<</Type/XObject/Subtype/Form${shown}`;
    const [only] = parts;
    if (only && parts.length === 1) {
      const packing = this.#copies.entries(only.dict, ['Filter', 'DecodeParms']);
      return this.#writer.add(`${head}${packing}/Length ${only.data.length}>>stream\n`, only.data, '\nendstream');
    }
    const { packed, length } = await joinedContent(this.#pdf, parts);
    this.#joined += length;
    if (this.#joined > mostJoined) throw assetFault('its pages share their content in parts; print it to a new PDF');
    return this.#writer.add(`${head}/Filter/FlateDecode/Length ${packed.length}>>stream\n`, packed, '\nendstream');
  }

  #resources({ dict, resources: holder }: SourcePage): string {
    if (!holder) return '<<>>';
    const known = this.#inherited.get(holder);
    if (known !== undefined) return known;
    const own = this.#copies.entry(holder, 'Resources');
    if (holder === dict || /^\d+ 0 R$/.test(own)) return own;
    const reference = `${this.#writer.add(own)} 0 R`;
    this.#inherited.set(holder, reference);
    return reference;
  }
}
