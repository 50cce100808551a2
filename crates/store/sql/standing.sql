-- $1 layer, $2 ubigeo, $3 codes, $4 … $7 box in EPSG:32718, $8 limit: those with the codes, then those in the box, the
-- nearest to its middle first
(select code, geom from spatial_unit
 where layer = $1 and ubigeo = $2 and upper_inf(valid) and upper_inf(recorded) and code = any ($3))
union all
(select code, geom from spatial_unit
 where layer = $1 and ubigeo = $2 and upper_inf(valid) and upper_inf(recorded)
     and geom && st_makeenvelope($4, $5, $6, $7, 32718) and code <> all ($3)
 order by geom <-> st_centroid(st_makeenvelope($4, $5, $6, $7, 32718)), code
 limit $8)
