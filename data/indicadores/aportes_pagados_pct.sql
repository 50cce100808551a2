-- Pagado entre acordado, de los periodos que terminan en este.
with por as materialized (
    select ubigeo,
        sum(valor::numeric) filter (where medida in ('pagado_fijo', 'pagado_variable')) as pagado,
        sum(valor::numeric) filter (where medida in ('acordado_fijo', 'acordado_variable')) as acordado
    from cifras
    where clase = 'aporte' and codigo = 'aportes' and fin between desde() and hasta() and ubigeo is not null
    group by ubigeo
)
select ubigeo, round(100 * coalesce(pagado, 0) / nullif(acordado, 0), 2) as valor from por
union all
select null, round(100 * coalesce(sum(pagado), 0) / nullif(sum(acordado), 0), 2) from por
