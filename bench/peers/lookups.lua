-- wrk: each request asks for a pilot drawn at random. BENCH_PILOTS names the file of ids, BENCH_TOKEN the bearer token;
-- BENCH_KNOWN=1 says that the answer is known, BENCH_GZIP=1 that gzip is taken.
local pilots = {}
for id in io.lines(os.getenv("BENCH_PILOTS")) do pilots[#pilots + 1] = id end
local headers = { ["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN") }
if os.getenv("BENCH_KNOWN") == "1" then headers["If-None-Match"] = "*" end
if os.getenv("BENCH_GZIP") == "1" then headers["Accept-Encoding"] = "gzip" end
math.randomseed(117)
request = function()
  return wrk.format("GET", "/api/v1/pilots/" .. pilots[math.random(#pilots)] .. (os.getenv("BENCH_SUFFIX") or "/rules/"), headers)
end
