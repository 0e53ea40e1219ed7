#ifndef RULES_HELD_UP_H
#define RULES_HELD_UP_H
/* What a reader typed is seldom only what it read: scanners put the symbology before it ("]Q1"), printers break lines, and cameras find
 * addresses with the code in them. tests/gate/codes.json is answered by this and by static/gate/code.js. */
#include "rules/ticket_code.h"

/* The longest text that is looked at, with its NUL. */
enum { HELD_UP_SIZE = 1601, REFERENCE_SIZE = 9 };

/* The text without what stands around and between what was read, into out; what is longer stays as it is. Returns what it is now. */
const char *held_up_tidy(const char *text, char out[HELD_UP_SIZE]);
/* Is it an order's printed reference, in any case, with its dash or without? out: as it is kept. */
bool held_up_reference(const char *text, char out[REFERENCE_SIZE]);

enum held_up { HELD_UNREAD, HELD_CODE, HELD_CARD, HELD_REFERENCE };
/* What a tidied text is, by its form alone and as it stands there: whether a code is genuine, and what a keyboard may have made of one,
 * is asked elsewhere. */
enum held_up held_up_kind(const char *tidied);

#endif
