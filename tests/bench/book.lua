-- wrk: each request books two tickets of category $CATEGORY of event 1, with the next customer's token of the file $TOKENS
-- from line $OFFSET on. Ends as scan.lua does; bad are all answers of 400 and above.
local tokens, i = {}, tonumber(os.getenv("OFFSET") or 0)
for line in io.lines(os.getenv("TOKENS")) do tokens[#tokens + 1] = line end
local body = ('{"event_id":1,"items":[{"category_id":%s,"quantity":2}]}'):format(os.getenv("CATEGORY"))
function request()
	i = i + 1
	return wrk.format("POST", nil, { ["Content-Type"] = "application/json",
		["Authorization"] = "Bearer " .. tokens[(i - 1) % #tokens + 1] }, body)
end
function done(summary, latency)
	io.write(("p50 %.2f p99 %.2f bad %d\n"):format(latency:percentile(50) / 1000, latency:percentile(99) / 1000,
		summary.errors.status))
end
