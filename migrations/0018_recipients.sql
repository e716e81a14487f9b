-- Recipients who are members: what is known of them fills gaps, and what was issued to them is theirs, whatever their address is later.

-- What a row may leave out, by field name.
alter table member add column profile jsonb not null default '{}';

-- The member it was issued to, or who joined later with its address.
alter table item add column member_id uuid;
create index item_member on item (member_id, created_at, batch_id, seq) where member_id is not null;

-- Of the issued items those whose recipient was a member then.
alter table chunk add column internal integer not null default 0;

update item set member_id = member.id from (
  select distinct on (organization_id, email_key) organization_id, email_key, id from member where not is_archived
  order by organization_id, email_key, number) member
where item.organization_id = member.organization_id and item.email_key = member.email_key;
