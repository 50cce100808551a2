-- El último avance físico hasta el fin del periodo, ponderado por el costo.
with avances as (
    select codigo, periodo, valor, fin
    from cifras
    where clase = 'inversion' and medida = 'fisico_pct'
),
hasta_el_fin as (
    select distinct on (codigo) codigo, valor from avances where fin <= hasta() order by codigo, fin desc, periodo desc
),
-- Apilado y agrupado, no cruzado: tarda lo mismo con cinco mil proyectos.
filas as (
    select codigo, ubigeo, coalesce((atributos->'costo_soles')::numeric, 0) as costo, 0::numeric as avance
    from inversiones
    where atributos->>'fase' in ('ejecucion', 'funcionamiento')
    union all
    select codigo, null, 0, valor::numeric from hasta_el_fin
),
proyectos as (
    select max(ubigeo) as ubigeo, sum(costo) as costo, sum(costo) * sum(avance) as hecho
    from filas
    group by codigo
    having max(ubigeo) is not null
),
por as materialized (
    select ubigeo, sum(costo) as costo, sum(hecho) as hecho from proyectos group by ubigeo
)
select ubigeo, round(hecho / nullif(costo, 0), 2) as valor from por
union all
select null, round(sum(hecho) / nullif(sum(costo), 0), 2) from por
