/* The page of a member's own account: what it shows beside the profile, and what its forms do besides the API's actions. */
#include "app/actions/account.h"
#include "app/actions/attendance.h"
#include "app/actions/campus.h"
#include "app/evidence.h"

/* Which of it this session may change, and what was said of photos and signatures. */
int campus_profile_beside(struct request *rq)
{
	consent_answer(rq, answer_object(rq->beside, "consent"));
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
