-- $1 projects, $2 the node of a tree that each names (or none), $3 what each costs, $4 moment (none: now). By node: how many
-- projects, what they cost, what is spent, and what is built: weighted by cost, and plain. A project of which nothing was
-- reported has not begun.
with reported as (
    -- Of each project and measure the value of the period that ends last, of those the shortest: the greatest array. Thousands
    -- of projects are grouped faster than they are sorted.
    select f.code, f.measure, (max(array[consulta.fin_de(f.period) - date '2000-01-01',
        coalesce(array_position(array['', 'S', 'T'], substr(f.period, 6, 1)), 4), f.value]))[3] as value
    from figure f
    where f.kind = 'inversion' and f.code = any ($1) and f.measure in ('fisico_pct', 'financiero_soles') and f.ubigeo is null
        and case when $4::timestamptz is null then upper_inf(f.recorded) else f.recorded @> $4::timestamptz end
    group by f.code, f.measure
), project as (
    select p.node, greatest(p.cost, 0) as cost, coalesce(least(greatest(built.value, 0), 100), 0) as physical,
        coalesce(spent.value, 0) as spent
    from unnest($1::text[], $2::text[], $3::float8[]) as p (code, node, cost)
    left join reported built on built.code = p.code and built.measure = 'fisico_pct'
    left join reported spent on spent.code = p.code and spent.measure = 'financiero_soles'
)
select node, count(*)::int as projects, sum(cost) as cost, sum(spent) as spent, sum(cost * physical) as weighted,
    sum(physical) as plain
from project
group by node
