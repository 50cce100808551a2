-- $1 code: the zone shares of one parcel.
select z.code, st_area(st_intersection(p.geom, z.geom))
from spatial_unit p
join spatial_unit z on z.layer = 'zonificacion' and z.ubigeo = p.ubigeo
    and upper_inf(z.valid) and upper_inf(z.recorded) and st_intersects(p.geom, z.geom)
where p.layer = 'lotes' and p.ubigeo = '220101' and p.code = $1 and upper_inf(p.valid) and upper_inf(p.recorded)
