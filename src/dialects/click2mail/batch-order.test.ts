/** The XML of a batch as lines of an order: whatever the order of its elements, and what is refused. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OrderedJob, OrderLine } from '../../domain/mail-order.ts';
import { ChanceryError } from '../../errors.ts';
import { readXml } from '../../usecases/mailings/read-xml.ts';
import { BatchOrder, type OrderLimits } from './batch-order.ts';

const options = '<documentClass>Letter 8.5 x 11</documentClass><layout>Address on Separate Page</layout>';
const more =
  '<productionTime>Next Day</productionTime><envelope>Best Fit</envelope><color>Full Color</color><paperType>White 24#</paperType><printOption>Printing One side</printOption><mailClass>First Class</mailClass>';
const product = `<printProductionOptions>${options}${more}</printProductionOptions>`;
const address = (name: string, rest = '') => `<address><name>${name}</name><city>Springfield</city>${rest}</address>`;
const pages = '<startingPage>1</startingPage><endingPage>2</endingPage>';
const jobOf = (...parts: string[]) => `<job>${parts.join('\n ')}</job>`;
const job = jobOf(pages, product, `<recipients>${address('A')}</recipients>`);
const batch = (...parts: string[]) => `<batch>${parts.join('')}</batch>`;

async function read(xml: string, limits: Partial<OrderLimits> = {}) {
  const order = new BatchOrder({ maxPieces: 1_000, strict: false, ...limits });
  async function* body() {
    for (let at = 0; at < xml.length; at += 500) yield Buffer.from(xml.slice(at, at + 500));
  }
  const lines: OrderLine[] = [];
  for await (const line of order.lines(readXml(body()))) lines.push(line);
  return { lines, facts: order.facts() };
}

async function refusal(xml: string, limits: Partial<OrderLimits> = {}): Promise<string> {
  const error = await read(xml, limits).then(
    () => assert.fail(`it was read: ${xml.slice(0, 300)}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ChanceryError && error.code === 'invalid_input', String(error));
  const [issue] = error.issues;
  return String(issue?.params?.reason ?? issue?.code);
}

const jobsOf = (lines: OrderLine[]) => lines.flatMap((line) => ('job' in line ? [line.job] : []));
const onlyJob = async (xml: string, limits: Partial<OrderLimits> = {}): Promise<OrderedJob> =>
  jobsOf((await read(xml, limits)).lines)[0] ?? assert.fail();

test('a batch as the vendor writes it', async () => {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>
<batch xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <username>someone</username><password>hunter2hunter2</password>
  <filename> batchTest.pdf </filename><appSignature>App</appSignature>
  <job>
    <startingPage> 3 </startingPage><endingPage>4</endingPage>
    ${product}
    <returnAddress><name>Office</name><organization/><address1>1 Main</address1><address2/><city>X</city><state>NY</state><postalCode>10001</postalCode></returnAddress>
    <ancillaryEndorsement></ancillaryEndorsement>
    <recipients>
      <address><name>Last, First</name><organization>O &amp; Co</organization><address1>1</address1><address2></address2><address3/><city>C</city><state>CA</state><postalCode>90210</postalCode><country></country><c2m_uniqueid>k-1</c2m_uniqueid></address>
      ${address('B')}
    </recipients>
  </job>
  ${job}
</batch>`;
  const { lines, facts } = await read(xml);
  assert.deepEqual(facts, { jobs: 2, pieces: 3, filename: 'batchTest.pdf', appSignature: 'App', unknown: [] });
  const [first, piece, ...rest] = lines as [{ job: OrderedJob }, ...OrderLine[]];
  assert.deepEqual(
    { ...first.job, product: null },
    {
      firstPage: 3,
      lastPage: 4,
      terms: {
        documentClass: 'Letter 8.5 x 11',
        layout: 'Address on Separate Page',
        productionTime: 'Next Day',
        envelope: 'Best Fit',
        color: 'Full Color',
        paperType: 'White 24#',
        printOption: 'Printing One side',
        mailClass: 'First Class',
        ancillaryEndorsement: '',
      },
      product: null,
      returnAddress: {
        name: 'Office',
        organization: '',
        address1: '1 Main',
        address2: '',
        address3: '',
        city: 'X',
        state: 'NY',
        postalCode: '10001',
        country: '',
      },
      warnings: [],
      fault: null,
    },
  );
  assert.equal(first.job.product?.name, 'Letter 8.5 x 11');
  assert.deepEqual(piece, {
    piece: {
      uniqueId: 'k-1',
      address: {
        name: 'Last, First',
        organization: 'O & Co',
        address1: '1',
        address2: '',
        address3: '',
        city: 'C',
        state: 'CA',
        postalCode: '90210',
        country: '',
      },
    },
  });
  assert.deepEqual(
    rest.map((line) => Object.keys(line)[0]),
    ['piece', 'job', 'piece'],
  );
  assert.ok(!/someone|hunter2/.test(JSON.stringify({ lines, facts })));
});

test('elements come in any order and any case; a job still stands before its recipients', async () => {
  const recipients = `<Recipients>${address('A')}</Recipients>`;
  const turned = `<BATCH>${jobOf(recipients, product, '<endingPage>2</endingPage><startingPage>1</startingPage>')}<Filename>f</Filename></BATCH>`;
  const { lines, facts } = await read(turned);
  assert.deepEqual(
    lines.map((line) => Object.keys(line)[0]),
    ['job', 'piece'],
  );
  assert.equal(facts.filename, 'f');
  assert.deepEqual(jobsOf(lines)[0]?.warnings, []);
});

test('a job with very many recipients is told before they are all read, and then nothing can change it', async () => {
  const many = `<recipients>${address('A').repeat(9)}</recipients>`;
  const held = { heldPieces: 5 };
  const { lines } = await read(batch(jobOf(pages, product, many)), held);
  assert.deepEqual(
    lines.map((line) => Object.keys(line)[0]),
    ['job', ...Array(9).fill('piece')],
  );
  assert.match(await refusal(batch(jobOf(many, pages, product)), held), /must stand before them/);
  assert.match(await refusal(batch(jobOf(pages, product, many, '<returnAddress/>')), held), /must stand before them/);
  const late = '<ancillaryEndorsement>x</ancillaryEndorsement>';
  assert.match(await refusal(batch(jobOf(pages, product, many, late)), held), /must stand before them/);
});

test('what nobody knows is kept and listed, and changes nothing', async () => {
  const xml = batch(
    '<projectId>7</projectId>',
    jobOf(
      pages,
      `<printProductionOptions>${options}${more}<enclosure>E</enclosure></printProductionOptions>`,
      '<confirmationOfMailing>true</confirmationOfMailing><extra><deep>x</deep></extra>',
      `<recipients>${address('A', '<phone>1</phone>')}</recipients>`,
    ),
  );
  const { lines, facts } = await read(xml);
  assert.deepEqual(facts.unknown, [
    'batch/projectId',
    'batch/job/printProductionOptions/enclosure',
    'batch/job/confirmationOfMailing',
    'batch/job/extra',
    'batch/job/extra/deep',
    'batch/job/recipients/address/phone',
  ]);
  const [{ terms, warnings, fault }] = jobsOf(lines) as [OrderedJob];
  assert.deepEqual([terms.enclosure, terms.confirmationOfMailing, terms.deep], ['E', 'true', undefined]);
  assert.deepEqual(
    warnings.map(({ path }) => path),
    ['enclosure', 'confirmationOfMailing'],
  );
  assert.equal(fault, null);
});

test('a hundred unknown names are listed, and no credentials, wherever they stand', async () => {
  const unknown = Array.from({ length: 300 }, (_, at) => `<u${at}>x</u${at}>`).join('');
  const secret = '<Password>hunter2hunter2</Password><userName>someone</userName>';
  const { lines, facts } = await read(
    batch(secret, jobOf(secret, pages, product, unknown, `<recipients>${secret}${address('A', secret)}</recipients>`)),
  );
  assert.equal(facts.unknown.length, 100);
  assert.equal(Object.keys(jobsOf(lines)[0]?.terms ?? {}).length, 8 + 50);
  assert.ok(!/hunter2|someone|password/i.test(JSON.stringify({ lines, facts })));
  const split = await read(
    batch('<password>hunt<er2/></password>', jobOf(pages, product, `<recipients>${address('A')}</recipients>`)),
  );
  assert.deepEqual(split.facts.unknown, []);
});

test('names that mean something to JavaScript mean nothing here', async () => {
  const odd = '<__proto__>x</__proto__><constructor>y</constructor><toString>z</toString>';
  const { terms } = await onlyJob(batch(jobOf(pages, product, odd, `<recipients>${address('A', odd)}</recipients>`)));
  assert.equal(Object.getPrototypeOf(terms), Object.prototype);
  assert.equal(terms.constructor, 'y');
});

test('pages that are none are the fault of their job alone', async () => {
  const at = async (first: string, last: string) =>
    (
      await onlyJob(
        batch(
          jobOf(
            `<startingPage>${first}</startingPage><endingPage>${last}</endingPage>`,
            product,
            `<recipients>${address('A')}</recipients>`,
          ),
        ),
      )
    ).fault;
  assert.equal(await at('1', '1'), null);
  assert.equal(await at('0', '3'), 'The pages 0 to 3 do not exist: pages are counted from 1.');
  assert.equal(await at('5', '3'), 'The pages 5 to 3 are none: the first lies behind the last.');
  assert.equal(await at('900000', '900001'), null);
});

test('in strict mode an option nobody sells is the fault of its job', async () => {
  const blue = product.replace('White 24#', 'Blue');
  const xml = batch(jobOf(pages, blue, `<recipients>${address('A')}</recipients>`));
  assert.equal((await onlyJob(xml)).fault, null);
  const strict = await onlyJob(xml, { strict: true });
  assert.match(strict.fault as string, /^PaperType "Blue" is not one of: /);
  assert.equal(strict.product, null);
});

test('what is no batch is refused, naming line, element and job', async () => {
  const recipients = `<recipients>${address('A')}</recipients>`;
  const cases: [xml: string, said: RegExp][] = [
    ['<html/>', /^line 1, <html>: the document begins with it; it must begin with <batch>$/],
    ['<job/>', /begins with it/],
    ['<batch/>', /^line 1, <batch>: it has no <job>$/],
    [batch('\n', jobOf(product, recipients)), /^line \d, <job> of job 1: it has no <startingPage>$/],
    [batch(job, jobOf('<startingPage>1</startingPage>', product, recipients)), /of job 2: it has no <endingPage>/],
    [batch(jobOf(pages.replace('1', 'x'), product, recipients)), /its <startingPage> "x" is not a number of a page/],
    [batch(jobOf(pages.replace('1', '-1'), product, recipients)), /"-1" is not a number/],
    [batch(jobOf(pages.replace('1', '1e3'), product, recipients)), /"1e3" is not a number/],
    [batch(jobOf(pages.replace('1', '99999999999'), product, recipients)), /is not a number/],
    [batch(jobOf(pages, product)), /it has no <address> in <recipients>/],
    [batch(jobOf(pages, product, '<recipients/>')), /it has no <address>/],
    [batch(jobOf(pages, pages, product, recipients)), /<startingPage> of job 1: it comes twice in the same job/],
    [batch(jobOf(pages, product, product, recipients)), /<documentClass> of job 1: it comes twice/],
    [
      batch(jobOf(pages, product, `<recipients>${address('A', '<name>B</name>')}</recipients>`)),
      /<name> of job 1: it comes twice in the same address/,
    ],
    [
      batch(jobOf(pages, product, '<returnAddress><name>a</name></returnAddress>'.repeat(2), recipients)),
      /<returnAddress> of job 1: it comes twice/,
    ],
    [
      batch(jobOf(pages, product, `<recipients>${address('<b>A</b>')}</recipients>`)),
      /<name> of job 1: it is a text, and holds <b>/,
    ],
    [batch(jobOf(pages, product, `<recipients>${address('A').repeat(1_001)}</recipients>`)), /too_many_rows/],
  ];
  for (const [xml, said] of cases) assert.match(await refusal(xml), said, xml.slice(0, 200));
});

test('texts far too long are cut, not stored', async () => {
  const { lines } = await read(batch(jobOf(pages, product, `<recipients>${address('x'.repeat(60_000))}</recipients>`)));
  assert.ok(JSON.stringify(lines).length < 4_000);
});
