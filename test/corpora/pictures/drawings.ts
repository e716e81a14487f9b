/** Drawings (SVG) that run, fetch, swell or refer to themselves; whatever is taken asks nobody for anything. */

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { importArt } from '../../../src/pdf/import-art.ts';
import type { ImportedArt } from '../../../src/pdf/pdf-objects.ts';
import type { Entry, Table } from '../run-table.ts';
import { harmless, type Upload, writtenBy } from './pictures.ts';

/** Nobody may call. */
let calls = 0;
const listener = createServer((_, response) => {
  calls++;
  response.end();
}).listen(0, '127.0.0.1');
await new Promise((resolve) => listener.once('listening', resolve));
listener.unref();
const { port } = listener.address() as { port: number };
const canary = `http://127.0.0.1:${port}/canary`;

const svg = (inside: string, attributes = 'viewBox="0 0 100 100"', before = '') =>
  `${before}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${inside}</svg>`;
const rect = (attributes: string) => `<rect width="9" height="9" ${attributes}/>`;
const circle = (name: string) => `<${name} id="a" href="#b"/><${name} id="b" href="#a"/>`;

const refused: Record<string, string | (() => string | Buffer)> = {
  'a script': svg('<script>fetch("canary")</script>'),
  'a script from elsewhere': svg(`<script href="${canary}"/>`),
  'a script in another prefix': '<s:svg xmlns:s="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><s:script/></s:svg>',
  'an event handler': svg(rect('onload="alert(1)"')),
  'an event handler in capitals': svg(rect('ONCLICK="alert(1)"')),
  'a link that runs': svg('<a href="javascript:alert(1)"><rect width="9" height="9"/></a>'),
  'a link that runs, in pieces': svg('<use href="java&#10;script:alert(1)"/>'),
  'a picture from elsewhere': svg(`<image href="${canary}" width="9" height="9"/>`),
  'a picture in itself': svg('<image href="data:image/svg+xml;base64,PHN2Zy8+" width="9" height="9"/>'),
  'a file of the server': svg('<image xlink:href="file:///etc/passwd" width="9" height="9"/>'),
  'a drawing from elsewhere': svg(`<use href="${canary}#x"/>`),
  'a gradient from elsewhere': svg(`<linearGradient id="g" href="${canary}#g"/>${rect('fill="url(#g)"')}`),
  'a colour from elsewhere': svg(rect(`fill="url(${canary}#g)"`)),
  'a clip from elsewhere': svg(rect(`clip-path="url(${canary}#c)"`)),
  'a style sheet from elsewhere': svg(`<style>@import url(${canary});</style>`),
  'a style sheet of an instruction': svg('', undefined, `<?xml-stylesheet href="${canary}"?>`),
  'a style sheet of a link': svg(`<link xmlns="http://www.w3.org/1999/xhtml" rel="stylesheet" href="${canary}"/>`),
  'a font from elsewhere': svg(`<style>@font-face{font-family:x;src:url(${canary})}</style>`),
  'a style that is a program': svg(rect('style="fill:expression(alert(1))"')),
  'HTML in it': svg(
    '<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="file:///etc/passwd"/></foreignObject>',
  ),
  'HTML beside it': svg('<body xmlns="http://www.w3.org/1999/xhtml" onload="alert(1)"/>'),
  'an inclusion': svg(`<include xmlns="http://www.w3.org/2001/XInclude" href="${canary}"/>`),
  'an animation that becomes a link': svg('<animate attributeName="href" values="javascript:alert(1)"/>'),
  'a set that becomes a handler': svg('<set attributeName="onmouseover" to="alert(1)"/>'),
  'a handler element': svg('<handler type="application/ecmascript">alert(1)</handler>'),
  'a filter': svg(`<filter id="f"><feImage href="${canary}"/></filter>${rect('filter="url(#f)"')}`),
  'a mask': svg(rect('mask="url(#m)"')),
  'a document type': svg('', undefined, '<!DOCTYPE svg>'),
  'a billion laughs': svg(
    '&c;',
    undefined,
    '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>',
  ),
  'an entity of the server': svg('&x;', undefined, '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
  'an entity from elsewhere': svg('', undefined, `<!DOCTYPE svg [<!ENTITY % x SYSTEM "${canary}"> %x;]>`),
  'an entity nobody defined': svg('&nbsp;'),
  'a drawing that uses itself': svg('<g id="a"><use href="#a"/></g>'),
  'drawings in a circle': svg(circle('use')),
  'gradients in a circle': svg(`${circle('linearGradient')}${rect('fill="url(#a)"')}`),
  'a clip that clips itself': svg(
    `<clipPath id="c" clip-path="url(#c)"><rect width="9" height="9"/></clipPath>${rect('clip-path="url(#c)"')}`,
  ),
  '10^12 copies': svg(
    `<g id="l0">${rect('')}</g>${Array.from({ length: 12 }, (_, at) => `<g id="l${at + 1}">${`<use href="#l${at}"/>`.repeat(10)}</g>`).join('')}`,
  ),
  '100,000 elements': () => svg('<g/>'.repeat(100_000)),
  '100,000 levels': () => svg('<g>'.repeat(100_000)),
  '50,000 attributes': () => svg(`<g ${Array.from({ length: 50_000 }, (_, at) => `a${at}=""`).join(' ')}/>`),
  'an attribute twice': svg(rect('fill="red" fill="blue"')),
  'six megabytes': () => svg(' '.repeat(6_000_000)),
  'a million segments': () => svg(`<path d="M0 0${'l1 1'.repeat(1_000_000)}"/>`),
  'a third of a million arcs': () => svg(`<path d="M0 0${'a9 5 0 1 1 3 3'.repeat(350_000)}"/>`),
  'numbers beyond any': svg(
    '<path d="M1e308-1e308L1e-320,9e99z" stroke="red" stroke-width="1e300" transform="scale(1e-300)"/>',
  ),
  'no size': svg('', ''),
  'a size of nothing': svg('', 'viewBox="0 0 0 0"'),
  'a size without end': svg('', 'width="1e300" height="1e300"'),
  'a viewBox that is none': svg('', 'viewBox="a b c d"'),
  'packed with gzip': () => gzipSync(svg('')),
  'UTF-16': () => Buffer.from(svg(''), 'utf16le'),
  'cut off': svg('<g>').slice(0, -12),
  'a web page': '<html><body/></html>',
  'a PDF': '%PDF-1.7',
  nothing: '',
};

/** Taken, without what nobody needs. */
const taken: Record<string, string> = {
  'script in its title': svg('<title><![CDATA[<script>canary</script>]]></title>'),
  'metadata of an editor': svg(
    '<metadata><x xmlns="urn:x" href="canary"/></metadata><x:y xmlns:x="http://www.inkscape.org/namespaces/inkscape" z="canary"/>',
  ),
  'a path that breaks off in its numbers': svg('<path d="M0 0l.5.5.5-.5e1"/>'),
  'dashes without end': svg('<path d="M0 0h100" stroke="red" stroke-dasharray="1e-9 1e-9"/>'),
  'names of JavaScript': svg('<g id="__proto__" class="constructor"><use href="#toString"/></g>'),
};

type Row = Entry<Upload, ImportedArt>;
const said = (bytes: string | Buffer): Upload => ({ type: 'image/svg+xml', bytes: Buffer.from(bytes as string) });

export const drawings: Table<Upload, ImportedArt> = {
  name: 'Drawings',
  from: 'written for this project, after SVG 1.1 and the kinds of tricks that html5sec.org collects',
  feed: ({ type, bytes }) => importArt(type, bytes),
  // Of the drawings of some megabytes the process keeps what it may need again.
  maxGrowthMiB: 200,
  entries: [
    ...Object.entries(refused).map(
      ([name, text]): Row => ({
        name,
        make: () => said(typeof text === 'function' ? text() : text),
        refused: 'invalid',
      }),
    ),
    ...Object.entries(taken).map(
      ([name, text]): Row => ({
        name,
        input: said(text),
        judge(outcome) {
          assert.ok('output' in outcome, 'refused' in outcome ? JSON.stringify(outcome) : '');
          harmless(outcome);
          assert.doesNotMatch(writtenBy(outcome.output).toString('latin1'), /NaN|Infinity|\d[eE][+-]?\d/);
        },
      }),
    ),
    { name: 'after all of them nobody was called', input: said(''), judge: () => assert.equal(calls, 0) },
  ],
};
