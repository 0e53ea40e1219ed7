#ifndef RENDER_XLSX_PICTURES_H
#define RENDER_XLSX_PICTURES_H
/* Pictures in the cells of a book's first sheet (ECMA-376, part 1: DrawingML in SpreadsheetML, 20.5). They come with the rows, and an archive is
 * written one part after another, so until the sheet's part is over they wait in a file of their own: memory holds where each is, no more. */
#include "http/paper.h"
#include "render/zip.h"
#include <stdbool.h>
#include <talloc.h>

/* Of a row that has some, and of a column: points, and characters. */
enum { XLSX_PICTURE_HIGH = 66, XLSX_PICTURE_WIDE = 14 };

struct xlsx_pictures;

/* On ctx. NULL: there can be no file for them. */
struct xlsx_pictures *xlsx_pictures_new(TALLOC_CTX *ctx);
/* One into the cell of a row and a column, each from 0, as large as fits; what a pen drew (picture->n) is none. name: what it is, for who cannot
 * see it. Its bytes are copied. False: the disk failed, or there are more than a book holds; errno says which. */
bool xlsx_pictures_take(struct xlsx_pictures *pictures, unsigned row, unsigned column, const char *name,
			const struct register_picture *picture);
/* All of them as parts of the archive, with what ties them to xl/worksheets/sheet1.xml, where the relation "rId1" is their drawing. False: they
 * could not be read again. */
bool xlsx_pictures_write(struct xlsx_pictures *pictures, struct zip *zip);
/* The lines of [Content_Types].xml that these parts need. */
extern const char XLSX_PICTURE_TYPES[];

#endif
