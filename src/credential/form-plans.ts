/** Canonical N-Quads of credentials that are checked one after the other: those of a batch differ in a few values only, so JSON-LD is asked once for all of them. */

import { keepRecent } from '../domain/keep-recent.ts';
import { type CanonicalPlan, compileCanonical, fillCanonical } from './canonicalize.ts';
import { type HoleKind, HoleMarks } from './hole.ts';
import { canonizeDocument, proofOptionsHash } from './proof.ts';
import { escapeLiteral } from './rdf-values.ts';

export interface FormPlans {
  /**
   * What `canonizeDocument` says of the credential without its proof. It must be in form (`outOfForm`): its identifiers are safe, and what
   * may differ from one credential to the next stands where it stands in ours.
   */
  canonize(unsigned: Record<string, unknown>): Promise<string>;
  /** What `proofOptionsHash` says. */
  optionsHash(context: unknown, options: object): Promise<Buffer>;
}

type Place = Exclude<HoleKind, 'number'>;

/** Where the credentials of one batch differ, as `openBadge` has its holes; places in lists are not told apart. All other values belong to the form. */
const places = new Map<string, Place>([
  ['id', 'iri'],
  ['name', 'text'],
  ['validFrom', 'text'],
  ['validUntil', 'text'],
  ['awardedDate', 'text'],
  ['credentialSubject.identifier.identityHash', 'text'],
  ['credentialSubject.identifier.salt', 'text'],
  ['credentialSubject.achievement.id', 'iri'],
  ['credentialSubject.achievement.name', 'text'],
  ['credentialSubject.achievement.description', 'text'],
  ['credentialSubject.result.status', 'text'],
  ['credentialSubject.result.value', 'text'],
  ['credentialSubject.role', 'text'],
  ['credentialSubject.licenseNumber', 'text'],
  ['credentialSubject.term', 'text'],
  ['credentialSubject.activityStartDate', 'text'],
  ['credentialSubject.activityEndDate', 'text'],
  ['evidence.id', 'iri'],
  ['evidence.name', 'text'],
  ['evidence.description', 'text'],
  ['credentialStatus.id', 'iri'],
  ['credentialStatus.statusListIndex', 'text'],
  ['credentialStatus.statusListCredential', 'iri'],
]);

/** The forms that were met last are kept. */
export function openFormPlans(limit = 64): FormPlans {
  const plans = keepRecent<CanonicalPlan>({ count: limit });
  const hashes = keepRecent<Buffer>({ count: limit });
  return {
    async canonize(unsigned) {
      const values: string[] = [];
      const form = replacePlaces(unsigned, (_place, _name, value) => {
        values.push(value);
        return '';
      });
      const plan = await plans.get(JSON.stringify(form), () => compileForm(unsigned)).catch(() => undefined);
      // What cannot be compiled, or has two nodes that are filled alike, goes the long way.
      return (plan && fillCanonical(plan, values.map(escapeLiteral))) ?? canonizeDocument(unsigned);
    },
    optionsHash: (context, options) =>
      hashes.get(JSON.stringify([context, options]), () => proofOptionsHash(context, options)),
  };
}

/** Its slots stand in the order of the document, as the values do. */
function compileForm(unsigned: Record<string, unknown>): Promise<CanonicalPlan> {
  const marks = new HoleMarks();
  return compileCanonical(
    replacePlaces(unsigned, (place, name) => marks[place](name)),
    marks,
  );
}

function replacePlaces(
  document: Record<string, unknown>,
  replace: (place: Place, name: string, value: string) => string,
): unknown {
  const walk = (value: unknown, path: string, name: string): unknown => {
    if (Array.isArray(value)) return value.map((one, at) => walk(one, path, `${name} ${at}`));
    if (typeof value === 'object' && value !== null) {
      const under = (key: string) => (path === '' ? key : `${path}.${key}`);
      const entries = Object.entries(value);
      return Object.fromEntries(entries.map(([key, one]) => [key, walk(one, under(key), `${name} ${key}`)]));
    }
    const place = typeof value === 'string' ? places.get(path) : undefined;
    return place === undefined ? value : replace(place, name, value as string);
  };
  return walk(document, '', '');
}
