#ifndef BASE_CSV_IN_H
#define BASE_CSV_IN_H
/* A table that somebody else wrote, as spreadsheets save one. */
#include <json-c/json.h>
#include <stddef.h>

/* RFC 4180 in UTF-8: its first line names the columns, and ";" stands for "," where that line has the one and not the other. *rows, the
 * caller's, is then a list of objects, column → text, without empty cells; columns in small letters with "_" for blanks. NULL; else a
 * sentence that lives for ever, of which *line says where, and *rows is NULL. At most max rows. */
const char *csv_read(const char *text, size_t len, size_t max, struct json_object **rows, size_t *line);

#endif
