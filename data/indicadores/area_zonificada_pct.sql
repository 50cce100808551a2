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
-- «least» pasa por alto lo que no hay: sin perímetro no hay valor.
select ubigeo, case when perimetro > 0 then round(least(100 * zonificado / perimetro, 100), 2) end as valor from por
union all
select null, case when sum(perimetro) > 0 then round(least(100 * sum(zonificado) / sum(perimetro), 100), 2) end from por
