#ifndef BASE_TRACE_H
#define BASE_TRACE_H
/* W3C Trace Context: which work of others what is done here belongs to, so that one request can be followed from whoever sent
 * it through our log to whomever we call. A request that names none begins one. */
#include <stdbool.h>

enum { TRACE_ID_SIZE = 33, SPAN_ID_SIZE = 17, TRACEPARENT_SIZE = 56, TRACESTATE_SIZE = 513 };

struct trace {
	char id[TRACE_ID_SIZE];	 /* of the whole, 32 hex digits */
	char span[SPAN_ID_SIZE]; /* of our part of it, 16 */
	char flags[3];
	const char *state; /* the sender's own, handed on as it came, where it came in; "" when none */
};

/* Our part of what these two headers name (NULL: not sent); of a new whole where they name nothing that can be read.
 * tracestate must outlive it. */
void trace_begin(struct trace *trace, const char *traceparent, const char *tracestate);
/* The header for whom we call, and for what is kept to be done later. Returns out. */
char *trace_parent(const struct trace *trace, char out[TRACEPARENT_SIZE]);
/* What is done, logged and called from here on belongs to it; NULL: to nothing. It must live until then. */
void trace_turn_to(const struct trace *trace);
/* What was turned to last; NULL: nothing. */
const struct trace *trace_current(void);

#endif
