/** Speaks to the vault as a client does, and reads the PDFs that come back with readers that are not ours. */

import { setTimeout as sleep } from 'node:timers/promises';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import jsqr from 'jsqr';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { createVaultCertificate } from '../../src/usecases/vault/create-vault-certificate.ts';
import { getVaultCertificate } from '../../src/usecases/vault/get-vault-certificate.ts';
import { uploadVaultFile } from '../../src/usecases/vault/upload-vault-file.ts';
import { piecesOf, type Tenant, type TestApp } from './open-test-app.ts';
import { pageObjects, tablePdf } from './uploaded-pdf.ts';

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared with what they should be
  json: any;
  bytes: Buffer;
}

export interface VaultClient {
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** A form; a file is `[bytes, name, type?]`. */
  form(path: string, fields: Record<string, string | [Buffer, string, string?]>): Promise<Answer>;
  /** One upload with words that are right unless `fields` says otherwise. */
  create(file: Buffer, fields?: Record<string, string>, name?: string): Promise<Answer>;
  /** Until it is generated or has failed. */
  settled(id: string | number): Promise<Answer>;
}

export const words = {
  certificate_title: 'Diploma in Design',
  full_name: 'Grace Hopper',
  applicant_email: 'grace@example.com',
};

export function vaultClient(url: string, key: string): VaultClient {
  const base = `${url}/business/certificate-vault`;
  const send = async (method: string, path: string, body?: FormData | string, type?: string): Promise<Answer> => {
    const headers = {
      authorization: `Bearer ${key}`,
      accept: 'application/json',
      ...(type && { 'content-type': type }),
    };
    const response = await fetch(base + path, { method, headers, ...(body !== undefined && { body }) });
    const bytes = Buffer.from(await response.arrayBuffer());
    const isJson = response.headers.get('content-type')?.includes('json');
    return {
      status: response.status,
      headers: response.headers,
      bytes,
      json: isJson ? JSON.parse(bytes.toString()) : undefined,
    };
  };
  const client: VaultClient = {
    call: (method, path, body) =>
      body === undefined ? send(method, path) : send(method, path, JSON.stringify(body), 'application/json'),
    form(path, fields) {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) {
        if (typeof value === 'string') form.set(name, value);
        else form.set(name, new Blob([new Uint8Array(value[0])], { type: value[2] ?? 'application/pdf' }), value[1]);
      }
      return send('POST', path, form);
    },
    create: (file, fields = {}, name = 'diploma.pdf') =>
      client.form('', { ...words, ...fields, certificate_file: [file, name] }),
    async settled(id) {
      for (const deadline = performance.now() + 60_000; ; await sleep(100)) {
        const answer = await client.call('GET', `/${id}`);
        if (!['pending', 'processing'].includes(answer.json?.data?.status.value)) return answer;
        if (performance.now() > deadline) throw new Error(`still ${answer.json.data.status.value}`);
      }
    },
  };
  return client;
}

/** One certificate of an upload, issued, and one file that waits to be used. */
export async function uploadTwice(test: TestApp, { actor, ...tenant }: Tenant, name: string) {
  const certificate = tablePdf(pageObjects(1, `${name} diploma`));
  const upload = { filename: `${name}.pdf`, size: certificate.length, open: () => piecesOf(certificate) };
  const entry = { title: `${name} diploma`, fullName: `${name} Recipient`, email: `${name}@recipient.example` };
  const { itemIds } = await createVaultCertificate(test.app, actor, entry, upload);
  const vaultId = itemIds[0] as string;
  const { id: fileId } = await uploadVaultFile(test.app, actor, upload, 'file');
  const { certificate: made } = await getVaultCertificate(test.app, actor, vaultId);
  await test.waitForBatch({ actor, ...tenant }, made.batchId);
  return { vaultId, fileId };
}

/** The text of each page. */
export async function pageTexts(pdf: Buffer): Promise<string[]> {
  const task = getDocument({ data: new Uint8Array(pdf), verbosity: 0 });
  const document = await task.promise;
  const texts: string[] = [];
  for (let number = 1; number <= document.numPages; number++) {
    const { items } = await (await document.getPage(number)).getTextContent();
    texts.push(items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join(''));
  }
  await task.destroy();
  return texts;
}

let pdfium: Promise<PDFiumLibrary> | undefined;

/** RGBA pixels of a page, counted from 0. */
export async function pagePixels(pdf: Buffer, page: number, scale = 2) {
  pdfium ??= PDFiumLibrary.init();
  const document = await (await pdfium).loadDocument(pdf);
  const { data, width, height } = await document.getPage(page).render({ scale, render: 'bitmap' });
  document.destroy();
  return { data: new Uint8ClampedArray(data), width, height };
}

/** What the QR code on a page says. */
export async function qrOf(pdf: Buffer, page: number): Promise<string | undefined> {
  const { data, width, height } = await pagePixels(pdf, page);
  return (jsqr as unknown as typeof jsqr.default)(data, width, height)?.data;
}
