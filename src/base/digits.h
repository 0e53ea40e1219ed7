#ifndef BASE_DIGITS_H
#define BASE_DIGITS_H
/* Digits as people type them: the decimal digits of any script (Unicode's category Nd), for which we keep ASCII's. */
#include <stddef.h>

/* The digit that valid text begins with, 0 to 9, its bytes in *len; -1 when it begins with something else. */
int digit_at(const char *text, size_t *len);
/* Writes ASCII's digits for those of any script, and leaves out the invisible marks that come with text of both directions. In
 * place, for nothing gets longer. For codes, dates and whatever else is made of digits. Returns text, which may be NULL. */
char *digits_plain(char *text);
/* Leaves out the blanks and hyphens that people part digits by ("123 456", "123-456"), of any width. In place; returns text, which
 * may be NULL. */
char *digits_joined(char *text);
/* The same as digits_plain() for a number: its sign and its decimal point too, and without the Arabic sign between thousands. */
char *number_plain(char *text);

enum { REAL_SIZE = 32 };
/* A number as programs read it: in so few digits, 15 to 17, that it is the same again. Returns out. */
char *real_text(double number, char out[REAL_SIZE]);

#endif
