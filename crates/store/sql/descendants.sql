-- $1 layer, $2 code
with recursive down as (
    select l.*, 1 as steps from lineage l where l.layer = $1 and l.parent = $2
    union
    select l.*, down.steps + 1
    from lineage l join down on l.layer = $1 and l.parent = down.child and l.change > down.change
    where down.steps < 100
)
select down.operation, down.parent, down.child, down.change, c.at, c.reason, c.document, min(down.steps) as steps
from down join change c on c.number = down.change
group by down.operation, down.parent, down.child, down.change, c.at, c.reason, c.document
order by steps, down.change, down.child
limit 1000
