-- API keys get an end, a limit of their own and their maker; and the look-up of each request becomes one round trip.

alter table api_key
  add column expires_at timestamptz,
  -- requests a minute; null: the server's RATE_LIMIT, 0: none
  add column rate_limit integer check (rate_limit between 0 and 1000000),
  -- who made it, as in the event log
  add column created_by text;
create index on api_key (organization_id, created_at desc, id);

-- Who is behind a key, and that it was used: written at most once a minute, so that polling does not write.
create function use_api_key(key_hash bytea)
  returns table (id uuid, organization_id uuid, member_id uuid, scopes text[], rate_limit integer, expires_at timestamptz)
  language plpgsql volatile security definer set search_path = public, pg_temp
  as $$
  begin
    update api_key set last_used_at = clock_timestamp()
      where hash = key_hash and revoked_at is null and (api_key.expires_at is null or api_key.expires_at > clock_timestamp())
        and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute');
    return query select k.id, k.organization_id, k.member_id, k.scopes, k.rate_limit, k.expires_at from api_key k
      where k.hash = key_hash and k.revoked_at is null and (k.expires_at is null or k.expires_at > clock_timestamp());
  end $$;
drop function organization_of_api_key(bytea);
