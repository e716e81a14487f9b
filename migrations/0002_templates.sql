-- Templates and their versions. A version's content never changes.

create table template (
  id uuid primary key,
  number integer generated always as identity unique,
  organization_id uuid not null references organization,
  name text not null,
  archived_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp()
);
create index on template (organization_id, created_at desc, id);

create table template_version (
  id uuid primary key,
  organization_id uuid not null references organization,
  template_id uuid not null references template,
  version integer not null,
  content jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  unique (template_id, version)
);

create function refuse_update() returns trigger language plpgsql
  as $$ begin raise exception 'a template version never changes' using errcode = 'restrict_violation'; end $$;
create trigger template_version_is_immutable before update on template_version
  for each row execute function refuse_update();

create table template_signatory (
  template_id uuid not null references template,
  slot integer not null check (slot between 1 and 10),
  organization_id uuid not null references organization,
  member_id uuid not null references member,
  auto_approve boolean not null default false,
  primary key (template_id, slot)
);
