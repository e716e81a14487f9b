/** Reads the price table that the configuration names, once when the program starts; a fault in it stops the start. */

import { readFile } from 'node:fs/promises';
import type { App } from '../../app.ts';
import { builtInPrices } from '../../domain/built-in-prices.ts';
import { type PriceTable, priceTableSchema } from '../../domain/price-table.ts';
import { invalidInput } from '../../errors.ts';

/** The built-in table unless MAIL_PRICES names a file. Throws `invalid_input` naming each place at fault. */
export async function loadPrices({ MAIL_PRICES: path }: Pick<App['config'], 'MAIL_PRICES'>): Promise<PriceTable> {
  if (path === undefined) return builtInPrices;
  const parsed = priceTableSchema.safeParse(await readTable(path));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`);
  throw invalidInput(`configuration: MAIL_PRICES: ${path}: ${faults.join('; ')}`);
}

async function readTable(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw invalidInput(`configuration: MAIL_PRICES: ${path} cannot be read: ${(error as Error).message}`);
  }
}
