#ifndef RENDER_SHEET_H
#define RENDER_SHEET_H
/* A list of any length as a file, in constant memory: the drawing functions of a struct sheet, see renderer.c. */
#include "render/renderer.h"

bool sheet_csv(TALLOC_CTX *mem, const void *what, struct drawn *out);
/* Of a struct archive_paper. */
bool sheet_archive(TALLOC_CTX *mem, const void *what, struct drawn *out);
bool sheet_xlsx(TALLOC_CTX *mem, const void *what, struct drawn *out);

#endif
