-- What lists of people and templates show.

alter table member
  add phone text,
  add email_verified_at timestamptz,
  add phone_verified_at timestamptz,
  add role text not null default 'member' check (role in ('owner', 'admin', 'member'));

-- Addresses in lower case, to be looked up by. A column and no expression: under row-level security an index on lower(email) is not used,
-- because lower() might tell of rows that may not be seen (it is not leakproof), and the whole table is read instead: 2.4 s for one address
-- among 1,110,000, now 2 ms. Expressions are dropped so that the columns are written like any other.
alter table item add email_key text collate "C" generated always as (lower(email)) stored;
alter table item alter email_key drop expression, alter email_key set not null;
drop index item_email;
create index item_email on item (organization_id, email_key);
alter table member add email_key text collate "C" generated always as (lower(email)) stored;
alter table member alter email_key drop expression, alter email_key set not null;
create index member_email on member (organization_id, email_key);

-- What lists say of a template, so that they need not read its artwork. A version never changes, and neither do they.
alter table template_version add slots integer[] not null default '{}', add language text not null default 'en', add fields jsonb not null default '[]';
alter table template_version disable trigger template_version_is_immutable;
update template_version set
  slots = array(select (element->>'slot')::int from jsonb_array_elements(content->'elements') element where element->>'type' = 'signatory' order by 1),
  language = content->>'language',
  fields = content->'fields';
alter table template_version enable trigger template_version_is_immutable;
alter table template_version alter slots drop default, alter language drop default, alter fields drop default;

create function organization_of_member(member_id uuid) returns uuid language sql stable security definer set search_path = public, pg_temp
  as $$ select organization_id from member where id = member_id $$;

alter table organization add updated_at timestamptz not null default clock_timestamp();
