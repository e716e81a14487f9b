/** VEC's certificate template as it goes over the wire, with the people who sign it by default. */

import type { App } from '../../app.ts';
import type { OrganizationRow } from '../../db/organizations.ts';
import type { TemplateSummary } from '../../db/templates.ts';
import { storageName } from '../../usecases/documents/storage-names.ts';
import type { NamedSignatory, TemplateSurroundings } from '../../usecases/templates/describe-template.ts';
import { timestamp } from './wire.ts';

export function templateWire(
  app: Pick<App, 'publicUrl' | 'masterKey'>,
  template: TemplateSummary,
  { organization, defaultsOf }: TemplateSurroundings,
) {
  const { slots } = template;
  const defaults = defaultsOf(template.id);
  const hasDefaults = defaults.length > 0;
  const unix = Math.floor(template.versionCreatedAt.getTime() / 1_000);
  const picture = `${storageName(app, 'screenshot', template.versionId, '')}_${unix}.png`;
  return {
    id: template.id,
    institution_id: organization.number,
    name: template.name,
    screenshot: `${app.publicUrl}/storage/certificate_templates/${picture}`,
    has_signatures: slots.length > 0,
    has_default_signatories: hasDefaults,
    requires_signature_setup: slots.length > 0 && !hasDefaults,
    signatory_fields: slots.map((slot) => `signatory_${slot}`),
    ...(hasDefaults && { default_signatories: defaults.map((one) => signatoryWire(template.number, one)) }),
    created_at: timestamp(template.createdAt),
    updated_at: timestamp(template.updatedAt),
  };
}

/** Only where a template is shown alone. Whoever has an organization here was let in by its operator, so each is verified and active. */
export function institutionWire({ number, name, createdAt, updatedAt }: OrganizationRow) {
  return {
    id: number,
    name,
    logo: null,
    is_verified: true,
    status: 'active',
    created_at: timestamp(createdAt),
    updated_at: timestamp(updatedAt),
  };
}

/** VEC numbers these; a template has at most ten places, so its own number and the place make one that is never used twice. */
function signatoryWire(templateNumber: number, { slot, autoApprove, member }: NamedSignatory) {
  return {
    id: templateNumber * 10 + slot - 1,
    signatory_index: slot,
    institution_user_id: member.number,
    display_name: member.signatoryName,
    designation: member.signatoryDesignation,
    auto_approve: autoApprove,
    user: {
      id: member.number,
      uuid: member.id,
      first_name: member.firstName,
      last_name: member.lastName,
      email: member.email,
      signatory_name: member.signatoryName,
      signatory_designation: member.signatoryDesignation,
    },
  };
}
