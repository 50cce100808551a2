-- Metros cuadrados de educación y salud por predio.
with zonas as (
    select ubigeo, sum(st_area(geom)::numeric) as area
    from zonificacion
    where atributos->>'codigo' in ('E1', 'E2', 'E3', 'E4', 'H1', 'H2', 'H3', 'H4')
    group by ubigeo
),
por as materialized (
    select l.ubigeo, count(*) as predios, coalesce(max(zonas.area), 0) as area
    from lotes l left join zonas on zonas.ubigeo = l.ubigeo
    group by l.ubigeo
)
select ubigeo, round(area / nullif(predios, 0), 2) as valor from por
union all
select null, round(sum(area) / nullif(sum(predios), 0), 2) from por
