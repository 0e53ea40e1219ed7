#ifndef BASE_UUID_H
#define BASE_UUID_H
/* UUIDs (RFC 9562): version 4 from the kernel's randomness, kept as 16 bytes in the database and
 * as 36 lower-case characters outside. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UUID_BYTES = 16, UUID_SIZE = 37 };

void uuid_make(uint8_t out[UUID_BYTES]);
/* The same for what opens nothing, whoever knows it: see random_name(). */
void uuid_name(uint8_t out[UUID_BYTES]);
char *uuid_text(const uint8_t bytes[UUID_BYTES], char out[UUID_SIZE]);
/* Reads the 36-character form, either case. */
bool uuid_parse(const char *text, uint8_t out[UUID_BYTES]);
/* len bytes of the kernel's randomness. */
void random_bytes(void *out, size_t len);
/* The same, of what was drawn ahead, by each process its own: for what tells requests apart, never for what opens anything. */
void random_name(void *out, size_t len);
/* A uniform number in 0 … limit-1, without modulo bias. */
uint32_t random_below(uint32_t limit);
/* Lower-case hex; out of 2*len+1 bytes. Returns out. */
char *hex_text(const void *bytes, size_t len, char *out);
/* Reads exactly 2*len hex digits. */
bool hex_parse(const char *text, uint8_t *out, size_t len);

#endif
