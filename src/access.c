/* Each process has the file open for itself and adds lines whole (base/line_file.h): so those of many never mix, and nobody
 * waits for anybody. Where it cannot be written, answers go on without, which the log says once a minute. */
#include "access.h"
#include "base/line_file.h"
#include "base/log.h"
#include "http/http.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

/* What is longer is cut off. */
enum { LINE_MAX_BYTES = 8192, PATH_MAX_BYTES = 4096, WORD_MAX_BYTES = 40 };

static struct line_file file = { .fd = -1 };
static ms_t next_try; /* by the monotonic clock: not before, where it failed */

static void complain(const char *path)
{
	next_try = clock_monotonic() + MS_MINUTE;
	log_error("access_log_unwritable", F("file", path), F("error", strerror(errno)));
}

static bool is_open(const char *path)
{
	if (file.fd >= 0)
		return true;
	if (clock_monotonic() < next_try)
		return false;
	if (line_file_open(&file, path))
		return true;
	complain(path);
	return false;
}

static bool note_json(const struct exchange *x, int status, int64_t bytes)
{
	const struct request *rq = &x->rq;
	/* `live` has no listening socket of a pool. */
	const char *pool = x->worker->server ? POOL[x->worker->pool].name : "live";
	struct arg size = bytes == ACCESS_BYTES_UNKNOWN ? arg_null() : arg_int(bytes);

	return log_fields_to(&file, LOG_INFO_, "access",
			     (const struct log_field[]){ F("ip", rq->ip),
							 F("method", x->http->method),
							 F("path", x->http->path),
							 F("protocol", x->http->protocol),
							 F("status", status),
							 F("bytes", size),
							 F("ms", clock_monotonic() - x->began),
							 F("role", role_name(rq->who.role)),
							 F("account", rq->who.account_id),
							 F("pool", pool),
							 F("user_agent", rq->user_agent),
							 { NULL, { 0 } } });
}

/* host ident authuser [date] "request" status bytes. In the request each byte that could end it or break the line is %XX. */
static bool note_common(const struct exchange *x, int status, int64_t bytes)
{
	const struct request *rq = &x->rq;
	struct buf *line = buf_new(rq->mem, LINE_MAX_BYTES), *path = buf_new(rq->mem, PATH_MAX_BYTES);
	struct buf *method = buf_new(rq->mem, WORD_MAX_BYTES), *protocol = buf_new(rq->mem, WORD_MAX_BYTES);
	char when[40];

	buf_url(path, x->http->path ? x->http->path : "-", "/:@!$&'()*+,;=");
	buf_url(method, x->http->method, "");
	buf_url(protocol, x->http->protocol, "/");
	clock_format(rq->now, "UTC", "%d/%b/%Y:%H:%M:%S +0000", when, sizeof when);
	buf_text(line, *rq->ip ? rq->ip : "-");
	if (rq->who.account_id)
		buf_printf(line, " - %lld [%s] \"", (long long)rq->who.account_id, when);
	else
		buf_printf(line, " - - [%s] \"", when);
	buf_printf(line, "%s %s %s\" %d ", method->data, path->data, protocol->data, status);
	if (bytes == ACCESS_BYTES_UNKNOWN)
		buf_text(line, "-\n");
	else
		buf_printf(line, "%lld\n", (long long)bytes);
	return line_file_add(&file, line->data, line->len);
}

void access_note(const struct exchange *x, int status, int64_t bytes)
{
	const struct config *config = x->rq.config;
	bool common = !strcmp(config->access_log_format, "common");

	if (!*config->access_log || !is_open(config->access_log))
		return;
	if (common ? note_common(x, status, bytes) : note_json(x, status, bytes))
		return;
	complain(config->access_log);
	close(file.fd);
	file.fd = -1;
}
