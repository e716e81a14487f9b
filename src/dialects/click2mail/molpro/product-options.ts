/** MOLPRO's product options: every class of document with all it is offered with. */

import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { invalidInput } from '../../../errors.ts';
import { type ProductClass, productClasses, productClassNamed } from '../product-options.ts';
import { streamXml, type XmlElement, xmlType } from '../xml-writer.ts';
import { readParameters } from './parameters.ts';

export function registerProductOptions(server: FastifyInstance): void {
  for (const path of ['/productOptions', '/productOptions/advanced'])
    server.get(path, async (request, reply) => {
      const wanted = readParameters(request).text('documentClass');
      const classes = wanted === '' ? productClasses : [classNamed(wanted)];
      return reply
        .code(200)
        .type(xmlType)
        .send(Readable.from(streamXml('productOptions', [], productsOf(classes))));
    });
}

function classNamed(name: string): ProductClass {
  const found = productClassNamed(name);
  if (found) return found;
  const choices = productClasses.map((one) => one.documentClass);
  throw invalidInput('no such document class', [
    { path: 'documentClass', code: 'not_a_choice', params: { value: name.slice(0, 200), choices } },
  ]);
}

function* productsOf(classes: readonly ProductClass[]): Generator<XmlElement[]> {
  for (const one of classes)
    yield [
      [
        'product',
        [
          ['documentClass', one.documentClass],
          ...one.productionTime.map((time): XmlElement => ['productionTime', time]),
          ...combinations(one).map((option): XmlElement => ['option', option]),
        ],
      ],
    ];
}

/** Each that can be ordered; clients gather what fits what from them, layout by layout. */
function combinations({ layout, envelope, color, printOption, paperType, mailClass }: ProductClass): XmlElement[][] {
  const parts: [name: string, values: readonly string[]][] = [
    ['layout', layout],
    ['envelope', envelope.length > 0 ? envelope : ['']],
    ['printColor', color],
    ['printOption', printOption],
    ['paperType', paperType],
    ['mailClass', mailClass],
  ];
  return parts.reduce<XmlElement[][]>(
    (found, [name, values]) =>
      found.flatMap((option) => values.map((value) => [...option, [name, value] as XmlElement])),
    [[]],
  );
}
