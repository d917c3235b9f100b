-- Requests similar tracks for the ids of a file, in order and repeatedly. IDS names the file, QUERY is appended to the path.
-- With DELAY, each connection waits that many milliseconds on average before its next request. wrk counts responses other
-- than 2xx and 3xx.
local ids = {}
local file = assert(os.getenv("IDS"), "IDS names a file of track ids")
for id in io.lines(file) do
    ids[#ids + 1] = id
end
local query = os.getenv("QUERY") or "k=10"
local mean = tonumber(os.getenv("DELAY") or "0")
local at = 0

function request()
    at = at % #ids + 1
    return wrk.format("GET", "/api/v1/tracks/" .. ids[at] .. "/similar?" .. query)
end

if mean > 0 then
    function delay()
        -- wrk waits whole milliseconds: round up at random so that the mean is DELAY.
        local whole = math.floor(mean)
        return math.random() < mean - whole and whole + 1 or whole
    end
end
