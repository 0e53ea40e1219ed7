#ifndef BASE_JSON_IN_H
#define BASE_JSON_IN_H
/* JSON that somebody else wrote. */
#include <json-c/json.h>
#include <stddef.h>

/* JSON (RFC 8259) of any type, depth ≤ 32, strict, valid UTF-8, no duplicate keys, no NaN, no \u0000, no whole number beyond 64
 * bits, no infinite one. NULL, and the caller's *tree (NULL for null); else a sentence that lives for ever, and *tree is NULL. */
const char *json_read(const char *text, size_t len, struct json_object **tree);

#endif
