/* The order of steps is the server's. What a step needs is each required one before it, so a client that follows next_step is right
 * whatever the event asks for. */
#include "rules/attendance.h"
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const struct {
	enum mark_step step;
	const char *word, *next;
} STEPS[STEPS_N] = {
	{ STEP_QR, "qr", "verify_qr" },
	{ STEP_LOCATION, "location", "location_verification" },
	{ STEP_RESCAN, "rescan", "rescan" },
	{ STEP_FRONT, "front_photo", "front_photo" },
	{ STEP_BACK, "back_photo", "back_photo" },
	{ STEP_SIGNATURE, "signature", "signature" },
};

const char *step_word(enum mark_step step)
{
	for (size_t i = 0; i < STEPS_N; i++)
		if (STEPS[i].step == step)
			return STEPS[i].word;
	return "";
}

enum mark_step step_at(unsigned i)
{
	return STEPS[i].step;
}

/* A word of ours is found by its quotes: none of them is a part of another. */
unsigned steps_read(const char *json)
{
	unsigned steps = 0;
	char quoted[24];

	for (size_t i = 0; i < STEPS_N; i++) {
		snprintf(quoted, sizeof quoted, "\"%s\"", STEPS[i].word);
		if (strstr(json, quoted))
			steps |= STEPS[i].step;
	}
	return steps;
}

const char *steps_write(unsigned steps, char out[STEPS_SIZE])
{
	size_t n = (size_t)snprintf(out, STEPS_SIZE, "[");

	for (size_t i = 0; i < STEPS_N; i++)
		if (steps & STEPS[i].step)
			n += (size_t)snprintf(out + n, STEPS_SIZE - n, "%s\"%s\"", n > 1 ? "," : "", STEPS[i].word);
	snprintf(out + n, STEPS_SIZE - n, "]");
	return out;
}

unsigned steps_required(unsigned steps, bool placed, const char *location_mode, bool rescan)
{
	if (!placed || !strcmp(location_mode, "off"))
		steps &= ~(unsigned)STEP_LOCATION;
	return steps | STEP_QR | (rescan ? STEP_RESCAN : 0U);
}

const char *next_step(unsigned required, unsigned done)
{
	for (size_t i = 0; i < STEPS_N; i++)
		if (required & ~done & STEPS[i].step)
			return STEPS[i].next;
	return "submit";
}

bool step_may(unsigned required, unsigned done, enum mark_step step)
{
	for (size_t i = 0; i < STEPS_N && STEPS[i].step != step; i++)
		if (required & ~done & STEPS[i].step)
			return false;
	return true;
}

static bool place_is_well(const struct mark_facts *f)
{
	return !(f->required & STEP_LOCATION) || !strcmp(f->location_mode, "record") || f->place == PLACE_INSIDE ||
	       f->place == PLACE_PROBABLE;
}

const char *mark_verdict(const struct mark_facts *f)
{
	return !(f->required & ~f->done) && place_is_well(f) && f->verified_account && f->auto_verify && !f->high_flag
		       ? "verified"
		       : "pending";
}
