/** The document and order of the demo's mailing: two letters, one of two pages and one of a page, for three people who do not exist. */

import { PDFDocument, rgb, StandardFonts } from '@cantoo/pdf-lib';

const letter = { width: 612, height: 792 };
const ink = rgb(0.1, 0.1, 0.14);
const accent = rgb(0.09, 0.2, 0.42);

const pages: { title: string; paragraphs: string[] }[] = [
  {
    title: 'Welcome to the class of 2027',
    paragraphs: [
      'We are glad that you are coming to Northbridge. Term begins on the first Monday of',
      'September; the halls of residence open two days before.',
      '',
      'Overleaf you find what to bring, and whom to ask.',
    ],
  },
  {
    title: 'What to bring',
    paragraphs: [
      'Your letter of admission, a photograph, and a document that says who you are.',
      '',
      'Questions? The Office of the Registrar is open every day from nine to four.',
    ],
  },
  {
    title: 'Your certificate is ready',
    paragraphs: [
      'Your certificate has been signed by the Vice-Chancellor and the Registrar.',
      '',
      'It comes by e-mail as well; whoever scans its code sees that it is yours.',
    ],
  },
];

/** Fonts stand as names in it: every reader has Helvetica, and this is a sample. */
export async function drawLetters(): Promise<Uint8Array> {
  const file = await PDFDocument.create({ updateMetadata: false });
  const when = new Date('2026-01-01T00:00:00Z');
  file.setTitle('Letters of Northbridge University');
  file.setCreationDate(when);
  file.setModificationDate(when);
  const [text, bold] = [
    await file.embedFont(StandardFonts.Helvetica),
    await file.embedFont(StandardFonts.HelveticaBold),
  ];
  for (const { title, paragraphs } of pages) {
    const page = file.addPage([letter.width, letter.height]);
    // The upper third is where an address may stand.
    page.drawText('NORTHBRIDGE UNIVERSITY', { x: 330, y: 726, size: 11, font: bold, color: accent });
    page.drawLine({ start: { x: 330, y: 718 }, end: { x: 540, y: 718 }, thickness: 1.2, color: accent });
    page.drawText(title, { x: 72, y: 470, size: 20, font: bold, color: accent });
    for (const [at, line] of paragraphs.entries())
      page.drawText(line, { x: 72, y: 432 - at * 18, size: 12, font: text, color: ink });
  }
  return file.save({ useObjectStreams: false });
}

const options = `    <printProductionOptions>
      <documentClass>Letter 8.5 x 11</documentClass>
      <layout>Address on Separate Page</layout>
      <productionTime>Next Day</productionTime>
      <envelope>#10 Double Window</envelope>
      <color>Full Color</color>
      <paperType>White 24#</paperType>
      <printOption>Printing both sides</printOption>
      <mailClass>First Class</mailClass>
    </printProductionOptions>`;

const people: Record<string, string[]> = {
  ada: ['Ada Lovelace', '12 Analytical Row', 'Flint', 'MI', '48502', ''],
  mary: ['Mary Johnson', '77 Harbor Street Apt 4', 'Portland', 'ME', '04101-2020', ''],
  jose: ['José Álvarez', 'Calle Mayor 5', 'Madrid', '', '28013', 'Spain'],
};

function address(key: string): string {
  const [name, address1, city, state, postalCode, country] = people[key] as string[];
  return `      <address>
        <name>${name}</name><organization></organization>
        <address1>${address1}</address1><address2></address2><address3></address3>
        <city>${city}</city><state>${state}</state><postalCode>${postalCode}</postalCode><country>${country}</country>
        <c2m_uniqueid>demo-${key}</c2m_uniqueid>
      </address>`;
}

function job(first: number, last: number, recipients: string[]): string {
  return `  <job>
    <startingPage>${first}</startingPage>
    <endingPage>${last}</endingPage>
${options}
    <recipients>
${recipients.map(address).join('\n')}
    </recipients>
  </job>`;
}

export function writeOrder(): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<batch>
  <filename>letters.pdf</filename>
  <appSignature>Chancery demo</appSignature>
${job(1, 2, ['ada', 'mary'])}
${job(3, 3, ['jose'])}
</batch>
`;
}
