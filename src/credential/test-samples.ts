/** Templates, keys and rows for this room's tests; rows are drawn from a seed and are as nasty as rows may be. */

import type { Evidence, FieldValue } from '../domain/field.ts';
import type { ItemFacts } from '../domain/item.ts';
import { parseTemplate, type Template } from '../domain/template.ts';
import { type CredentialInputs, compileCredential } from './compile-credential.ts';
import { type DatedCredential, dateCredential } from './date-credential.ts';
import { createCredentialKey, keyIdOf } from './keys.ts';

const columns = [
  { name: 'Grade', type: 'text' },
  { name: 'Role', type: 'text' },
  { name: 'Licence', type: 'text' },
  { name: 'Term', type: 'text' },
  { name: 'Credits', type: 'number' },
  { name: 'Start', type: 'date' },
  { name: 'End', type: 'date' },
  { name: 'Project', type: 'url' },
  { name: 'Photo', type: 'url' },
  { name: 'Works', type: 'evidence', max: 50 },
] as const;

/** A template that binds everything an Open Badge can hold; parts of it may be replaced. */
export function sampleTemplate(changes: { achievement?: object; bindings?: object } = {}): Template {
  const source = {
    format: 'chancery-template/1',
    name: 'Sample',
    language: 'en',
    page: { width: 297, height: 210 },
    elements: [{ type: 'qr', x: 10, y: 10, size: 30 }],
    fields: columns,
    achievement: {
      name: 'Applied "Statistics" – उन्नत\u2028',
      description: 'Two terms of statistics\nfor practitioners.',
      criteria: 'Attend, hand in the project, pass the examination.',
      type: 'Course',
      tags: ['statistics', 'R', 'statistics', 'données'],
      humanCode: 'STAT-201',
      fieldOfStudy: 'Statistics',
      creditsAvailable: 7.5,
      result: { name: 'Grade', type: 'LetterGrade', allowedValues: ['F', 'D', 'C', 'B', 'A'], min: 'F', max: 'A' },
      ...changes.achievement,
    },
    bindings: {
      result: 'Grade',
      creditsEarned: 'Credits',
      role: 'Role',
      licenseNumber: 'Licence',
      term: 'Term',
      activityStartDate: 'Start',
      activityEndDate: 'End',
      evidenceField: 'Works',
      evidence: [
        { field: 'Project', name: 'Project', description: 'What was handed in' },
        { field: 'Photo', name: 'Certificate "photo"' },
      ],
      ...changes.bindings,
    },
  };
  const parsed = parseTemplate(JSON.parse(JSON.stringify(source)));
  if (!('template' in parsed)) throw new Error(JSON.stringify(parsed.issues));
  return parsed.template;
}

export const sampleKey = createCredentialKey();
export const sampleDid = 'did:web:credentials.example.org%3A8443:organizations:acme';
export const sampleKeyId = keyIdOf(sampleDid, sampleKey.publicKeyMultibase);
const site = 'https://credentials.example.org:8443';

/** With the time of the sample, which is none of the program's inputs. */
export function sampleInputs(template: Template = sampleTemplate()): CredentialInputs & { created: string } {
  return {
    template,
    organization: { name: 'Acme "Academy" of Arts', url: site, did: sampleDid },
    keyId: sampleKeyId,
    privateKey: sampleKey.privateKey,
    created: '2026-03-01T09:30:00Z',
    achievementUrl: `${site}/achievements/0b6c6a5e-54f5-4e0c-8f7e-3a2f5b1c9d10`,
  };
}

export function sampleProgram(template?: Template): Promise<DatedCredential> {
  return compileSample(sampleInputs(template));
}

export async function compileSample({ created, ...inputs }: ReturnType<typeof sampleInputs>): Promise<DatedCredential> {
  return dateCredential(await compileCredential(inputs), created);
}

export function sampleFacts(changes: Partial<ItemFacts> = {}): ItemFacts {
  return {
    id: '7d5f0c1e-9a57-4a3c-b6a1-1f2e3d4c5b6a',
    referenceId: 'CH-2026-0001',
    name: 'Zoë Ångström',
    email: 'zoe@example.org',
    issueDate: '2026-02-28',
    expiryDate: '2029-02-28',
    verificationUrl: `${site}/verify/7d5f0c1e-9a57-4a3c-b6a1-1f2e3d4c5b6a`,
    fields: {
      Grade: 'A',
      Credits: 7.5,
      Role: 'Student',
      Licence: 'L-42',
      Term: '2025/26',
      Start: '2025-10-01',
      End: '2026-02-15',
      Project: 'https://projects.example.org/zoe?x=1&y=%20#top',
      Photo: 'http://photos.example.org:81/zo%C3%AB.jpg',
    },
    emailSalt: '00112233445566778899aabbccddeeff',
    statusList: { url: `${site}/status-lists/3`, index: 40_417 },
    ...changes,
  };
}

