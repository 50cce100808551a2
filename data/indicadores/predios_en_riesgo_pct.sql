-- De las pocas restricciones a los muchos predios, por el índice espacial.
with tocados as materialized (
    select distinct l.codigo, l.ubigeo
    from restricciones r join lotes l on st_intersects(r.geom, l.geom)
    where r.atributos->>'tipo' in ('riesgo_alto', 'riesgo_muy_alto')
),
parte as (select ubigeo, count(*) as parte from tocados group by ubigeo),
por as materialized (
    select l.ubigeo, count(*) as todos, coalesce(max(parte.parte), 0) as parte
    from lotes l left join parte on parte.ubigeo = l.ubigeo
    group by l.ubigeo
)
select ubigeo, round(100.0 * parte / nullif(todos, 0), 2) as valor from por
union all
select null, round(100.0 * sum(parte) / nullif(sum(todos), 0), 2) from por
