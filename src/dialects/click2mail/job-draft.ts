/** A job of a batch while it is being read: its texts as they came, and what they make of it. */

import type { Issue } from '../../domain/issue.ts';
import type { OrderedJob } from '../../domain/mail-order.ts';
import type { AddressInput } from '../../domain/postal-address.ts';
import { optionNames, readProduct } from './products.ts';

const pages = ['startingPage', 'endingPage'];
const unknownKept = 50;
const longestKept = 200;

export class JobDraft {
  readonly #texts = new Map<string, string>();
  readonly #unknown = new Map<string, string>();
  returnAddress: AddressInput | null = null;

  has(key: string): boolean {
    return this.#texts.has(key);
  }

  keep(key: string, text: string): void {
    this.#texts.set(key, text);
  }

  keepUnknown(name: string, text: string): void {
    if (this.#unknown.size < unknownKept && !this.#texts.has(name))
      this.#unknown.set(name.slice(0, 100), text.slice(0, longestKept));
  }

  /** Whether it could be printed from what is known so far. */
  isWhole(): boolean {
    return this.missing() === undefined && this.#texts.has('documentClass');
  }

  /** What makes it no job at all. */
  missing(): string | undefined {
    for (const key of pages) {
      const text = this.#texts.get(key);
      if (!text) return `it has no <${key}>`;
      if (!/^\d{1,9}$/.test(text)) return `its <${key}> "${text.slice(0, 40)}" is not a number of a page`;
    }
    return undefined;
  }

  /** Call it once nothing is missing. */
  read(strict: boolean): OrderedJob {
    const terms = this.#terms();
    const { product, warnings, fault } = readProduct(terms, strict);
    const [firstPage, lastPage] = pages.map((key) => Number(this.#texts.get(key))) as [number, number];
    const unknown = [...this.#unknown.keys()].map(
      (path): Issue => ({ path, code: 'invalid', params: { reason: ignored } }),
    );
    return {
      firstPage,
      lastPage,
      terms,
      product,
      returnAddress: this.returnAddress,
      warnings: [...warnings, ...unknown],
      fault: rangeFault(firstPage, lastPage) ?? fault,
    };
  }

  #terms(): Record<string, string> {
    const known = [...optionNames, 'ancillaryEndorsement'].flatMap((name) => {
      const text = this.#texts.get(name);
      return text === undefined ? [] : [[name, text.slice(0, longestKept)] as const];
    });
    return Object.fromEntries([...known, ...this.#unknown]);
  }
}

const ignored = 'nothing is known of it, so it is kept and changes nothing';

function rangeFault(first: number, last: number): string | null {
  if (first < 1) return `The pages ${first} to ${last} do not exist: pages are counted from 1.`;
  return first > last ? `The pages ${first} to ${last} are none: the first lies behind the last.` : null;
}

/** By the names of the fields; what is missing is ''. */
export function readAddressInput(texts: ReadonlyMap<string, string>): AddressInput {
  const text = (key: keyof AddressInput) => texts.get(key) ?? '';
  return {
    name: text('name'),
    organization: text('organization'),
    address1: text('address1'),
    address2: text('address2'),
    address3: text('address3'),
    city: text('city'),
    state: text('state'),
    postalCode: text('postalCode'),
    country: text('country'),
  };
}
