-- Hectáreas de áreas de conservación; lo que se traslapa en un municipio se cuenta una vez.
with por as materialized (
    select ubigeo, round((st_area(st_union(geom)) / 10000)::numeric, 4) as valor
    from restricciones
    where atributos->>'tipo' = 'area_conservacion'
    group by ubigeo
)
select ubigeo, valor from por
union all
select null, coalesce(sum(valor), 0) from por
