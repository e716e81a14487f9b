/** Postal addresses: what a hand-in says, the one form it is read into, and how it is printed. No list of real addresses is consulted: that needs a CASS licence. */

import type { Issue } from './issue.ts';

/** As handed in; what is missing is ''. */
export interface AddressInput {
  name: string;
  organization: string;
  address1: string;
  address2: string;
  address3: string;
  city: string;
  state: string;
  postalCode: string;
  country: string;
}

export const noAddress: Readonly<AddressInput> = {
  name: '',
  organization: '',
  address1: '',
  address2: '',
  address3: '',
  city: '',
  state: '',
  postalCode: '',
  country: '',
};

/** In the order in which people write them. */
export const addressParts = Object.keys(noAddress) as (keyof AddressInput)[];

export interface PostalAddress {
  name: string;
  organization: string;
  /** One to three, none empty. */
  lines: string[];
  city: string;
  /** Of the United States the two letters; elsewhere as given, may be ''. */
  region: string;
  /** Of the United States `12345` or `12345-6789`; elsewhere as given, may be ''. */
  postalCode: string;
  /** ISO 3166-1 alpha-2; '' where the country is not known. */
  country: string;
}

/** `non_standard`: can be mailed, without a discount. `non_mailable`: is not printed and costs nothing. */
export const addressKinds = ['standard', 'non_standard', 'international', 'non_mailable'] as const;
export type AddressKind = (typeof addressKinds)[number];

export interface ReadAddress {
  kind: AddressKind;
  address: PostalAddress;
  /** Why it is `non_mailable` or `non_standard`; paths are the keys of `AddressInput`. */
  issues: Issue[];
}
