/** What the document says about itself: XMP and Info that agree with each other, and the colours it means (PDF/A-3b, ISO 19005-3). */

import { pdfDate, pdfText } from './pdf-objects.ts';

export interface DocumentFacts {
  title: string;
  /** BCP 47. */
  language: string;
  /** Who issues it. */
  author: string;
  /** ISO time. */
  createdAt: string;
}

const producer = 'Chancery';

/** The XMP packet, UTF-8. */
export function xmpPacket(facts: DocumentFacts): Buffer {
  const date = `${new Date(facts.createdAt).toISOString().slice(0, 19)}Z`;
  const list = (kind: string, item: string) => `<rdf:${kind}>${item}</rdf:${kind}>`;
  const title = list('Alt', `<rdf:li xml:lang="x-default">${xml(facts.title)}</rdf:li>`);
  const author = list('Seq', `<rdf:li>${xml(facts.author)}</rdf:li>`);
  const language = list('Bag', `<rdf:li>${xml(facts.language)}</rdf:li>`);
  return Buffer.from(
    `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>` +
      `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
      `<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"` +
      ` xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"` +
      ` xmp:CreateDate="${date}" xmp:ModifyDate="${date}" pdf:Producer="${producer}" pdfaid:part="3" pdfaid:conformance="B">` +
      `<dc:title>${title}</dc:title><dc:creator>${author}</dc:creator><dc:language>${language}</dc:language>` +
      `</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>`,
    'utf8',
  );
}

/** The Info dictionary, in step with the XMP packet. */
export function infoDictionary(facts: DocumentFacts): string {
  const date = pdfDate(facts.createdAt);
  return (
    `<</Title${pdfText(facts.title)}/Author${pdfText(facts.author)}/Producer(${producer})` +
    `/CreationDate${date}/ModDate${date}>>`
  );
}

function xml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, ' ')
    .replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
