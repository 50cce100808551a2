-- Lo zonificado entre lo que los planes urbanos cubren.
with zonas as (
    select ubigeo, sum(st_area(geom)::numeric) as area from zonificacion group by ubigeo
),
por as materialized (
    select p.ubigeo, sum(st_area(p.geom)::numeric) as perimetro, coalesce(max(zonas.area), 0) as zonificado
    from planes p left join zonas on zonas.ubigeo = p.ubigeo
    where lower(p.atributos->>'tipo') in ('pdu', 'eou')
    group by p.ubigeo
)
select ubigeo, round(least(100 * zonificado / nullif(perimetro, 0), 100), 2) as valor from por
union all
select null, round(least(100 * sum(zonificado) / nullif(sum(perimetro), 0), 100), 2) from por
