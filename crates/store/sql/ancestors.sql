-- $1 layer, $2 code
-- Only earlier changes lead further back: a code that came again does not run in a circle.
with recursive up as (
    select l.*, 1 as steps from lineage l where l.layer = $1 and l.child = $2
    union
    select l.*, up.steps + 1 from lineage l join up on l.layer = $1 and l.child = up.parent and l.change < up.change
    where up.steps < 100
)
select up.operation, up.parent, up.child, up.change, c.at, c.reason, c.document, min(up.steps) as steps
from up join change c on c.number = up.change
group by up.operation, up.parent, up.child, up.change, c.at, c.reason, c.document
order by steps, up.change desc, up.parent
limit 1000
