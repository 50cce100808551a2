-- What is new and public, the newest first: changes of the land and its law, dossiers, reports that were signed,
-- observations that were shown or answered. Each part gives its own newest, so that none is read to its end.
-- $1 topic · $2 municipality · $3 to $6 a box in EPSG:32718 · $7 since · $8 until · $9 limit
with here as materialized (
    -- Changes that touched ground in the box: asked once, and only where there is one.
    select change_from as number from spatial_unit
    where $3::float8 is not null and geom && st_makeenvelope($3, $4, $5, $6, 32718)
    union
    select change_to from spatial_unit
    where $3::float8 is not null and change_to is not null and geom && st_makeenvelope($3, $4, $5, $6, 32718)
), land as (
    select c.number, c.at, c.ubigeo, c.layer, c.kind,
        case
            when c.layer in ('sectores', 'manzanas', 'lotes', 'vias') then 'levantamientos'
            when c.layer in ('zonificacion', 'restricciones', 'planes') then 'planes'
            when c.layer = 'inversiones' then 'inversiones'
            when c.layer = 'servicios' then 'obras'
            when c.kind = 'normas' then 'normas'
        end as topic
    from change c
    where ($2::text is null or c.ubigeo = $2) and c.at > $7 and c.at <= $8
        and ($3::float8 is null or c.number in (select number from here))
), land_newest as (
    select * from land where topic is not null and ($1::text is null or topic = $1) order by number desc limit $9
)
(select 'cambio/' || l.number as key, l.at, l.topic, l.kind, l.ubigeo, l.layer, f.code, f.name
 from land_newest l
 left join lateral (
     select code, attributes ->> 'nombre' as name from further_layer
     where l.kind = 'registro' and change_from = l.number order by code limit 1
 ) f on true)
union all
(select format('%s/%s/%s', d.kind, d.code, d.version), lower(d.recorded),
     case d.kind when 'plan' then 'planes' else 'informes' end,
     case when d.version = 1 then d.kind || '.alta' else d.kind || '.cambio' end,
     d.ubigeo, null, d.code, left(coalesce(d.content ->> 'nombre', d.content ->> 'titulo', d.code), 200)
 from dossier d
 where d.kind in ('plan', 'acuerdo', 'serie') and $3::float8 is null
     -- A series is told of while it is published, and in no other state.
     and (d.kind <> 'serie' or upper_inf(d.recorded) and d.content ->> 'estado' = 'publicada')
     and ($1::text is null or $1 = case d.kind when 'plan' then 'planes' else 'informes' end)
     and ($2::text is null or d.ubigeo = $2) and lower(d.recorded) > $7 and lower(d.recorded) <= $8
 order by lower(d.recorded) desc limit $9)
union all
(select 'informe/' || r.code, r.at, 'informes', 'informe.firma', null, null, r.code, r.code
 from sealed_report r
 where $3::float8 is null and ($1::text is null or $1 = 'informes') and $2::text is null and r.at > $7 and r.at <= $8
 order by r.at desc limit $9)
union all
(select format('observacion/%s/%s', o.id, s.number), s.at, 'observaciones', 'observacion.' || s.step, o.ubigeo, null,
     o.id::text, format('O-%s-%s', o.year, lpad(o.number::text, 6, '0'))
 from observation_step s join observation o on o.id = s.observation
 where s.step in ('publicar', 'responder') and o.state in ('publicada', 'respondida')
     and ($1::text is null or $1 = 'observaciones') and ($2::text is null or o.ubigeo = $2)
     and ($3::float8 is null or o.place && st_makeenvelope($3, $4, $5, $6, 32718)) and s.at > $7 and s.at <= $8
 order by s.at desc limit $9)
order by at desc, key desc
limit $9
