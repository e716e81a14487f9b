/** Types of the peers' packages, so that the sources can be checked where those are not installed: only what is called here. */

declare module '@digitalbazaar/vc' {
  export function issue(options: Record<string, unknown>): Promise<Record<string, unknown>>;
}

declare module '@digitalbazaar/ed25519-multikey' {
  export function generate(options: {
    controller: string;
  }): Promise<{ id: string; publicKeyMultibase: string; signer(): unknown }>;
}

declare module '@myriaddreamin/typst-ts-node-compiler' {
  export class NodeCompiler {
    static create(options: { fontArgs: { fontBlobs: Buffer[] }[] }): NodeCompiler;
    mapShadow(path: string, content: Buffer): void;
    evictCache(maxAge: number): void;
    pdf(
      source: { mainFileContent: string; inputs: Record<string, string> },
      options: { pdfStandard: string; pdfTags: boolean },
    ): Buffer;
  }
}

declare module 'fontkit' {
  export function create(file: Buffer): object;
}

declare module 'pdfkit' {
  class PDFDocument {
    constructor(options: Record<string, unknown>);
    on(event: 'data', listener: (part: Buffer) => void): this;
    once(event: 'end', listener: (value?: unknown) => void): this;
    registerFont(name: string, font: unknown): this;
    font(name: string): this;
    fontSize(size: number): this;
    widthOfString(text: string): number;
    currentLineHeight(): number;
    fillColor(color: string): this;
    strokeOpacity(opacity: number): this;
    lineWidth(width: number): this;
    text(text: string, x: number, y: number, options: Record<string, unknown>): this;
    save(): this;
    restore(): this;
    translate(x: number, y: number): this;
    scale(factor: number): this;
    path(d: string): this;
    rect(x: number, y: number, width: number, height: number): this;
    moveTo(x: number, y: number): this;
    lineTo(x: number, y: number): this;
    fill(color: string): this;
    stroke(color: string): this;
    image(data: Buffer, x: number, y: number, options: Record<string, unknown>): this;
    file(data: Buffer, options: Record<string, unknown>): this;
    end(): void;
  }
  // biome-ignore lint/style/noDefaultExport: the package exports nothing else
  export default PDFDocument;
}

declare module '@pdf-lib/fontkit' {
  const fontkit: object;
  // biome-ignore lint/style/noDefaultExport: the package exports nothing else
  export default fontkit;
}

declare module 'pdf-lib' {
  export interface PDFFont {
    widthOfTextAtSize(text: string, size: number): number;
    heightAtSize(size: number, options?: { descender: boolean }): number;
  }
  export interface PDFPage {
    drawRectangle(options: Record<string, unknown>): void;
    drawSvgPath(d: string, options: Record<string, unknown>): void;
    drawImage(image: unknown, options: Record<string, unknown>): void;
    drawLine(options: Record<string, unknown>): void;
    drawText(text: string, options: Record<string, unknown>): void;
  }
  export class PDFDocument {
    static create(): Promise<PDFDocument>;
    static load(file: Uint8Array): Promise<PDFDocument>;
    registerFontkit(fontkit: object): void;
    setTitle(title: string): void;
    addPage(size: [number, number]): PDFPage;
    getPage(at: number): PDFPage;
    embedFont(file: Uint8Array, options: { subset: boolean }): Promise<PDFFont>;
    embedPng(file: Uint8Array): Promise<unknown>;
    attach(file: Uint8Array, name: string, options: Record<string, unknown>): Promise<void>;
    save(): Promise<Uint8Array>;
  }
  export function rgb(red: number, green: number, blue: number): unknown;
}

declare module '@pdfme/generator' {
  export function generate(order: Record<string, unknown>): Promise<Uint8Array>;
}

declare module '@pdfme/schemas' {
  export const text: unknown;
  export const barcodes: { qrcode: unknown };
}

declare module 'playwright-core' {
  interface Page {
    setContent(html: string): Promise<void>;
    evaluate(expression: string): Promise<unknown>;
    pdf(options: Record<string, unknown>): Promise<Buffer>;
  }
  interface Browser {
    newPage(): Promise<Page>;
    version(): string;
    close(): Promise<void>;
  }
  export const chromium: { launch(options: { executablePath: string; args: string[] }): Promise<Browser> };
}
