#ifndef STORE_UPLOADED_VERDICT_H
#define STORE_UPLOADED_VERDICT_H
/* What is made of one scan that came late: what uploaded.c asks of each. */
#include "store/uploaded.h"

/* The move that it makes, of no usher yet. */
struct replay_scan uploaded_move(const struct gate_days *days, const struct uploaded *log);
/* Did the device let them through? */
bool uploaded_given(const struct uploaded *log);
/* Fills the facts that the moment gives: the ticket's row, NULL for none of this event, what its moves before said, and when the
 * event's day began. Of who went through it is no question any more whether the gate was open. */
void uploaded_facts(struct uploaded *log, const struct row *ticket, const struct replay_state *state, ms_t day);
/* Is it no ticket that anybody may go through by, whoever said so? */
bool uploaded_no_ticket(const struct uploaded *log);
/* Somebody was let in by that: logged, and told. */
void uploaded_refuse_entry(struct uploaded *log, const struct verdict *verdict);
/* Refused there, so refused; in its own words where they are ours. */
void uploaded_note_refusal(struct uploaded *log, const struct verdict *verdict);

#endif
