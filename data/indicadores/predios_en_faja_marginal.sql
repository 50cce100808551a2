-- Predios que tocan una faja marginal.
with tocados as materialized (
    select distinct l.codigo, l.ubigeo
    from restricciones r join lotes l on st_intersects(r.geom, l.geom)
    where r.atributos->>'tipo' in ('faja_marginal')
),
por as materialized (
    select m.codigo as ubigeo, count(t.codigo) as valor
    from municipios m left join tocados t on t.ubigeo = m.codigo
    group by m.codigo
)
select ubigeo, valor from por
union all
select null, coalesce(sum(valor), 0) from por
