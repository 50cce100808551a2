-- What a file brought as text may be a day or an instant. A text that is neither is not known, and stops no question.
create function filter_day(written text) returns date
language plpgsql immutable strict parallel safe as $$
begin
    return case when written ~ '^\d{4}-\d{2}-\d{2}$' then written::date end;
exception when data_exception then
    return null;
end
$$;

create function filter_instant(written text) returns timestamptz
language plpgsql stable strict parallel safe as $$
begin
    -- An instant that does not say of which place is of the province.
    return case
        when written ~ '^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)$' then written::timestamptz
        when written ~ '^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$' then written::timestamp at time zone 'America/Lima'
        when written ~ '^\d{4}-\d{2}-\d{2}$' then written::date::timestamp at time zone 'America/Lima'
    end;
exception when data_exception then
    return null;
end
$$;
