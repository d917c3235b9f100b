-- Asks for ten tracks like each of many tracks, in the order of a file of ids; IDS names the file, QUERY what follows
-- the path. Answers that are not 200 are counted by wrk itself.
local ids = {}
local file = assert(os.getenv("IDS"), "IDS names a file of track ids")
for id in io.lines(file) do
    ids[#ids + 1] = id
end
local query = os.getenv("QUERY") or "k=10"
local at = 0

function request()
    at = at % #ids + 1
    return wrk.format("GET", "/api/v1/tracks/" .. ids[at] .. "/similar?" .. query)
end
