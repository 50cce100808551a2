-- For wrk: asks each path of a list (PATHS) after a prefix (PREFIX), each thread from its own place in the list.
wrk.method = os.getenv("METHOD") or "GET"
local threads = 0
function setup(thread)
    thread:set("turn", threads)
    threads = threads + 1
end

local requests = {}
local at = 0
function init()
    for line in io.lines(os.getenv("PATHS")) do
        requests[#requests + 1] = wrk.format(nil, os.getenv("PREFIX") .. line)
    end
    at = math.floor(turn * #requests / 2)
end

function request()
    at = at % #requests + 1
    return requests[at]
end

function done(summary, latency)
    local errors = summary.errors
    print(string.format(
        'RESULT {"per_second": %.1f, "p50_ms": %.3f, "p99_ms": %.3f, "bytes": %.0f, "errors": %d}',
        summary.requests / summary.duration * 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        summary.bytes / summary.requests,
        errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
