#ifndef RULES_ATTENDANCE_H
#define RULES_ATTENDANCE_H
/* A mark's steps, in the order of the server, and what is made of it in the end. */
#include "rules/place.h"
#include <stdbool.h>

/* A set of them, too. */
enum mark_step {
	STEP_QR = 1 << 0,
	STEP_LOCATION = 1 << 1,
	STEP_FRONT = 1 << 2,
	STEP_BACK = 1 << 3,
	STEP_SIGNATURE = 1 << 4,
	STEP_RESCAN = 1 << 5 /* a second code, behind the place */
};
enum { STEPS_SIZE = 120, STEPS_N = 6, STEP_TRIES = 5 /* as often as one step is taken */ };

/* The word of one in a list of steps: "front_photo". */
const char *step_word(enum mark_step step);
/* Step i of STEPS_N in their order. */
enum mark_step step_at(unsigned i);
/* The set that a JSON list of such words is; what is none of them is left away. */
unsigned steps_read(const char *json);
/* The other way, in their order. Returns out. */
const char *steps_write(unsigned steps, char out[STEPS_SIZE]);
/* What a mark of an event needs: of its steps, without a place where it has none or does not look at it, and a second code where it
 * asks for one. */
unsigned steps_required(unsigned steps, bool placed, const char *location_mode, bool rescan);

/* What comes next, as clients have it: "location_verification", "front_photo", "back_photo", "signature", "rescan", "submit"; of none,
 * for there is no code yet, "verify_qr". What comes when that was done too is "complete", which who knows it says. */
const char *next_step(unsigned required, unsigned done);
/* May it be taken now: is all that it needs done? It may have been taken before. */
bool step_may(unsigned required, unsigned done, enum mark_step step);

/* What a mark is judged by. */
struct mark_facts {
	unsigned required, done;
	enum place_verdict place;
	const char *location_mode;
	bool verified_account, auto_verify, high_flag;
};
/* "verified" when nothing is missing and nothing speaks against it, else "pending": only a person rejects. */
const char *mark_verdict(const struct mark_facts *facts);

#endif
