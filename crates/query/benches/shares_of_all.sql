-- The zone shares of all parcels, as one parallel join.
select count(*), sum(st_area(st_intersection(p.geom, z.geom)))
from parcel p
join zone z on z.ubigeo = p.ubigeo and st_intersects(p.geom, z.geom)
    and upper_inf(z.valid) and upper_inf(z.recorded)
where p.ubigeo = '220101' and upper_inf(p.valid) and upper_inf(p.recorded)
