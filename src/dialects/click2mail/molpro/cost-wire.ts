/** A cost as MOLPRO breaks it down: production, then postage by the kind of address. */

import type { CostLine, MailCost } from '../../../domain/mail-cost.ts';
import type { XmlElement } from '../xml-writer.ts';
import { dollars } from './money.ts';

export function costElements({ production, postage }: MailCost): XmlElement[] {
  return [
    [
      'productionCost',
      [
        ['quantity', production.quantity],
        ['productionUnitCost', dollars(production.unit)],
        ['discountSubtotal', dollars(production.subtotal)],
        ['subtotal', dollars(production.subtotal)],
      ],
    ],
    ['standardCost', postageElements('Standard', postage.standard)],
    ['nonstandardCost', postageElements('Nonstandard', postage.non_standard)],
    ['internationalCost', postageElements('International', postage.international)],
  ];
}

const postageElements = (name: string, { quantity, unit, subtotal }: CostLine): XmlElement[] => [
  ['postageName', name],
  ['postageUnitCost', dollars(unit)],
  ['quantity', quantity],
  ['subtotal', dollars(subtotal)],
];
