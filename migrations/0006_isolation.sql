-- Two locks for every tenant row: the organization in each query, and row-level security with FORCE here.

do $$
declare tenant_table text;
begin
  foreach tenant_table in array array['member', 'api_key', 'signing_key', 'status_list', 'event', 'template', 'template_version',
    'template_signatory', 'batch', 'batch_signature', 'chunk', 'item', 'delivery', 'credit_balance', 'ledger_entry', 'fair_tag']
  loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format('create policy one_organization on %I using (may_see(organization_id)) with check (may_see(organization_id))', tenant_table);
    execute format('grant select, insert, update, delete on %I to chancery_app', tenant_table);
  end loop;
end $$;

alter table organization enable row level security;
alter table organization force row level security;
create policy one_organization on organization using (may_see(id)) with check (may_see(id));
grant select, update on organization to chancery_app;
grant select, insert, delete on caught_mail to chancery_app;
grant select, update on instance to chancery_app;
grant select on fair_clock to chancery_app;
grant usage on all sequences in schema public to chancery_app;

-- Public look-ups by unguessable id: each answers with the organization to look into, and nothing else.
create function organization_of_api_key(key_hash bytea) returns uuid language sql stable security definer set search_path = public, pg_temp
  as $$ select organization_id from api_key where hash = key_hash and revoked_at is null $$;
create function organization_of_public_item(item_id uuid) returns uuid language sql stable security definer set search_path = public, pg_temp
  as $$ select batch.organization_id from item join batch on batch.id = item.batch_id
        where item.id = item_id and not batch.hidden and item.status in ('issued', 'revoked') $$;
create function organization_of_status_list(list_id uuid) returns uuid language sql stable security definer set search_path = public, pg_temp
  as $$ select organization_id from status_list where id = list_id $$;
create function organization_of_template_version(version_id uuid) returns uuid language sql stable security definer set search_path = public, pg_temp
  as $$ select organization_id from template_version where id = version_id $$;
create function organization_exists(organization_id uuid) returns uuid language sql stable security definer set search_path = public, pg_temp
  as $$ select id from organization where id = organization_id $$;
