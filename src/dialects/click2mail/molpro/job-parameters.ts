/** What MOLPRO's clients say of a job, as a job to be ordered. */

import type { App } from '../../../app.ts';
import type { Issue } from '../../../domain/issue.ts';
import type { AddressInput } from '../../../domain/postal-address.ts';
import { readAddress } from '../../../domain/read-address.ts';
import { invalidInput } from '../../../errors.ts';
import type { NewMailJob } from '../../../usecases/mailings/create-mail-job.ts';
import { optionNames, readProduct } from '../products.ts';
import type { Parameters } from './parameters.ts';

/** Kept and shown again, and no more. */
const kept = [
  'documentId',
  'addressId',
  'mailingDate',
  'quantity',
  'appSignature',
  'projectId',
  'returnAddressId',
  'businessReplyAddressId',
  'courtesyReplyAddressId',
  'enclosure',
];

/** Of all pages of the document. Throws `invalid_input`: here, unlike in a batch, somebody waits for the answer. */
export function readJob(app: App, parameters: Parameters): NewMailJob {
  const bounds = { min: 1, max: 2 ** 31 - 1 };
  const documentNumber = parameters.count('documentId', bounds);
  const listNumber = parameters.count('addressId', bounds);
  if (documentNumber === undefined || listNumber === undefined)
    throw invalidInput('the job is not complete', [
      { path: documentNumber === undefined ? 'documentId' : 'addressId', code: 'required' },
    ]);
  const mailingDate = readMailingDate(parameters.text('mailingDate'));
  if (parameters.text('documentClass') === '')
    throw invalidInput('there is no product', [{ path: 'documentClass', code: 'required' }]);
  const terms = termsOf(parameters);
  const { product, warnings, fault } = readProduct(terms, app.config.MAIL_STRICT_PRODUCTS);
  if (fault !== null) throw invalidInput(fault);
  const job = { terms, product, returnAddress: returnAddressOf(parameters), warnings, fault };
  return { documentNumber, listNumber, job, mailingDate };
}

function termsOf(parameters: Parameters): Record<string, string> {
  const pairs = [...optionNames, ...kept].map((name) => [name, parameters.text(name)] as const);
  const endorsement = parameters.text('endorsement') || parameters.text('ancillaryEndorsement');
  return Object.fromEntries(
    [...pairs, ['ancillaryEndorsement', endorsement] as const].filter(([, text]) => text !== ''),
  );
}

function readMailingDate(text: string): string | null {
  if (text === '') return null;
  const [, year, month, day] = /^(\d{4})-?(\d\d)-?(\d\d)$/.exec(text) ?? [];
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  if (!Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day)) return `${year}-${month}-${day}`;
  throw invalidInput('mailingDate is no date', [
    { path: 'mailingDate', code: 'not_a_date', params: { format: 'YYYYMMDD' } },
  ]);
}

/** Null where none is named: then it is the account's own. */
function returnAddressOf(parameters: Parameters): AddressInput | null {
  const address: AddressInput = {
    name: parameters.text('rtnName'),
    organization: parameters.text('rtnOrganization'),
    address1: parameters.text('rtnAddress1'),
    address2: parameters.text('rtnAddress2'),
    address3: parameters.text('rtnAddress3'),
    city: parameters.text('rtnCity'),
    state: parameters.text('rtnState'),
    postalCode: parameters.text('rtnZip') || parameters.text('rtnPostalCode'),
    country: parameters.text('rtnCountry'),
  };
  if (Object.values(address).every((part) => part === '')) return null;
  const { kind, issues } = readAddress(address, { capitals: false });
  if (kind === 'non_mailable') throw invalidInput('the return address is not valid', issues.map(ofReturnAddress));
  return address;
}

const parts: Partial<Record<string, string>> = { postalCode: 'rtnZip' };

const ofReturnAddress = (issue: Issue): Issue => ({
  ...issue,
  path: parts[issue.path] ?? `rtn${issue.path.charAt(0).toUpperCase()}${issue.path.slice(1)}`,
});
