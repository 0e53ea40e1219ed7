#ifndef BENCH_PLAY_H
#define BENCH_PLAY_H
/* Plays a list of statements over and over: what one order makes, with nothing else in the way. The lists are files, so that
 * they can follow what the program does: see order.sql for how they are written. */
#include <mysql.h>

struct play;

/* Reads a list and prepares its statements on db, a connection to the program's own database; category: whose tickets are
 * bought. Each player of how_many takes customers of its own, by number. NULL db: only reads. Ends the process on a fault. */
struct play *play_new(MYSQL *db, const char *path, long long category, long number, long how_many);
/* Makes one order. Tells whether: false where the database wanted it to be tried again. */
int play_once(struct play *play);
/* The texts of the statements, one a line, as print_general_log() in tests/bench/run gives those of the program. */
void play_print(const struct play *play);

#endif
