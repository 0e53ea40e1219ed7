-- wrk: the same GET each time, with the next bearer token of the file $TOKENS where it is given.
local tokens, i = {}, 0
if os.getenv("TOKENS") then for line in io.lines(os.getenv("TOKENS")) do tokens[#tokens + 1] = line end end
function request()
	i = i + 1
	local token = tokens[(i - 1) % math.max(#tokens, 1) + 1]
	return wrk.format("GET", nil, token and { ["Authorization"] = "Bearer " .. token } or {})
end
function done(summary, latency)
	io.write(("p50 %.2f p99 %.2f bad %d\n"):format(latency:percentile(50) / 1000, latency:percentile(99) / 1000,
		summary.errors.status))
end
