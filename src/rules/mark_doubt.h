#ifndef RULES_MARK_DOUBT_H
#define RULES_MARK_DOUBT_H
/* What speaks against a mark by the numbers of others, or of the same person's before. None of it proves anything: it sends to a person. */
#include "base/clock.h"
#include <stdbool.h>
#include <stddef.h>

/* Could nobody have gone so many metres in that time? Both places are given what they are inexact by (metres, 0: not said), and what is nearer
 * than two kilometres says nothing. *speed: metres a second that it would take; of no time at all, very many. */
bool speed_impossible(double distance, double accuracy, double other_accuracy, ms_t apart, double *speed);

struct mark_spot {
	double latitude, longitude; /* degrees */
};
enum { SPOT_PEOPLE = 3 };
/* Of how many others each of n spots, a person's each, is the same to a millionth of a degree; into others. Those with SPOT_PEOPLE - 1 or
 * more are flagged. */
void spots_same(const struct mark_spot spots[], size_t n, unsigned others[]);

/* Are four fifths of n or more inside: so that being outside tells something? */
bool mostly_inside(size_t inside, size_t n);

/* Codes of somebody in the room are as old as chance has it, from 0 to 15 s evenly, so of n of them the mean lies around the median of all by
 * 15 ÷ √12 ÷ √n. How many such widths above it is (mean and median in milliseconds)? Too many: did they come late? */
enum { CODES_FEWEST = 8 };
double codes_late_by(double mean, size_t n, double median);
bool codes_late(double mean, size_t n, double median);

/* Two signs together, of four, are one that a code was passed on. */
struct relay_signs {
	bool late_codes, outside, off_network, device_shared;
};
bool relay_likely(const struct relay_signs *signs);

/* Is a device's clock more than two minutes off ours? */
bool clock_off(ms_t device, ms_t ours);

#endif
