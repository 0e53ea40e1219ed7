#ifndef HTTP_TEXT_H
#define HTTP_TEXT_H
/* What a text that people will read may hold. */
#include <stdbool.h>

/* The sentence about characters that no text may hold. */
extern const char TEXT_NOT_ALLOWED[];

/* Has it C0 or C1 controls, DEL, the separators U+2028 and U+2029, or what is no character (U+FFFF)? lines: line ends, tabs and
 * these separators are no fault. text is valid UTF-8. */
bool text_has_forbidden(const char *text, bool lines);
/* A sentence that says what is wrong with it, NULL when nothing is: what is forbidden; nothing that can be seen; signs that turn the
 * direction of what stands around it. "" is no fault. */
const char *text_fault(const char *text, bool lines);

#endif
