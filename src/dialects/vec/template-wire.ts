/** VEC's certificate template as it goes over the wire, with the people who sign it by default. */

import type { TemplateRow } from '../../db/templates.ts';
import { signatorySlots } from '../../domain/template.ts';
import type { NamedSignatory } from '../../usecases/templates/describe-template.ts';
import { timestamp } from './wire.ts';

export function templateWire(template: TemplateRow, defaults: NamedSignatory[], organizationNumber: number) {
  const slots = signatorySlots(template.content);
  const hasDefaults = defaults.length > 0;
  return {
    id: template.id,
    institution_id: organizationNumber,
    name: template.name,
    screenshot: null,
    has_signatures: slots.length > 0,
    has_default_signatories: hasDefaults,
    requires_signature_setup: slots.length > 0 && !hasDefaults,
    signatory_fields: slots.map((slot) => `signatory_${slot}`),
    ...(hasDefaults && { default_signatories: defaults.map((one) => signatoryWire(template.number, one)) }),
    created_at: timestamp(template.createdAt),
    updated_at: timestamp(template.updatedAt),
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
