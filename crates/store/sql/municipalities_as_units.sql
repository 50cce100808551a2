-- Municipalities with the columns of spatial_unit.
select ubigeo, ubigeo as code, daterange('0001-01-01', null) as valid, 0::bigint as change_from,
    jsonb_build_object('nombre', name, 'provincia', province, 'exactitud_m', accuracy_m, 'demostracion', demonstration)
        as attributes,
    outline::geometry as geom
from municipality
