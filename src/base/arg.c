/* The functions that arg.h's _Generic picks from. Each fills the whole struct, so that a value carries
 * nothing of its neighbour. */
#include "base/arg.h"
#include <assert.h>
#include <string.h>

struct arg arg_same(struct arg a)
{
	return a;
}

struct arg arg_int(int64_t i)
{
	return (struct arg){ .type = ARG_INT, .i = i };
}

struct arg arg_uint(uint64_t u)
{
	assert(u <= INT64_MAX);
	return arg_int((int64_t)u);
}

struct arg arg_text(const char *s)
{
	if (!s)
		return arg_null();
	return (struct arg){ .type = ARG_TEXT, .s = s, .len = strlen(s) };
}

struct arg arg_bytes(const void *bytes, size_t len)
{
	if (!bytes)
		return arg_null();
	return (struct arg){ .type = ARG_BYTES, .s = bytes, .len = len };
}

struct arg arg_time(int64_t ms)
{
	return (struct arg){ .type = ARG_TIME, .i = ms };
}

struct arg arg_time_or_null(int64_t ms)
{
	return ms ? arg_time(ms) : arg_null();
}

struct arg arg_id_or_null(int64_t id)
{
	return id ? arg_int(id) : arg_null();
}

struct arg arg_null(void)
{
	return (struct arg){ .type = ARG_NULL };
}

struct args args_into(struct args values, struct arg into[])
{
	memcpy(into, values.v, values.n * sizeof *into);
	return (struct args){ values.n, into };
}
