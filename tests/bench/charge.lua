-- wrk: each request charges one cent to the next card of the file $CARDS (numbers, one a line) at the counter of the next merchant of
-- $MERCHANTS (tokens). Ends as scan.lua does; bad are all answers of 400 and above.
local cards, tokens, i = {}, {}, math.random(1000000) -- not the same few in every run
for line in io.lines(os.getenv("CARDS")) do cards[#cards + 1] = line end
for line in io.lines(os.getenv("MERCHANTS")) do tokens[#tokens + 1] = line end
function request()
	i = i + 1
	return wrk.format("POST", nil, { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. tokens[i % #tokens + 1] },
		'{"card_uid":"' .. cards[i % #cards + 1] .. '","amount":1}')
end
function done(summary, latency)
	io.write(("p50 %.2f p99 %.2f bad %d\n"):format(latency:percentile(50) / 1000, latency:percentile(99) / 1000,
		summary.errors.status))
end
