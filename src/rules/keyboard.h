#ifndef RULES_KEYBOARD_H
#define RULES_KEYBOARD_H
/* A reader that types says which keys it presses, as on an American keyboard; what the computer makes of them is its own
 * layout's matter. So a reader at a German, French or Arabic computer, or one whose caps lock is on, types something else than it
 * read. What it pressed can be told from that, for the letters, digits, "-", "_" and "." that our codes are made of. */
#include <stdbool.h>

/* What a text may have been on the keyboard: may_be() is asked of each until it says yes. False: of none. text is valid UTF-8; what
 * it already is, is not asked again. */
bool keyboard_undo(const char *text, bool (*may_be)(const char *text, void *with), void *with);

#endif
