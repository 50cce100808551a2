-- $1 survey, $2 comparison, $3 layer, $4 ubigeo, $5 change number
insert into lineage (change, layer, ubigeo, operation, parent, child)
select $5, $3, $4, case when kind = 'modificacion' then 'renumeracion' else kind end, parent, child
from survey_change
cross join unnest(parents) as parent
cross join unnest(children) as child
where survey = $1 and comparison = $2 and not spoiled
    and (kind in ('subdivision', 'acumulacion', 'reajuste') or 'codigo' = any (aspects))
on conflict do nothing
