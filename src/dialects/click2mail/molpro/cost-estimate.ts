/** MOLPRO's estimate: what a mailing would cost, before anything of it is there. */

import type { FastifyInstance } from 'fastify';
import type { App } from '../../../app.ts';
import { fitEnvelope } from '../../../domain/envelope-capacity.ts';
import { mailCost } from '../../../domain/mail-cost.ts';
import { requirePermission } from '../../../domain/permissions.ts';
import { pieceLayout } from '../../../domain/piece-layout.ts';
import type { PrintProduct } from '../../../domain/print-product.ts';
import { invalidInput } from '../../../errors.ts';
import { optionNames, readProduct } from '../products.ts';
import { sendXml } from '../wire.ts';
import { costElements } from './cost-wire.ts';
import { dollars } from './money.ts';
import { type Parameters, readParameters } from './parameters.ts';

export function registerCostEstimate(server: FastifyInstance, app: App): void {
  server.get('/costEstimate', async (request, reply) => {
    requirePermission(request.actor, 'mailings:view');
    const parameters = readParameters(request);
    const product = productOf(app, parameters);
    const pages = parameters.count('numberOfPages', { min: 1, max: 10_000 }) ?? 1;
    const { fault } = fitEnvelope(product, pieceLayout(product, pages).sheets);
    if (fault !== null) throw invalidInput(fault);
    const cost = mailCost(app.mailPrices, product, pages, countsOf(parameters));
    return sendXml(reply, 201, [
      'costEstimate',
      [
        ['description', 'Success'],
        ['status', 0],
        ...costElements(cost),
        ['totalTax', dollars(0)],
        ['grandTotal', dollars(cost.total)],
      ],
    ]);
  });
}

function productOf(app: App, parameters: Parameters): PrintProduct {
  if (parameters.text('documentClass') === '')
    throw invalidInput('there is no product', [{ path: 'documentClass', code: 'required' }]);
  const terms = Object.fromEntries(optionNames.map((name) => [name, parameters.text(name)]));
  const { product, fault } = readProduct(terms, app.config.MAIL_STRICT_PRODUCTS);
  if (product) return product;
  throw invalidInput(fault ?? 'there is no such product');
}

/** `quantity` are all of them; where the others are more than that, only they are meant. */
function countsOf(parameters: Parameters) {
  const bounds = { min: 0, max: 10_000_000 };
  const international = parameters.count('internationalQuantity', bounds) ?? 0;
  const nonStandard = parameters.count('nonStandardQuantity', bounds) ?? 0;
  const quantity = parameters.count('quantity', bounds) ?? 1;
  return {
    standard: Math.max(0, quantity - nonStandard - international),
    non_standard: nonStandard,
    international,
  };
}
