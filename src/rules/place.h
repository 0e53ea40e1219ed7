#ifndef RULES_PLACE_H
#define RULES_PLACE_H
/* How far somebody is from a place, and what follows from that. */

enum place_verdict { PLACE_NONE, PLACE_INSIDE, PLACE_PROBABLE, PLACE_OUTSIDE, PLACE_UNUSABLE };

/* Metres along the geodesic on WGS 84; degrees. */
double place_distance(double latitude, double longitude, double other_latitude, double other_longitude);

/* What a position is trusted with, in metres. */
struct place_trust {
	double accuracy_most; /* one that is less exact says nothing */
	double benefit_most;  /* so much of its inaccuracy is to its favour, at most */
};
/* Of somebody at that distance of a place of that radius, by a position that is exact to accuracy metres (0: not said). */
enum place_verdict place_judge(double distance, double radius, double accuracy, const struct place_trust *trust);
/* "inside", "probable", "outside", "unusable"; NULL of PLACE_NONE. */
const char *place_word(enum place_verdict verdict);
/* The verdict of a word; PLACE_NONE of another, and of NULL. */
enum place_verdict place_of_word(const char *word);

#endif
