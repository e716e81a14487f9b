-- Nothing is ever planned by what these columns hold, or they are unique: reading and sorting them for every ANALYZE of a growing table
-- was most of its cost, and that was a third of what the database did for a batch.
alter table item
  alter id set statistics 0,
  alter reference_id set statistics 0,
  alter row_number set statistics 0,
  alter name set statistics 0,
  alter email set statistics 0,
  alter expiry_date set statistics 0,
  alter fields set statistics 0,
  alter cells set statistics 0,
  alter pack_key set statistics 0,
  alter prefix_hash set statistics 0,
  alter tail_offset set statistics 0,
  alter tail_length set statistics 0,
  alter credential_offset set statistics 0,
  alter credential_length set statistics 0,
  alter document_sha256 set statistics 0,
  alter issued_at set statistics 0,
  alter revocation_reason set statistics 0;
