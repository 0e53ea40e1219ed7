#ifndef OUTSIDE_LMS_H
#define OUTSIDE_LMS_H
/* A platform for learning that takes scores (LTI 1.3, Assignment and Grade Services), behind one interface, chosen by config: "http" is whatever
 * platform a campus named, "sandbox" the twin for demo and tests. Where a platform is, somebody typed: a guard stands over each call
 * (outside/guard.h), and no redirect is followed. What is signed and what a score says is made by the caller (rules/lti.h). Never called inside
 * a transaction.
 *
 * The twin keeps nothing: what it took is what its answer says, and the caller notes that. It knows nobody whose id begins with "unknown", and does
 * not answer about who begins with "slow". */
#include "base/clock.h"
#include "base/config.h"
#include "outside/sms.h"
#include <stdbool.h>
#include <stddef.h>

enum { LMS_TOKEN = 4096, LMS_ERROR = 300 };

struct lms_answer {
	enum send_outcome outcome;
	bool stale; /* with SEND_LATER: the token is no good any more */
	ms_t wait;  /* with SEND_LATER: not before so long; 0: nothing was said of it */
};

struct lms_token {
	char text[LMS_TOKEN];
	ms_t lasts;
};

/* Asks token_url for an access token for a scope, by an assertion that is a JWT. At most 10 s. error gets a sentence, without secrets. */
struct lms_answer lms_token(const struct config *config, const char *token_url, const char *assertion,
			    const char *scope, struct lms_token *token, char error[LMS_ERROR]);

struct lms_score {
	const char *url, *type, *body; /* JSON of that type */
	const char *user_id;	       /* whom it is of, as the body says too */
};
/* Posts one score. The platform has it where it says so, and where it says that it has a later one already (409). */
struct lms_answer lms_score(const struct config *config, const char *token, const struct lms_score *score,
			    char error[LMS_ERROR]);

#endif
