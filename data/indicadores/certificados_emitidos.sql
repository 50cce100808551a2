-- Certificados emitidos en el periodo, sin los anulados.
with por as materialized (
    select m.codigo as ubigeo, count(c.numero) as valor
    from municipios m left join certificados c on c.ubigeo = m.codigo and c.emitido between desde() and hasta()
    group by m.codigo
)
select ubigeo, valor from por
union all
select null, coalesce(sum(valor), 0) from por
