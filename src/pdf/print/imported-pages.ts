/** Pages of a source as forms in the run: each written when it is first needed, and shared by all pieces that have it. */

import type { Size } from '../../domain/print-product.ts';
import { pdfNumber } from '../pdf-objects.ts';
import type { UploadedPdf } from '../upload/uploaded-pdf.ts';
import { type Appearance, appearancesOf } from './annotations.ts';
import type { CopiedObjects } from './copied-objects.ts';
import { PageForms } from './page-forms.ts';
import { matrixOperator, placePage } from './place-page.ts';
import type { RunWriter } from './run-writer.ts';
import { type SourcePage, SourcePages } from './source-pages.ts';

export interface ImportedPage {
  /** Object of the content stream that draws it. */
  content: number;
  resources: number;
  /** Entries for the page's own dictionary. */
  entries: string;
}

export class ImportedPages {
  readonly source: SourcePages;
  readonly #pdf: UploadedPdf;
  readonly #copies: CopiedObjects;
  readonly #writer: RunWriter;
  readonly #forms: PageForms;
  readonly #paper: Size;
  readonly #fonts: number;
  readonly #known = new Map<number, ImportedPage>();

  /** `fonts` is the object of the fonts that are drawn with above the pages. */
  constructor(pdf: UploadedPdf, copies: CopiedObjects, writer: RunWriter, paper: Size, fonts: number) {
    this.source = new SourcePages(pdf);
    this.#pdf = pdf;
    this.#copies = copies;
    this.#writer = writer;
    this.#forms = new PageForms(pdf, copies, writer);
    this.#paper = paper;
    this.#fonts = fonts;
  }

  /** `index` from 0. */
  async page(index: number): Promise<ImportedPage> {
    let page = this.#known.get(index);
    if (!page) {
      page = await this.#import(this.source.page(index));
      this.#known.set(index, page);
      this.#copies.flush();
    }
    return page;
  }

  async #import(page: SourcePage): Promise<ImportedPage> {
    const { matrix, box } = placePage(page, this.#paper);
    const form = await this.#forms.form(page, box);
    const appearances = appearancesOf(this.#pdf, page.dict);
    const drawn = appearances.map((one, at) => drawAppearance(one, at)).join('');
    const clip = `${box.slice(0, 2).map(coordinate).join(' ')} ${coordinate(box[2] - box[0])} ${coordinate(box[3] - box[1])} re W n\n`;
    const operators = `q\n${matrixOperator(matrix)}/P Do\n${drawn === '' ? '' : `${clip}${drawn}`}Q\n`;
    const forms = appearances.map(({ form: number }, at) => `/A${at} ${this.#copies.form(number)}`);
    const layers = appearances.map(({ layered }, at) =>
      layered ? `/L${at} ${this.#copies.entry(layered, 'OC')}` : '',
    );
    const properties = layers.join('') === '' ? '' : `/Properties<<${layers.join('')}>>`;
    return {
      content: this.#writer.add(`<</Length ${operators.length}>>stream\n${operators}\nendstream`),
      resources: this.#writer.add(
        `<</XObject<</P ${form} 0 R${forms.join('')}>>/Font ${this.#fonts} 0 R${properties}>>`,
      ),
      entries: this.#copies.entries(page.dict, ['Group']),
    };
  }
}

const coordinate = (value: number) => pdfNumber(value, 5);

function drawAppearance({ matrix, layered }: Appearance, at: number): string {
  const drawing = `q\n${matrixOperator(matrix)}/A${at} Do\nQ\n`;
  return layered ? `/OC /L${at} BDC\n${drawing}EMC\n` : drawing;
}