/** Repeatable random numbers in [0, 1): mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const nastyTexts = [
  '',
  ' ',
  '"',
  '\\',
  '\\"',
  '\n',
  '\r\n\t\b\f\v',
  '\u0000\u0001\u001f\u007f\u0085',
  '\u2028\u2029\ufeff',
  '@type',
  '@id',
  '@value',
  'id',
  'type',
  '_:b0',
  '_:c14n0',
  'b0',
  "$&$1$`$'",
  '{{name}}',
  'https://example.org/',
  'did:key:z6Mk',
  'urn:uuid:1',
  'urn:x-hole:0:1:',
  'en',
  'null',
  'true',
  '1e-7',
  '"^^<http://www.w3.org/2001/XMLSchema#integer>',
  '> <http://evil.example/> "',
  '𝒵𝓸ë 🎓',
  '\u{10ffff}\ue000\uffff',
  'सत्यमेव जयते',
  'شهادة\u202e',
  'e\u0301 é',
  '__proto__',
  'x'.repeat(3_000),
  '\\u0041',
  '</script><!--',
];

const nastyNumbers = [
  0,
  -0,
  1,
  -1,
  0.5,
  1e-6,
  1.5,
  6,
  100,
  3.25,
  12345678901234,
  1e20,
  1e21,
  1.7e300,
  2 ** 53,
  -7.75,
  0.1,
];
const nastyLinks = [
  'https://a',
  'http://127.0.0.1:8080/x?y#z',
  'https://example.org/%22%3C',
  'https://example.org/データ',
  "https://example.org/a'b(c)!$&*+,;=",
  'https://user@example.org/',
  'https://[::1]/',
];

/** One row: every text may be nasty, every optional value may be absent. */
export function randomFacts(random: () => number, at: number): ItemFacts {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const text = () => {
    const kind = random();
    if (kind < 0.5) return pick(nastyTexts);
    if (kind < 0.7) return pick(nastyTexts) + pick(nastyTexts) + pick(nastyTexts);
    return String.fromCodePoint(
      ...Array.from({ length: Math.floor(random() * 12) }, () => {
        const point = Math.floor(random() * (random() < 0.5 ? 0x80 : 0x11_0000));
        return point >= 0xd800 && point < 0xe000 ? 0x20 : point;
      }),
    );
  };
  const number = () =>
    random() < 0.6 ? pick(nastyNumbers) : Math.round(random() * 1e6) / 10 ** Math.floor(random() * 5);
  const day = () => new Date(random() * 4e12).toISOString().slice(0, 10);
  const pieces = (count: number): Evidence[] =>
    Array.from({ length: count }, (_, piece) => ({
      name: random() < 0.3 ? pick(['Project', 'Same', 'Certificate "photo"']) : `${text()}.`,
      url: `${pick(nastyLinks)}?piece=${piece}`,
      ...(random() < 0.6 && { description: random() < 0.3 ? 'What was handed in' : `${text()}.` }),
    }));
  const values: [string, () => FieldValue][] = [
    ['Grade', text],
    ['Role', text],
    ['Licence', text],
    ['Term', text],
    ['Credits', number],
    ['Start', day],
    ['End', day],
    ['Project', () => pick(nastyLinks)],
    ['Photo', () => `${pick(nastyLinks)}?photo`],
    ['Works', () => pieces(Math.ceil(random() ** 3 * 20))],
  ];
  const fields: ItemFacts['fields'] = {};
  const sparse = random() < 0.2;
  for (const [name, value] of values) if (random() < (sparse ? 0.5 : 0.97)) fields[name] = value();
  const hex = (length: number) => Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
  return sampleFacts({
    id: `${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}`,
    name: text(),
    email: `${text()}@example.org`,
    issueDate: day(),
    expiryDate: random() < 0.5 ? null : day(),
    fields,
    emailSalt: hex(32),
    statusList: { url: `${site}/status-lists/${at}`, index: Math.floor(random() * 131_072) },
  });
}
