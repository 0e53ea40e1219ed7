/* Read strictly (level 1 of the recommendation): what cannot be read is no trace, and a new one begins rather than half of a
 * stranger's. Of a version that is still to come the part that we know is read, as the recommendation asks. */
#include "base/trace.h"
#include "base/uuid.h"
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* "00-<32>-<16>-<2>" */
enum { VERSION = 0, ID = 3, SPAN = 36, FLAGS = 53, LENGTH = TRACEPARENT_SIZE - 1, SPAN_BYTES = 8 };

static const char HEX[] = "0123456789abcdef";

static const struct trace *current;

static bool is_hex(const char *text, size_t len)
{
	return strspn(text, HEX) >= len;
}

static bool is_zero(const char *text, size_t len)
{
	return strspn(text, "0") >= len;
}

static bool readable(const char *text)
{
	if (!text || strlen(text) < LENGTH || text[ID - 1] != '-' || text[SPAN - 1] != '-' || text[FLAGS - 1] != '-')
		return false;
	if (!is_hex(text + VERSION, 2) || !is_hex(text + ID, TRACE_ID_SIZE - 1) ||
	    !is_hex(text + SPAN, SPAN_ID_SIZE - 1) || !is_hex(text + FLAGS, 2))
		return false;
	if (!strncmp(text, "ff", 2) || is_zero(text + ID, TRACE_ID_SIZE - 1) || is_zero(text + SPAN, SPAN_ID_SIZE - 1))
		return false;
	return text[LENGTH] == '\0' || (strncmp(text, "00", 2) && text[LENGTH] == '-');
}

/* It goes on to others as a header: what may not stand in one is left out whole. */
static bool state_fits(const char *text)
{
	size_t len = text ? strlen(text) : 0;

	for (size_t i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	return len && len < TRACESTATE_SIZE;
}

void trace_begin(struct trace *trace, const char *traceparent, const char *tracestate)
{
	uint8_t fresh[UUID_BYTES + SPAN_BYTES];

	random_name(fresh, sizeof fresh);
	hex_text(fresh, SPAN_BYTES, trace->span);
	memcpy(trace->flags, "00", 3);
	trace->state = "";
	if (!readable(traceparent)) {
		hex_text(fresh + SPAN_BYTES, UUID_BYTES, trace->id);
		return;
	}
	memcpy(trace->id, traceparent + ID, TRACE_ID_SIZE - 1);
	trace->id[TRACE_ID_SIZE - 1] = '\0';
	memcpy(trace->flags, traceparent + FLAGS, 2);
	if (state_fits(tracestate))
		trace->state = tracestate;
}

char *trace_parent(const struct trace *trace, char out[TRACEPARENT_SIZE])
{
	snprintf(out, TRACEPARENT_SIZE, "00-%s-%s-%s", trace->id, trace->span, trace->flags);
	return out;
}

void trace_turn_to(const struct trace *trace)
{
	current = trace;
}

const struct trace *trace_current(void)
{
	return current;
}
