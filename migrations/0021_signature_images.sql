-- Signature pictures are kept once and named by their hash: a batch of one recipient must not cost a copy of each, and what is compiled
-- with a picture is found again without reading it.

create table signature_image (
  organization_id uuid not null references organization,
  sha256 bytea not null check (sha256 = sha256(png)),
  png bytea not null,
  primary key (organization_id, sha256)
);

alter table signature_image enable row level security;
alter table signature_image force row level security;
create policy one_organization on signature_image using (may_see(organization_id)) with check (may_see(organization_id));
grant select, insert, update, delete on signature_image to chancery_app;

alter table batch_signature add column sha256 bytea;
update batch_signature set sha256 = sha256(png);
insert into signature_image (organization_id, sha256, png)
  select distinct on (organization_id, sha256) organization_id, sha256, png from batch_signature order by organization_id, sha256;
alter table batch_signature drop column png, alter column sha256 set not null,
  add foreign key (organization_id, sha256) references signature_image;

alter table member add column signature_sha256 bytea generated always as (sha256(signature)) stored;
