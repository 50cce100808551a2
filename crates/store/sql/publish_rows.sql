-- $1 survey, $2 comparison, $3 layer, $4 ubigeo, $5 day, $6 moment, $7 change number; TABLE is the layer's
insert into TABLE (layer, ubigeo, code, valid, recorded, change_from, content, attributes, geom)
select $3, $4, r.code, daterange($5, null), tstzrange($6, null), $7, r.content, r.attributes, r.geom
from (
    select unnest(rows) as row from survey_change where survey = $1 and comparison = $2 and not spoiled
) chosen
join survey_row r on r.survey = $1 and r.row = chosen.row
