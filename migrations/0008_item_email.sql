-- Certificates are looked up by the recipient's address. The pattern class compares bytes whatever the database's collation, so the index
-- serves equality and beginnings alike. Neither column is changed by issuing, so the one update of an item stays in place (see 0007).
create index item_email on item (organization_id, lower(email) text_pattern_ops);

-- Asked once for a statement and not once for a row: counting the 1,110,000 items of one organization took 3.5 s, now 1.5 s.
do $$
declare large_table text;
begin
  foreach large_table in array array['item', 'delivery', 'chunk'] loop
    execute format('alter policy one_organization on %I
      using ((select current_user <> ''chancery_app'') or organization_id = (select current_organization()))
      with check ((select current_user <> ''chancery_app'') or organization_id = (select current_organization()))', large_table);
  end loop;
end $$;
