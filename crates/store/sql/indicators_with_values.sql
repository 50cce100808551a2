-- $1 axis (none: all), $2 after this code, $3 at most: each indicator with its last value, found by the index of the
-- figures in force and not by sorting all of them
select d.code, d.content, f.period, f.ubigeo, f.value, f.content as detail
from dossier d
left join lateral (
    select f.period, f.ubigeo, f.value, f.content
    from figure f
    where f.kind = 'indicador' and f.code = d.code and f.measure = 'valor' and upper_inf(f.recorded)
    order by f.period desc, coalesce(f.ubigeo, '')
    limit 1
) f on true
where d.kind = 'indicador' and upper_inf(d.recorded)
    and ($1::text is null or d.content ->> 'eje' = $1) and ($2::text is null or d.code > $2)
order by d.code
limit $3
