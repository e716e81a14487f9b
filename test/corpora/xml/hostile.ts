/** A table of XML that no batch can be made of, with what is said about it. */

export interface HostileXml {
  name: string;
  body(): Buffer;
  /** Default: 400. */
  status?: number;
  /** Default: application/xml. */
  type?: string;
  says: RegExp;
}

const product =
  '<printProductionOptions><documentClass>Letter 8.5 x 11</documentClass><layout>Address on Separate Page</layout></printProductionOptions>';
const address = (name = 'Ada') =>
  `<address><name>${name}</name><address1>1 Main</address1><city>X</city><state>NY</state><postalCode>10001</postalCode></address>`;
const job = (inner = '', recipients = address()) =>
  `<job><startingPage>1</startingPage><endingPage>1</endingPage>${product}${inner}<recipients>${recipients}</recipients></job>`;
const batch = (inner = job(), begin = '') =>
  `${begin}<batch><username>someone</username><password>hunter2hunter2</password><filename>a.pdf</filename>${inner}</batch>`;
const text = (xml: string) => () => Buffer.from(xml);
const latin1 = (xml: string) => () => Buffer.from(xml, 'latin1');
const entity = (definition: string, use = '&x;') => batch(job('', address(use)), `<!DOCTYPE batch [${definition}]>`);
const doctype = /line 1, column \d+, in the document: a document type \(<!DOCTYPE>\) is not allowed/;

