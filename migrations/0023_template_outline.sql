-- All of a template version that is not drawn: lists say what a row must hold without reading pictures of megabytes.
alter table template_version add column outline jsonb generated always as (content - 'elements' - 'assets') stored;
