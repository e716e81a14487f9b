/** Who is in the demo. */

import type { AddressInput } from '../../domain/postal-address.ts';
import type { NewMember } from '../organizations/create-member.ts';
import type { NewOrganization } from '../organizations/create-organization.ts';

export interface DemoOrganization {
  organization: Omit<NewOrganization, 'id'>;
  members: (Omit<NewMember, 'id' | 'signature'> & { signatureFile: string })[];
  /** Folders under templates/; `signed` ones get the members as default signatories. */
  templates: { name: string; signed?: boolean }[];
  /** Its mail accounts, live and staging, have names made from this. */
  mail?: { username: string; returnAddress: Partial<AddressInput> };
}

const credits = 10_000_000;

export const demoOrganizations: DemoOrganization[] = [
  {
    organization: {
      name: 'Northbridge University',
      url: 'https://northbridge.example',
      senderAddress: 'registrar@northbridge.example',
      credits,
    },
    members: [
      {
        firstName: 'Helena',
        lastName: 'Marchetti',
        email: 'h.marchetti@northbridge.example',
        designation: 'Vice-Chancellor',
        signatureFile: 'helena-marchetti.png',
      },
      {
        firstName: 'Daniel',
        lastName: 'Okafor',
        email: 'd.okafor@northbridge.example',
        designation: 'Registrar',
        signatureFile: 'daniel-okafor.png',
      },
    ],
    templates: [
      { name: 'graduation' },
      { name: 'graduation-signed', signed: true },
      { name: 'licence', signed: true },
      { name: 'course-completion' },
      { name: 'membership' },
      { name: 'microcredencial' },
    ],
    mail: {
      username: 'northbridge',
      returnAddress: {
        name: 'Office of the Registrar',
        organization: 'Northbridge University',
        address1: '1 College Way',
        city: 'Northbridge',
        state: 'MA',
        postalCode: '01534',
      },
    },
  },
  {
    organization: {
      name: 'Marsa College',
      url: 'https://marsa.example',
      senderAddress: 'office@marsa.example',
      credits,
    },
    members: [
      {
        firstName: 'Noor',
        lastName: 'Al-Hashimi',
        email: 'n.alhashimi@marsa.example',
        designation: 'Dean',
        signatureFile: 'noor-al-hashimi.png',
      },
    ],
    templates: [{ name: 'ijazah' }, { name: 'graduation' }],
  },
];
