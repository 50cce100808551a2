-- Lo ejecutado en el periodo, por municipio y en toda la provincia.
with por as materialized (
    select ubigeo, sum(soles) as soles from ejecutado where eje = 'urbano' group by ubigeo
)
select ubigeo, round(soles, 2) as valor from por
union all
select null, round(coalesce(sum(soles), 0), 2) from por
