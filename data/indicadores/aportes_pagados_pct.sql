-- Pagado entre acordado, de los periodos que terminan en este.
with aportes as (
    select ubigeo, medida, valor, case
            when length(periodo) = 7 and left(right(periodo, 3), 2) = '-T'
                then (make_date(left(periodo, 4)::int, 3 * right(periodo, 1)::int, 1) + interval '1 month')::date - 1
            when length(periodo) = 7 and left(right(periodo, 3), 2) = '-S'
                then (make_date(left(periodo, 4)::int, 6 * right(periodo, 1)::int, 1) + interval '1 month')::date - 1
            when length(periodo) = 7
                then (make_date(left(periodo, 4)::int, right(periodo, 2)::int, 1) + interval '1 month')::date - 1
            else make_date(periodo::int, 12, 31)
        end as fin
    from cifras
    where clase = 'aporte' and codigo = 'aportes'
),
por as materialized (
    select ubigeo,
        sum(valor::numeric) filter (where medida in ('pagado_fijo', 'pagado_variable')) as pagado,
        sum(valor::numeric) filter (where medida in ('acordado_fijo', 'acordado_variable')) as acordado
    from aportes
    where fin between desde() and hasta() and ubigeo is not null
    group by ubigeo
)
select ubigeo, round(100 * coalesce(pagado, 0) / nullif(acordado, 0), 2) as valor from por
union all
select null, round(100 * coalesce(sum(pagado), 0) / nullif(sum(acordado), 0), 2) from por
