-- nombre: Restricciones que cruza
-- unidad: m² o m
-- explicacion: Por tipo, las restricciones vigentes que la huella toca; de una superficie, los metros cuadrados dentro, y de una línea, los metros.
-- columnas: tipo=Restricción; cantidad=Cantidad; area_m2=Área dentro (m²); largo_m=Largo dentro (m)
with proyecto as (
    select geom from inversiones where codigo = objeto()
)
select coalesce(r.atributos->>'tipo', 'sin tipo') as tipo, count(*) as cantidad,
    sum(round(st_area(st_intersection(r.geom, p.geom))::numeric, 2)) as area_m2,
    sum(round(st_length(st_intersection(r.geom, p.geom))::numeric, 2)) as largo_m
from proyecto p
join restricciones r on st_intersects(r.geom, p.geom)
group by 1
order by 1
