#ifndef LIVE_ARRIVAL_H
#define LIVE_ARRIVAL_H
/* Who comes by a socket, to sign in or to watch: all of a turn are asked for together, for after a restart thousands come at once, and a
 * question to the database for each would keep everybody else waiting. */
#include "live/visitor.h"
#include "session.h"

/* One who waits; a part of whatever it belongs to. All zero before it waits. */
struct arrival {
	TAILQ_ENTRY(arrival) beside;
	bool waits, asked;
	struct visitor *visitor;
	const char *path;   /* of the topic that they ask for; NULL: they sign in */
	int64_t session_id; /* of whoever asks for a topic */
	/* Their turn has come, at the end of the loop's. Who asked for a topic asks door_topic() now, which need not ask the database. */
	void (*turn)(struct arrival *arrival);
	/* of who signs in: */
	struct identity who; /* no name */
	enum session_fault fault;
	bool away; /* nothing is known: the database did not answer */
};

/* visitor, path, session_id and turn are set. */
void arrival_wait(struct arrival *arrival);
/* They have gone. Also of who does not wait. */
void arrival_leave(struct arrival *arrival);
/* Asks for all who wait, and gives each their turn. Those who come meanwhile wait for the next. */
void arrivals_settle(struct live *live);

#endif
