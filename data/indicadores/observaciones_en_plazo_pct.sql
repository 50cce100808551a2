-- De las que vencieron en el periodo, las respondidas a tiempo.
with por as materialized (
    select ubigeo, count(*) filter (where respondida <= plazo) as parte, count(*) as todas
    from observaciones
    where plazo between desde() and least(hasta(), fecha())
    group by ubigeo
)
select ubigeo, round(100.0 * parte / nullif(todas, 0), 2) as valor from por
union all
select null, round(100.0 * sum(parte) / nullif(sum(todas), 0), 2) from por
