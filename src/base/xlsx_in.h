#ifndef BASE_XLSX_IN_H
#define BASE_XLSX_IN_H
/* A spreadsheet that somebody else wrote (Office Open XML, ECMA-376), as far as a list of people needs one. */
#include "base/buf.h"
#include <stdbool.h>
#include <stddef.h>

/* Is it an archive, as these are? */
bool xlsx_is(const void *bytes, size_t len);
/* Its first sheet as the CSV that it could have been saved as, UTF-8, a line a row of the sheet, into out, which has a ceiling. Numbers are as
 * the file has them, so days are numbers too. NULL; else a sentence that lives for ever. */
const char *xlsx_csv(const void *bytes, size_t len, struct buf *out);

#endif
