/** What the document says about itself: XMP and Info that agree with each other, and the colours it means (PDF/A-3b, ISO 19005-3). */

import { pdfDate, pdfText } from './pdf-objects.ts';

export interface BatchFacts {
  /** BCP 47. */
  language: string;
  /** Who issues it. */
  author: string;
  /** ISO time. */
  createdAt: string;
}

const producer = 'Chancery';

/** Writes XMP packets, in pieces of UTF-8, and Info dictionaries in step with them, for one title after the other. */
export function metadataOf(facts: BatchFacts): {
  xmp(title: string): [Uint8Array, string, Uint8Array];
  info(title: string): string;
} {
  const date = `${new Date(facts.createdAt).toISOString().slice(0, 19)}Z`;
  const list = (kind: string, item: string) => `<rdf:${kind}>${item}</rdf:${kind}>`;
  const author = list('Seq', `<rdf:li>${xml(facts.author)}</rdf:li>`);
  const language = list('Bag', `<rdf:li>${xml(facts.language)}</rdf:li>`);
  const head =
    `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>` +
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
    `<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"` +
    ` xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">` +
    `<xmp:CreateDate>${date}</xmp:CreateDate><xmp:ModifyDate>${date}</xmp:ModifyDate>` +
    `<pdf:Producer>${producer}</pdf:Producer>` +
    '<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>' +
    `<dc:creator>${author}</dc:creator><dc:language>${language}</dc:language>` +
    '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">';
  const end = '</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>';
  const [start, stop] = [Buffer.from(head), Buffer.from(end)];
  const infoEnd =
    `/Author${pdfText(facts.author)}/Producer(${producer})/CreationDate${pdfDate(facts.createdAt)}` +
    `/ModDate${pdfDate(facts.createdAt)}>>`;
  return {
    xmp: (title) => [start, xml(title), stop],
    info: (title) => `<</Title${pdfText(title)}${infoEnd}`,
  };
}

function xml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, ' ')
    .replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
