-- Asks for tracks like each of many tracks, in the order of a file of ids, around and around. IDS names the file, QUERY
-- what follows the path. With DELAY, each connection waits so many milliseconds on average between an answer and its next
-- request. Answers that are not 200 are counted by wrk itself.
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
        -- wrk waits whole milliseconds: so often one more that the mean is right.
        local whole = math.floor(mean)
        return math.random() < mean - whole and whole + 1 or whole
    end
end
