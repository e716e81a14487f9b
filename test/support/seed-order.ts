/** The order of the documented flow: twenty pages, twelve jobs of many products, three hundred recipients, and a word on each that stands nowhere else. */

import { createHash } from 'node:crypto';
import { PDFDocument, rgb, StandardFonts } from '@cantoo/pdf-lib';
import sharp from 'sharp';

/** Made of letters that no font ties together and no reader takes apart. */
export function canary(of: string): string {
  const letters = 'bcdghjkmnpqrsvwz';
  const digest = createHash('sha256').update(of).digest('hex').slice(0, 10);
  return `K${[...digest].map((digit) => letters[Number.parseInt(digit, 16)]).join('')}`;
}

export const pageWord = (page: number) => canary(`page ${page}`);

/** Of the sender of a job, counted from 0. */
export const senderWord = (job: number) => canary(`sender ${job}`);

/** As an office writes one: fonts, lines, a picture that all pages share, a page lying on its side, one that was scanned. */
export async function twentyPages(): Promise<Buffer> {
  const pdf = await PDFDocument.create();
  const [plain, bold] = [
    await pdf.embedFont(StandardFonts.TimesRoman),
    await pdf.embedFont(StandardFonts.HelveticaBold),
  ];
  const noise = { create: { width: 200, height: 80, channels: 3, background: '#335577' } } as const;
  const logo = await pdf.embedPng(await sharp(noise).png().toBuffer());
  const scan = await pdf.embedJpg(
    await sharp({ create: { ...noise.create, width: 850, height: 1_100 } })
      .jpeg()
      .toBuffer(),
  );
  for (let number = 1; number <= 20; number++) {
    const page = pdf.addPage(number === 13 ? [792, 612] : [612, 792]);
    const { width, height } = page.getSize();
    if (number === 16) page.drawImage(scan, { x: 0, y: 0, width, height, opacity: 0.1 });
    page.drawImage(logo, { x: width - 136, y: height - 76, width: 100, height: 40 });
    page.drawText(`Annual statement, page ${number}`, { x: 330, y: height - 120, size: 16, font: bold });
    page.drawText(pageWord(number), { x: 330, y: height - 140, size: 11, font: plain });
    page.drawLine({
      start: { x: 36, y: 320 },
      end: { x: width - 36, y: 320 },
      color: rgb(0.2, 0.3, 0.5),
      thickness: 1,
    });
    for (let line = 0; line < 15; line++)
      page.drawText('The quick brown fox jumps over the lazy dog, again and again, as it does in letters.', {
        ...{ x: 72, y: 300 - 14 * line, size: 11, font: plain },
      });
  }
  return Buffer.from(await pdf.save({ useObjectStreams: true }));
}

export interface SeedJob {
  firstPage: number;
  lastPage: number;
  options: Record<string, string>;
}

const letter = {
  documentClass: 'Letter 8.5 x 11',
  layout: 'Address on Separate Page',
  productionTime: 'Next Day',
  envelope: '#10 Double Window',
  color: 'Full Color',
  paperType: 'White 24#',
  printOption: 'Printing both sides',
  mailClass: 'First Class',
};
const oneSide = { ...letter, printOption: 'Printing One side', color: 'Black and White' };
const card = {
  ...letter,
  documentClass: 'Postcard 4.25 x 6',
  layout: 'Double Sided Postcard',
  envelope: '',
  paperType: 'White Matte',
};

const job = (firstPage: number, lastPage: number, options: Record<string, string>): SeedJob => ({
  firstPage,
  lastPage,
  options,
});

/** They share pages, overlap and leave gaps, as the vendor's samples do. */
export const seedJobs: SeedJob[] = [
  job(1, 1, letter),
  job(2, 3, card),
  job(4, 6, letter),
  job(5, 10, letter),
  job(11, 14, oneSide),
  job(13, 13, { ...oneSide, layout: 'Address on First Page', envelope: '#10 Open Window Envelope' }),
  job(1, 20, { ...letter, envelope: 'Flat Envelope' }),
  job(7, 7, { ...letter, layout: 'Address Back Page' }),
  job(8, 9, { ...letter, documentClass: 'Letter 8.5 x 14' }),
  job(12, 12, {
    ...oneSide,
    documentClass: 'Certified Letter 8.5 x 11',
    envelope: 'Best Fit',
    mailClass: 'Certified Mail',
  }),
  job(19, 20, { ...letter, documentClass: 'letter  8.5 X 11', printOption: 'Printing Both sides' }),
  job(16, 18, {
    ...card,
    documentClass: 'Booklet Self Mailer 8.5 x 11',
    layout: 'Self Mailer',
    paperType: 'High Quality Paper',
  }),
];

export interface SeedRecipient {
  uniqueId: string;
  name: string;
  /** From 0. */
  job: number;
  address: Record<string, string>;
}

const cities = [
  ['Flint', 'MI', '48502', ''],
  ['Grand Rapids', 'Michigan', '49503-1234', 'USA'],
  ['San Juan', '', '00901', 'Puerto Rico'],
  ['Washington', 'DC', '205000001', 'United States'],
  ['Toronto', 'ON', 'M5V 2T6', 'Canada'],
] as const;

/** Twenty-five a job, some abroad, with characters that XML and CSV must not stumble over. */
export const seedRecipients: SeedRecipient[] = Array.from({ length: 300 }, (_, at) => {
  const [city, state, postalCode, country] = cities[at % cities.length] as (typeof cities)[number];
  const name = `${canary(`recipient ${at}`)}, José`;
  const organization = at % 7 === 0 ? '=R&D <"Büro">' : '';
  const address = {
    name,
    organization,
    address1: `${at + 1} Main St`,
    address2: '',
    address3: '',
    city,
    state,
    postalCode,
    country,
  };
  return { uniqueId: `seed-${at}`, name, job: Math.floor(at / 25), address };
});

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const elements = (values: Record<string, string>) =>
  Object.entries(values)
    .map(([name, value]) => (value === '' ? `<${name}/>` : `<${name}>${escaped(value)}</${name}>`))
    .join('\n        ');

/** `login` as older clients write it into the file; `jobCount`: only the first so many jobs. */
export function seedXml({
  login,
  jobCount = seedJobs.length,
}: {
  login?: { username: string; password: string };
  jobCount?: number;
}): string {
  const jobs = seedJobs.slice(0, jobCount).map(({ firstPage, lastPage, options }, index) => {
    const addresses = seedRecipients
      .filter((one) => one.job === index)
      .map(({ uniqueId, address }) => `<address>${elements({ ...address, c2m_uniqueid: uniqueId })}</address>`);
    const sender = {
      name: senderWord(index),
      organization: '',
      address1: '1 Return Rd',
      address2: '',
      city: 'Lansing',
      state: 'MI',
      postalCode: '48933',
    };
    return `  <job>
    <startingPage>${firstPage}</startingPage>
    <endingPage>${lastPage}</endingPage>
    <printProductionOptions>${elements(options)}</printProductionOptions>
    <returnAddress>${elements(sender)}</returnAddress>
    <recipients>${addresses.join('\n      ')}</recipients>
  </job>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
 <batch xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
${login ? `  <username>${login.username}</username><password>${login.password}</password>` : ''}
  <filename>batchTest.pdf</filename>
  <appSignature>PostmanC2MTests</appSignature>
${jobs.join('\n')}
 </batch>
`;
}
