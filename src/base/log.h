#ifndef BASE_LOG_H
#define BASE_LOG_H
/* Structured logs: one JSON object a line on stderr, so that nothing a client sends can forge a line.
 * Every line carries "at" (ISO 8601 UTC), "level", "event", "pid", and "request_id" while one is served, and "trace_id" and
 * "span_id" while what is done belongs to a trace (base/trace.h); "cut": true when something did not fit. */
#include "base/arg.h"
#include <stdbool.h>

struct line_file;

enum log_level { LOG_DEBUG_, LOG_INFO_, LOG_WARN_, LOG_ERROR_ };

struct log_field {
	const char *key;
	struct arg value;
};

/* clang-format off */
#define F(key, value) { (key), arg(value) }
#define log_write(level, event, ...)                                                               \
	log_fields(level, event, (const struct log_field[]){ __VA_ARGS__, { NULL, { 0 } } })
/* clang-format on */
/* log_info("worker_start", F("pool", "web"), F("pid", pid)); at least one field. */
#define log_debug(event, ...) log_write(LOG_DEBUG_, event, __VA_ARGS__)
#define log_info(event, ...) log_write(LOG_INFO_, event, __VA_ARGS__)
#define log_warn(event, ...) log_write(LOG_WARN_, event, __VA_ARGS__)
#define log_error(event, ...) log_write(LOG_ERROR_, event, __VA_ARGS__)

/* Lines go to the file of that name from now on (line_file.h), and to stderr where it takes none. False: it cannot be opened;
 * errno says why. path is borrowed. */
bool log_to(const char *path);
/* Lines below this level are dropped. Default LOG_INFO_. */
void log_threshold(enum log_level level);
/* The id that following lines carry; NULL for none. Copied. */
void log_request_id(const char *id);
/* Writes one line with one write(2); a line is at most 8 KB, longer values are cut. */
void log_fields(enum log_level level, const char *event, const struct log_field *fields);
/* The same line into a file of its own, whatever the level is. False: errno says why. */
bool log_fields_to(struct line_file *to, enum log_level level, const char *event, const struct log_field *fields);

#endif
