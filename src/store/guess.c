/* Guessing counters. Counting is one statement that adds to its bucket's row or makes it; looking comes after, so two who
 * count at once cannot both see the last free place. */
#include "store/guess.h"
#include "rules/keys.h"
#include <string.h>

enum { NAME = 16, BUCKETS = 10 };

static struct arg name_of(const char *what, uint8_t hash[HASH_BYTES])
{
	hash_keyed(KEY_GUESS, what, strlen(what), hash);
	return arg_bytes(hash, NAME);
}

static struct arg bucket_of(ms_t now, ms_t span)
{
	return arg_time(now - now % (span / BUCKETS));
}

static struct arg since(ms_t now, ms_t span)
{
	return arg_time(now - span - span / BUCKETS);
}

int64_t guess_add(struct db *db, const char *what, int64_t n, ms_t now, ms_t span)
{
	uint8_t hash[HASH_BYTES];

	if (db_exec(db,
		    "INSERT INTO guess (name, window_start, count) VALUES (?, ?, ?)"
		    " ON DUPLICATE KEY UPDATE count = count + VALUES(count)",
		    args(name_of(what, hash), bucket_of(now, span), n)) < 0)
		return -1;
	return guess_sum(db, what, now, span);
}

void guess_take_off(struct db *db, const char *what, int64_t n, ms_t now, ms_t span)
{
	uint8_t hash[HASH_BYTES];

	db_exec(db, "UPDATE guess SET count = GREATEST(0, count - ?) WHERE name = ? AND window_start = ?",
		args(n, name_of(what, hash), bucket_of(now, span)));
}

int64_t guess_count(struct db *db, const char *what, ms_t now, ms_t span)
{
	return guess_add(db, what, 1, now, span);
}

void guess_take_back(struct db *db, const char *what, ms_t now, ms_t span)
{
	guess_take_off(db, what, 1, now, span);
}

int64_t guess_sum(struct db *db, const char *what, ms_t now, ms_t span)
{
	uint8_t hash[HASH_BYTES];

	return db_int(db, "SELECT COALESCE(SUM(count), 0) AS n FROM guess WHERE name = ? AND window_start > ?",
		      args(name_of(what, hash), since(now, span)));
}

int guess_wait(struct db *db, const char *what, ms_t now, ms_t span)
{
	uint8_t hash[HASH_BYTES];
	const struct row *row = db_one(
		db, "SELECT MIN(window_start) AS oldest FROM guess WHERE name = ? AND window_start > ? AND count > 0",
		args(name_of(what, hash), since(now, span)));
	ms_t until = row && !row_null(row, "oldest") ? row_time(row, "oldest") + span + span / BUCKETS : now;

	return until > now ? (int)((until - now) / MS_SECOND) + 1 : 1;
}
