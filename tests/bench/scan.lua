-- wrk: each request scans the next code of the file $CODES (one a line) from line $OFFSET on; $TOKEN is the usher's bearer
-- token. Ends with "p50 … p99 … bad …", bad being all answers that are not 200.
local codes, i = {}, tonumber(os.getenv("OFFSET") or 0)
for line in io.lines(os.getenv("CODES")) do codes[#codes + 1] = line end
local headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. os.getenv("TOKEN") }
function request()
	i = i + 1
	return wrk.format("POST", nil, headers, '{"code":"' .. codes[(i - 1) % #codes + 1] .. '"}')
end
function done(summary, latency)
	io.write(("p50 %.2f p99 %.2f bad %d\n"):format(latency:percentile(50) / 1000, latency:percentile(99) / 1000,
		summary.errors.status))
end
