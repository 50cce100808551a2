-- The last two values of each indicator for the whole province, in periods of its own length, the newest first.
select d.code, f.period, f.value
from dossier d
cross join lateral (
    select figure.period, figure.value
    from figure
    where kind = 'indicador' and code = d.code and measure = 'valor' and coalesce(ubigeo, '') = '' and upper_inf(recorded)
        and period like case d.content->>'periodicidad'
            when 'anual' then '____' when 'semestral' then '____-S_' when 'trimestral' then '____-T_' else '____-__' end
        -- A half and a quarter are as long as a month is.
        and (d.content->>'periodicidad' <> 'mensual' or period ~ '-[01][0-9]$')
    order by figure.period desc
    limit 2
) f
where d.kind = 'indicador' and upper_inf(d.recorded)
order by d.code, f.period desc