export const hostileXml: HostileXml[] = [
  {
    name: 'a bare ampersand, as several programs send it',
    body: text(batch(job('', address('R&D')))),
    says: /line 1, column \d+, in <name>: an "&" begins nothing that XML knows; write &amp; for the character/,
  },
  {
    name: 'a bare ampersand far before the next semicolon',
    body: text(batch(job('', `${address('R & D')}${address().repeat(50)}${address('&lt;')}`))),
    says: /in <name>: an "&" begins nothing/,
  },
  { name: 'a bare "<"', body: text(batch(job('', address('1 < 2')))), says: /line 1, column \d+, in <name>/ },
  { name: 'an element that is never closed', body: text(batch(`${job()}<job>`)), says: /unexpected close tag/ },
  { name: 'tags that cross', body: text(batch('<job><a><b></a></b></job>')), says: /unexpected close tag/ },
  { name: 'cut off', body: text(batch().slice(0, 200)), says: /in <\w+>: unclosed tag/ },
  { name: 'two documents', body: text(batch() + batch()), says: /only one root/ },
  { name: 'something behind the end', body: text(`${batch()}trailing`), says: /text data outside of root/ },
  { name: 'a document type', body: text(entity('')), says: doctype },
  {
    name: 'a billion laughs',
    body: text(
      entity(
        `<!ENTITY a "ha">${Array.from({ length: 9 }, (_, at) => `<!ENTITY ${'bcdefghij'[at]} "${`&${'abcdefghi'[at]};`.repeat(10)}">`).join('')}`,
        '&j;',
      ),
    ),
    says: doctype,
  },
  {
    name: 'quadratic blowup',
    body: text(entity(`<!ENTITY x "${'a'.repeat(100_000)}">`, '&x;'.repeat(5_000))),
    says: /document type|something is too long/,
  },
  { name: 'a file of the server', body: text(entity('<!ENTITY x SYSTEM "file:///etc/passwd">')), says: doctype },
  {
    name: 'an address of the server',
    body: text(entity('<!ENTITY x SYSTEM "http://169.254.169.254/latest/meta-data/">')),
    says: doctype,
  },
  {
    name: 'a parameter entity',
    body: text(entity('<!ENTITY % x SYSTEM "http://127.0.0.1:1/evil.dtd"> %x;', '')),
    says: doctype,
  },
  {
    name: 'an external document type',
    body: text(batch(job(), '<!DOCTYPE batch SYSTEM "http://127.0.0.1:1/evil.dtd">')),
    says: doctype,
  },
  { name: 'an entity nobody defined', body: text(batch(job('', address('&nbsp;')))), says: /an "&" begins nothing/ },
  { name: 'depth', body: text(batch('<a>'.repeat(50_000))), says: /nested too deeply/ },
  { name: 'an attribute twice', body: text(batch('<job a="1" a="2"/>')), says: /duplicate attribute/ },
  {
    name: 'attributes without number',
    body: text(batch(`<job ${Array.from({ length: 100_000 }, (_, at) => `a${at}=""`).join(' ')}/>`)),
    says: /too many attributes/,
  },
  { name: 'an attribute of a megabyte', body: text(batch(`<job a="${'x'.repeat(2 ** 20)}"/>`)), says: /too long/ },
  { name: 'a name of a megabyte', body: text(batch(`<${'x'.repeat(2 ** 20)}/>`)), says: /too long/ },
  { name: 'a text of ten megabytes', body: text(batch(job('', address('x'.repeat(10 * 2 ** 20))))), says: /too long/ },
  { name: 'a comment of ten megabytes', body: text(batch(`<!--${'x'.repeat(10 * 2 ** 20)}-->`)), says: /too long/ },
  { name: 'a CDATA section without end', body: text(batch(`<![CDATA[${'x'.repeat(2 ** 20)}`)), says: /too long/ },
  { name: 'blanks without end', body: text(`<batch>${' '.repeat(5 * 2 ** 20)}`), says: /too long|unclosed/ },
  { name: 'a control character', body: text(batch(job('', address('a\u0001b')))), says: /disallowed character/ },
  { name: 'NUL', body: text(batch(job('', address('a\u0000b')))), says: /disallowed character/ },
  { name: 'a reference to NUL', body: text(batch(job('', address('&#0;')))), says: /an "&" begins nothing/ },
  { name: 'half a character', body: text(batch(job('', address('&#xD83D;')))), says: /an "&" begins nothing/ },
  {
    name: 'a character beyond the last',
    body: text(batch(job('', address('&#x110000;')))),
    says: /an "&" begins nothing/,
  },
  {
    name: 'Latin-1 that says it is UTF-8',
    body: latin1(batch(job('', address('Jos\xe9')), '<?xml version="1.0" encoding="UTF-8"?>')),
    says: /in <name>: its bytes are not utf-8/i,
  },
  {
    name: 'UTF-8 with an overlong form',
    body: () => Buffer.concat([Buffer.from('<batch>'), Buffer.from([0xc0, 0xbc]), Buffer.from('</batch>')]),
    says: /its bytes are not utf-8/i,
  },
  {
    name: 'an encoding nobody knows',
    body: text(batch(job(), '<?xml version="1.0" encoding="x-evil"?>')),
    says: /^The charset x-evil is not known\.$/,
  },
  {
    name: 'UTF-7',
    body: text(batch(job(), '<?xml version="1.0" encoding="utf-7"?>')),
    says: /charset utf-7 is not known/,
  },
  {
    name: 'a charset of the content type nobody knows',
    type: 'application/xml; charset=klingon',
    body: text(batch()),
    says: /charset klingon is not known/,
  },
  {
    name: 'a PDF that says it is XML',
    body: text('%PDF-1.7\n%âãÏÓ\n1 0 obj'),
    says: /line 3, column 7, in the document: text data/,
  },
  { name: 'JSON', body: text('{"batch":{}}'), says: /text data outside of root/ },
  {
    name: 'HTML',
    body: text('<html><body>x</body></html>'),
    says: /line 1, <html>: the document begins with it; it must begin with <batch>/,
  },
  {
    name: 'SOAP',
    body: text('<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body/></s:Envelope>'),
    says: /<Envelope>: the document begins with it/,
  },
  { name: 'no job', body: text(batch('')), says: /<batch>: it has no <job>/ },
  {
    name: 'no pages',
    body: text(batch(`<job>${product}<recipients>${address()}</recipients></job>`)),
    says: /<job> of job 1: it has no <startingPage>/,
  },
  {
    name: 'pages that are no numbers',
    body: text(batch(job().replace('>1<', '>NaN<'))),
    says: /"NaN" is not a number of a page/,
  },
  {
    name: 'pages beyond any number',
    body: text(batch(job().replace('>1<', `>${'9'.repeat(400)}<`))),
    says: /is not a number of a page/,
  },
  { name: 'no recipients', body: text(batch(job('', ''))), says: /it has no <address> in <recipients>/ },
  {
    name: 'the same element twice',
    body: text(batch(job('<startingPage>2</startingPage>'))),
    says: /<startingPage> of job 1: it comes twice/,
  },
  {
    name: 'elements in a text',
    body: text(batch(job('', address('<x>hunter2</x>')))),
    says: /<name> of job 1: it is a text, and holds <x>/,
  },
  {
    name: 'more recipients than the server takes',
    status: 413,
    body: text(batch(job('', address().repeat(2_001)))),
    says: /^The body has more than 2000 recipients\.$/,
  },
  { name: 'only a declaration', body: text('<?xml version="1.0"?>'), says: /must contain a root element/ },
  { name: 'only a byte order mark', body: text('\uFEFF'), says: /must contain a root element/ },
  { name: 'nothing at all', body: text(''), says: /the body is empty/i },
];
