-- nombre: Lotes servidos
-- unidad: lotes y m²
-- explicacion: Lotes a no más de su área de influencia de la huella del proyecto, y lo que miden juntos.
-- columnas: lotes=Lotes; area_m2=Área (m²)
with proyecto as (
    select geom,
        case when atributos->>'area_influencia_m' ~ '^[0-9]+([.][0-9]+)?$'
            then (atributos->>'area_influencia_m')::float8 else 0 end as alcance
    from inversiones
    where codigo = objeto()
)
select count(*) as lotes, coalesce(sum(round(st_area(l.geom)::numeric, 2)), 0) as area_m2
from proyecto p
join lotes l on st_dwithin(l.geom, p.geom, p.alcance)
