-- nombre: Zonas que toca
-- unidad: m² o m
-- explicacion: Por clase, las zonas vigentes que la huella toca, y cuánto de ella está dentro.
-- columnas: zona=Zona; cantidad=Cantidad; area_m2=Área dentro (m²); largo_m=Largo dentro (m)
with proyecto as (
    select geom from inversiones where codigo = objeto()
)
select coalesce(z.atributos->>'codigo', 'sin clase') as zona, count(*) as cantidad,
    sum(round(st_area(st_intersection(z.geom, p.geom))::numeric, 2)) as area_m2,
    sum(round(st_length(st_intersection(z.geom, p.geom))::numeric, 2)) as largo_m
from proyecto p
join zonificacion z on st_intersects(z.geom, p.geom)
group by 1
order by 1
