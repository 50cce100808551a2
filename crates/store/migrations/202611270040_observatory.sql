-- Series of partners: each its own, from its first version on, and published by somebody else.

-- Who offered a series; none for the console.
create function series_author(code text) returns uuid stable language sql as $$
    select d.account from dossier d where d.kind = 'serie' and d.code = $1 and d.version = 1
$$;

-- A partner writes what it offers, and never that it is published.
drop policy offered_by_partners on dossier;
create policy offered_by_partners on dossier for insert to catastro_servicio with check (
    account = (select acting_account()) and kind = 'serie' and (select acts_everywhere('{aliado}'))
    and content ->> 'estado' in ('ofrecida', 'retirada')
    and (version = 1 or series_author(code) = (select acting_account())));
-- After a planner's review the version in force is the planner's: its author goes on from there.
drop policy closed_by_its_partner on dossier;
create policy closed_by_its_partner on dossier for update to catastro_servicio using (
    kind = 'serie' and (select acts_everywhere('{aliado}')) and series_author(code) = (select acting_account()));

-- Nobody publishes their own, be they a planner too.
create policy published_by_another on dossier as restrictive for insert to catastro_servicio with check (
    kind <> 'serie' or coalesce(content ->> 'estado', '') <> 'publicada'
    or (version > 1 and series_author(code) is distinct from (select acting_account())));

-- Values and papers of one's own series, and of no other.
drop policy offered_by_partners on figure;
create policy offered_by_partners on figure for insert to catastro_servicio with check (
    account = (select acting_account()) and kind = 'serie' and (select acts_everywhere('{aliado}'))
    and series_author(code) = (select acting_account()));
drop policy closed_by_its_partner on figure;
create policy closed_by_its_partner on figure for update to catastro_servicio using (
    kind = 'serie' and (select acts_everywhere('{aliado}')) and series_author(code) = (select acting_account()));
drop policy offered_by_partners on attachment;
create policy offered_by_partners on attachment for insert to catastro_servicio with check (
    account = (select acting_account()) and kind = 'serie' and (select acts_everywhere('{aliado}'))
    and series_author(code) = (select acting_account()));

-- What was published by a change: progress of a cadastral project asks for it.
create index if not exists change_of_kind on change (kind, at) where kind in ('levantamiento', 'ingesta');
