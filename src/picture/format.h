#ifndef PICTURE_FORMAT_H
#define PICTURE_FORMAT_H
/* What each format does: read its head, and copy what draws it. Inside src/picture/ only. */
#include "picture/head.h"
#include <stdbool.h>
#include <stdio.h>

/* Fills in width, height, frames and turn, which are 0, 0, 1 and 1 before. False: the head is not whole. */
typedef bool picture_look_fn(const uint8_t *at, const uint8_t *end, struct picture_head *head);
picture_look_fn jpeg_look, png_look, webp_look, gif_look;

/* Copies to out what draws the picture, of what is of that kind by its first bytes. */
typedef void picture_plain_fn(const uint8_t *at, const uint8_t *end, FILE *out);
picture_plain_fn jpeg_plain, png_plain, webp_plain, gif_plain;

/* Where what a camera wrote beside it stands, a TIFF of *len bytes; NULL: there is none. */
typedef const uint8_t *picture_exif_fn(const uint8_t *at, const uint8_t *end, size_t *len);
picture_exif_fn jpeg_exif, png_exif, webp_exif;
/* The same of what may have "Exif" before it. */
const uint8_t *exif_body(const uint8_t *data, size_t *len);

/* n bytes, at most 4, as a number, the most significant first or last. */
uint32_t big_endian(const uint8_t *bytes, unsigned n);
uint32_t little_endian(const uint8_t *bytes, unsigned n);
/* Does it begin with these n bytes? */
bool bytes_begin(const uint8_t *data, size_t len, const char *with, size_t n);
#define BEGINS(data, len, literal) bytes_begin(data, len, literal, sizeof(literal) - 1)

#endif
