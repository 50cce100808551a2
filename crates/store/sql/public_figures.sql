-- $1 kind, $2 code, $3 period, $4 moment (each none: all, now), $5 after this id, $6 at most: what anybody may read. A series
-- is read while it is published, and as of a moment at which it was; the other kinds always are
select f.id, f.kind, f.code, coalesce(d.content ->> 'nombre', p.attributes ->> 'nombre') as name, f.measure, f.period,
    f.ubigeo, f.value, lower(f.recorded) as since, f.content, d.content ->> 'unidad' as unit,
    d.content ->> 'licencia' as licence
from figure f
left join dossier d on d.kind = f.kind and d.code = f.code and upper_inf(d.recorded)
left join further_layer p on f.kind = 'inversion' and p.layer = 'inversiones' and p.code = f.code
    and upper_inf(p.valid) and upper_inf(p.recorded)
where f.id > $5
    and case when $4::timestamptz is null then upper_inf(f.recorded) else f.recorded @> $4::timestamptz end
    and ($1::text is null or f.kind = $1) and ($2::text is null or f.code = $2) and ($3::text is null or f.period = $3)
    and (f.kind <> 'serie' or (d.content ->> 'estado' = 'publicada'
        and ($4::timestamptz is null or exists (
            select from dossier v where v.kind = 'serie' and v.code = f.code and v.recorded @> $4::timestamptz
                and v.content ->> 'estado' = 'publicada'))))
order by f.id
limit $6
