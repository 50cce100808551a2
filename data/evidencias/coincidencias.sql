-- nombre: Otros proyectos y obras a su alcance
-- unidad: proyectos y obras
-- explicacion: Proyectos de inversión y obras a no más del área de influencia de la huella, cuyo plazo tiene días en común con el del proyecto.
-- columnas: capa=Capa; codigo=Código; nombre=Nombre; inicio=Inicio; fin=Fin
with proyecto as (
    select geom, atributos->>'inicio' as inicio, atributos->>'fin' as fin,
        case when atributos->>'area_influencia_m' ~ '^[0-9]+([.][0-9]+)?$'
            then (atributos->>'area_influencia_m')::float8 else 0 end as alcance
    from inversiones
    where codigo = objeto()
)
select c.capa, c.codigo, c.atributos->>'nombre' as nombre, c.atributos->>'inicio' as inicio, c.atributos->>'fin' as fin
from proyecto p
join capas c on st_dwithin(c.geom, p.geom, p.alcance)
where c.capa in ('inversiones', 'servicios')
    and not (c.capa = 'inversiones' and c.codigo = objeto())
    and c.atributos->>'inicio' <= p.fin
    and c.atributos->>'fin' >= p.inicio
order by 1, 2
