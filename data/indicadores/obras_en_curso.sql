-- Obras en curso.
with por as materialized (
    select m.codigo as ubigeo, count(s.codigo) as valor
    from municipios m left join servicios s
        on s.ubigeo = m.codigo and s.atributos->>'clase' = 'obra' and s.atributos->>'estado' = 'en_obra'
    group by m.codigo
)
select ubigeo, valor from por
union all
select null, coalesce(sum(valor), 0) from por
