/** Translates the words of Click2Mail's options into a product that can be printed, and says which of them it does not know. */

import type { Issue } from '../../domain/issue.ts';
import type { PrintProduct } from '../../domain/print-product.ts';
import { folded, offered, type ProductClass, productClasses, productClassNamed } from './product-options.ts';
import { shapeOf } from './product-shapes.ts';
import { issueSentence } from './sentences.ts';

export const optionNames = [
  'documentClass',
  'layout',
  'productionTime',
  'envelope',
  'color',
  'paperType',
  'printOption',
  'mailClass',
] as const;
type Option = (typeof optionNames)[number];

export interface ReadProduct {
  /** Null where the job cannot be done; `fault` says why. */
  product: PrintProduct | null;
  /** Words that the table does not have, or not for this class; paths are names of options. */
  warnings: Issue[];
  /** A sentence. */
  fault: string | null;
}

/** `terms`: the options as they came, and `ancillaryEndorsement`. With `strict`, words that the table does not have are a fault. */
export function readProduct(terms: Record<string, string>, strict: boolean): ReadProduct {
  const documentClass = (terms.documentClass ?? '').trim();
  if (documentClass === '')
    return { product: null, warnings: [], fault: 'The job names no documentClass in its printProductionOptions.' };
  const warnings: Issue[] = [];
  const known = productClassNamed(documentClass);
  if (!known) warnings.push(notOffered('documentClass', documentClass, classNames));
  const options = readOptions(terms, known, warnings);
  const endorsement = readEndorsement(terms.ancillaryEndorsement ?? '', warnings);
  const refused = strict ? warnings[0] : undefined;
  if (refused) return { product: null, warnings, fault: issueSentence(refused) };
  return { product: toProduct({ ...options, documentClass, endorsement }), warnings, fault: null };
}

const classNames = productClasses.map((one) => one.documentClass);

type Options = Record<Exclude<Option, 'documentClass'>, string>;

/** Each as the table spells it, or as it came; what is missing is what the class is offered with first. */
function readOptions(terms: Record<string, string>, known: ProductClass | undefined, warnings: Issue[]): Options {
  const read = (name: Exclude<Option, 'documentClass'>): string => {
    const given = (terms[name] ?? '').trim();
    const choices = known?.[name] ?? [];
    if (name === 'envelope' && isNone(given)) return choices[0] ?? '';
    if (given === '') {
      warnings.push({ path: name, code: 'required', params: {} });
      return choices[0] ?? defaults[name];
    }
    const found = offered(choices, given);
    // Of a class that nobody knows only the class is marked.
    if (!found && known) warnings.push(notOffered(name, given, choices));
    return found ?? given;
  };
  return {
    layout: read('layout'),
    envelope: read('envelope'),
    paperType: read('paperType'),
    color: read('color'),
    printOption: read('printOption'),
    mailClass: read('mailClass'),
    productionTime: read('productionTime'),
  };
}

const defaults: Options = {
  layout: 'Address on Separate Page',
  envelope: '',
  paperType: 'White 24#',
  color: 'Black and White',
  printOption: 'Printing One side',
  mailClass: 'First Class',
  productionTime: 'Next Day',
};

const isNone = (envelope: string) => /^(none)?$/i.test(envelope);

const notOffered = (path: string, value: string, choices: readonly string[]): Issue => ({
  path: `${path} "${value.slice(0, 100)}"`,
  code: 'not_a_choice',
  params: { value: value.slice(0, 200), choices: choices.length > 0 ? choices : ['(none)'] },
});

export const endorsements = [
  'No Ancillary Endorsement',
  'Forwarding Service Requested',
  'Address Service Requested',
  'Return Service Requested',
];

/** The post reads that line, so what it would not understand is not printed. */
function readEndorsement(given: string, warnings: Issue[]): string {
  if (given.trim() === '') return '';
  const found = offered(endorsements, given);
  if (!found) warnings.push(notOffered('ancillaryEndorsement', given, endorsements));
  return !found || found === endorsements[0] ? '' : found;
}

function toProduct(options: Options & { documentClass: string; endorsement: string }): PrintProduct {
  const { documentClass, layout, envelope, paperType, color, printOption, mailClass, productionTime } = options;
  const shape = shapeOf({
    documentClass: folded(documentClass),
    layout: folded(layout),
    envelope: folded(envelope) || 'best fit',
    envelopeName: envelope.trim(),
  });
  const { twoSided, ...rest } = shape;
  return {
    ...rest,
    name: productClassNamed(documentClass)?.documentClass ?? documentClass,
    stock: paperType,
    color: /colou?r/i.test(color) && !/black|gr[ae]y|mono/i.test(color),
    duplex: twoSided || /both|two|double|duplex/i.test(printOption),
    mailClass,
    service: serviceOf(folded(mailClass), folded(documentClass)),
    productionTime,
    endorsement: options.endorsement,
  };
}

/** What the class is for the barcode, by its words; what nobody knows travels first class. */
function serviceOf(mailClass: string, documentClass: string): PrintProduct['service'] {
  const said = [mailClass, documentClass];
  for (const words of said) {
    if (/express/.test(words)) return 'express';
    if (/priority/.test(words)) return 'priority';
    if (/cert/.test(words)) return 'certified';
    if (/standard|non ?profit|marketing|eddm/.test(words)) return 'standard';
    if (/first class/.test(words)) return 'first_class';
  }
  return 'first_class';
}
