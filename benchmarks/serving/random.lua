-- Asks for the paths of a file in turn; counts answers that are not 200.
local paths, at = {}, 0
wrong = 0
local threads = {}

function setup(thread) table.insert(threads, thread) end

function init()
    for line in io.lines(os.getenv("BENCH_PATHS")) do paths[#paths + 1] = line end
    local cookie = os.getenv("BENCH_COOKIE")
    if cookie and cookie ~= "" then wrk.headers["Cookie"] = cookie end
end

function request()
    at = at % #paths + 1
    return wrk.format("GET", paths[at])
end

function response(status) if status ~= 200 then wrong = wrong + 1 end end

function done(summary, latency)
    local failed = 0
    for _, thread in ipairs(threads) do failed = failed + thread:get("wrong") end
    io.write(string.format("BENCH %d %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50),
        latency:percentile(99), failed + summary.errors.connect + summary.errors.read + summary.errors.timeout,
        summary.bytes))
end
