/* The page of a member's own account: what it shows beside the profile, and what its forms do besides the API's actions. */
#include "app/actions/account.h"
#include "app/actions/attendance.h"
#include "app/actions/campus.h"
#include "app/evidence.h"
#include "store/campus.h"

/* Which of it this session may change, and what was said of photos and signatures. */
int campus_profile_beside(struct request *rq)
{
	const int64_t campus_id = campus_of_account(rq->db, rq->who.account_id);
	const struct row *campus = campus_id ? campus_get(rq->db, campus_id) : NULL;

	consent_answer(rq, answer_object(rq->beside, "consent"));
	answer_text(rq->beside, "time_zone", campus ? row_text(campus, "time_zone") : rq->config->time_zone);
	return profile_beside(rq);
}

/* POST /campus/account/consent. */
int campus_consent_give(struct request *rq)
{
	consent_give(rq);
	if (!refused(rq))
		say(rq, "You agreed that photos and signatures are kept.");
	return ANSWERED;
}

/* POST /campus/account/consent/withdraw. */
int campus_consent_withdraw(struct request *rq)
{
	consent_withdraw(rq);
	if (!refused(rq))
		say(rq, "You agree no more. What is kept of you goes within a day.");
	return ANSWERED;
}
