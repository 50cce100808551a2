-- Predios vigentes.
with por as materialized (
    select ubigeo, count(*) as valor from lotes group by ubigeo
)
select ubigeo, valor from por
union all
select null, coalesce(sum(valor), 0) from por
