-- Predios sin construir, entre todos.
with por as materialized (
    select ubigeo, count(*) filter (where atributos->>'uso' = 'sin construir') as parte, count(*) as todos
    from lotes
    group by ubigeo
)
select ubigeo, round(100.0 * parte / nullif(todos, 0), 2) as valor from por
union all
select null, round(100.0 * sum(parte) / nullif(sum(todos), 0), 2) from por
