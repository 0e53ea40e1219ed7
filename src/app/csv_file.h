#ifndef APP_CSV_FILE_H
#define APP_CSV_FILE_H
/* Tables that are handed in as files. */
#include "http/request.h"

enum { CSV_FILE_BYTES = 2 << 20 };

/* The rows of the CSV file that was sent as the field name, at most max: column → text. The caller's. NULL: none was sent, or it is at
 * fault, which is told at that field. */
struct json_object *csv_of_file(struct request *rq, const char *name, size_t max);
/* The same of a CSV file, or of the first sheet of an XLSX file: for tables that hold no days, which are bare numbers there. */
struct json_object *table_of_file(struct request *rq, const char *name, size_t max);

#endif
