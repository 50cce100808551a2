-- Manzanas con una red a treinta metros o menos, entre todas.
with servidas as materialized (
    select distinct m.codigo, m.ubigeo
    from servicios s join manzanas m on st_dwithin(s.geom, m.geom, 30)
    where s.atributos->>'clase' = 'red' and s.atributos->>'servicio' = 'desague'
        and s.atributos->>'estado' = 'en_servicio'
),
parte as (select ubigeo, count(*) as parte from servidas group by ubigeo),
por as materialized (
    select m.ubigeo, count(*) as todas, coalesce(max(parte.parte), 0) as parte
    from manzanas m left join parte on parte.ubigeo = m.ubigeo
    group by m.ubigeo
)
select ubigeo, round(100.0 * parte / nullif(todas, 0), 2) as valor from por
union all
select null, round(100.0 * sum(parte) / nullif(sum(todas), 0), 2) from por
