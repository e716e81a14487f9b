-- Test keys: all that is made with them is a specimen, signed as a test issuer, and never leaves the machine.

alter table api_key add column mode text not null default 'live' check (mode in ('live', 'test'));
alter table batch add column test boolean not null default false;
alter table status_list add column test boolean not null default false;
alter table vault_file add column test boolean not null default false;
alter table signing_key drop constraint signing_key_purpose_check;
alter table signing_key add constraint signing_key_purpose_check check (purpose in ('credential', 'seal', 'test_credential', 'test_seal'));

-- Made by whoever needs them first; of two at the same instant one.
create unique index signing_key_for_tests on signing_key (organization_id, purpose) where purpose in ('test_credential', 'test_seal') and retired_at is null;
-- Few among many, for those who see nothing else.
create index batch_for_tests on batch (organization_id, created_at desc, id) where test;

drop function use_api_key(bytea);
create function use_api_key(key_hash bytea)
  returns table (id uuid, organization_id uuid, member_id uuid, scopes text[], rate_limit integer, expires_at timestamptz, mode text)
  language plpgsql volatile security definer set search_path = public, pg_temp
  as $$
  begin
    update api_key set last_used_at = clock_timestamp()
      where hash = key_hash and revoked_at is null and (api_key.expires_at is null or api_key.expires_at > clock_timestamp())
        and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute');
    return query select k.id, k.organization_id, k.member_id, k.scopes, k.rate_limit, k.expires_at, k.mode from api_key k
      where k.hash = key_hash and k.revoked_at is null and (k.expires_at is null or k.expires_at > clock_timestamp());
  end $$;
