#ifndef BASE_UTF8_H
#define BASE_UTF8_H
/* UTF-8 by Unicode's table 3-7 (RFC 3629): no overlong forms, no surrogates, nothing past U+10FFFF. */
#include <stdbool.h>
#include <stddef.h>

/* Bytes of the character that text begins with; 0 when its bytes are not one, or left ends within it. left > 0. */
size_t utf8_length(const char *text, size_t left);
/* Does valid text begin with one of the 66 that are no characters and never will be (Unicode, 23.7), such as U+FFFF? */
bool utf8_nonchar(const char *text);
/* NUL counts as valid. */
bool utf8_valid(const char *text, size_t len);
/* Bytes of the valid text that fit max without cutting a character. */
size_t utf8_prefix(const char *text, size_t max);

#endif
