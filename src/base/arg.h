#ifndef BASE_ARG_H
#define BASE_ARG_H
/* Typed values on their way into SQL or a log line. C11's _Generic picks the type, so there is no
 * format string to get wrong:
 *
 *     db_exec(db, SQL, args(id, name, arg_time(rq->now)));
 *     log_info("request", F("status", 200), F("path", path));
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum arg_type { ARG_NULL, ARG_INT, ARG_TEXT, ARG_BYTES, ARG_TIME };

/* One value. It borrows its text or bytes: they must live until the call that takes it returns. */
struct arg {
	enum arg_type type;
	int64_t i;     /* ARG_INT; ARG_TIME in milliseconds since 1970 UTC */
	const char *s; /* ARG_TEXT and ARG_BYTES */
	size_t len;
};

struct args {
	size_t n;
	const struct arg *v;
};

struct arg arg_same(struct arg a);
struct arg arg_int(int64_t i);
/* Asserts that u fits a signed 64-bit number: ids and counts do. */
struct arg arg_uint(uint64_t u);
/* NULL becomes SQL's NULL. */
struct arg arg_text(const char *s);
struct arg arg_bytes(const void *bytes, size_t len);
/* Milliseconds since 1970 UTC; becomes DATETIME(3). */
struct arg arg_time(int64_t ms);
/* 0 becomes NULL: for optional times and foreign keys. */
struct arg arg_time_or_null(int64_t ms);
struct arg arg_id_or_null(int64_t id);
struct arg arg_null(void);

#define arg(x)                                                                                                         \
	_Generic((x), struct arg: arg_same, char *: arg_text, const char *: arg_text,              \
		 bool: arg_int, int: arg_int, long: arg_int, long long: arg_int, short: arg_int,   \
		 unsigned char: arg_int, unsigned short: arg_int, unsigned: arg_int,               \
		 unsigned long: arg_uint, unsigned long long: arg_uint)(x)

#define ARG_1(a) arg(a)
#define ARG_2(a, ...) arg(a), ARG_1(__VA_ARGS__)
#define ARG_3(a, ...) arg(a), ARG_2(__VA_ARGS__)
#define ARG_4(a, ...) arg(a), ARG_3(__VA_ARGS__)
#define ARG_5(a, ...) arg(a), ARG_4(__VA_ARGS__)
#define ARG_6(a, ...) arg(a), ARG_5(__VA_ARGS__)
#define ARG_7(a, ...) arg(a), ARG_6(__VA_ARGS__)
#define ARG_8(a, ...) arg(a), ARG_7(__VA_ARGS__)
#define ARG_9(a, ...) arg(a), ARG_8(__VA_ARGS__)
#define ARG_10(a, ...) arg(a), ARG_9(__VA_ARGS__)
#define ARG_11(a, ...) arg(a), ARG_10(__VA_ARGS__)
#define ARG_12(a, ...) arg(a), ARG_11(__VA_ARGS__)
#define ARG_13(a, ...) arg(a), ARG_12(__VA_ARGS__)
#define ARG_14(a, ...) arg(a), ARG_13(__VA_ARGS__)
#define ARG_15(a, ...) arg(a), ARG_14(__VA_ARGS__)
#define ARG_16(a, ...) arg(a), ARG_15(__VA_ARGS__)
#define ARG_17(a, ...) arg(a), ARG_16(__VA_ARGS__)
#define ARG_18(a, ...) arg(a), ARG_17(__VA_ARGS__)
#define ARG_19(a, ...) arg(a), ARG_18(__VA_ARGS__)
#define ARG_20(a, ...) arg(a), ARG_19(__VA_ARGS__)
#define ARG_PICK(_1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, _17, _18, _19, _20, NAME, ...) \
	NAME
#define ARG_EACH(...)                                                                                                  \
	ARG_PICK(__VA_ARGS__, ARG_20, ARG_19, ARG_18, ARG_17, ARG_16, ARG_15, ARG_14, ARG_13, ARG_12, ARG_11, ARG_10,  \
		 ARG_9, ARG_8, ARG_7, ARG_6, ARG_5, ARG_4, ARG_3, ARG_2, ARG_1, )                                      \
	(__VA_ARGS__)

/* args(a, b, …): one to twenty values, alive until the end of the enclosing block. */
/* clang-format off */
#define args(...)                                                                                  \
	((struct args){ sizeof((struct arg[]){ ARG_EACH(__VA_ARGS__) }) / sizeof(struct arg),      \
			(struct arg[]){ ARG_EACH(__VA_ARGS__) } })
#define no_args ((struct args){ 0, NULL })
/* clang-format on */

/* The same values in into, which has room for them and lives longer than the block that args() stood in. */
struct args args_into(struct args values, struct arg into[]);

#endif
