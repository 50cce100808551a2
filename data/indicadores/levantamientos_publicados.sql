-- Publicaciones de levantamientos en el periodo.
with por as materialized (
    select m.codigo as ubigeo, count(c.numero) as valor
    from municipios m left join cambios c
        on c.ubigeo = m.codigo and c.clase in ('levantamiento', 'ingesta') and c.fecha between desde() and hasta()
    group by m.codigo
)
select ubigeo, valor from por
union all
select null, coalesce(sum(valor), 0) from por
