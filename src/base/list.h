#ifndef BASE_LIST_H
#define BASE_LIST_H
/* Lists that people write into a setting: "a, b, c". Nothing is copied or changed. */
#include <stdbool.h>
#include <stddef.h>

/* The next item, without the blanks around it: sets *len and moves *at behind it. NULL at the end. Empty items between
 * two separators are given with length 0. */
const char *list_next(const char **at, char separator, size_t *len);
/* Is item one of the list? */
bool list_has(const char *list, char separator, const char *item);
/* The length of that of the blank-separated prefixes which text begins with and goes on behind; 0 when none fits. */
size_t list_prefix(const char *prefixes, const char *text, size_t text_len);
/* Are all items origins as a browser sends them (RFC 6454): http(s)://host[:port], no path? */
bool list_of_origins(const char *list);
/* Are all items IPv4 or IPv6 addresses? */
bool list_of_addresses(const char *list);

#endif
