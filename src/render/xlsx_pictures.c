/* A picture is named three times: by an anchor, which says in which cell it stands and how large, by a relation, which says which part it is, and by
 * the part's own name. All three are numbered alike, in the order in which pictures came. */
#include "render/xlsx_pictures.h"
#include "base/buf.h"
#include "base/file.h"
#include "render/spool.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	MOST = 60000, /* an archive holds 65,535 parts */
	XML_MAX = 64 << 20,
	PIECE = 64 << 10,
	PIXEL = 9525,  /* EMU, of which 914,400 are an inch, at 96 pixels an inch */
	BOX_WIDE = 98, /* pixels of a column XLSX_PICTURE_WIDE characters wide, less a margin */
	BOX_HIGH = 84, /* the same of a row XLSX_PICTURE_HIGH points high: 88 pixels */
	MARGIN = 2 * PIXEL
};

struct taken {
	off_t at;
	size_t len;
	unsigned row, column, width, height;
	bool png;
	const char *name;
};

struct xlsx_pictures {
	int fd;
	off_t end;
	struct taken *taken;
	unsigned n, room;
};

#define XML_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define RELATIONS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define RELATIONSHIPS XML_HEAD "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
#define DRAWING "http://schemas.openxmlformats.org/drawingml/2006/"

const char XLSX_PICTURE_TYPES[] = "<Default Extension=\"png\" ContentType=\"image/png\"/>"
				  "<Default Extension=\"jpeg\" ContentType=\"image/jpeg\"/>"
				  "<Override PartName=\"/xl/drawings/drawing1.xml\""
				  " ContentType=\"application/vnd.openxmlformats-officedocument.drawing+xml\"/>";

struct xlsx_pictures *xlsx_pictures_new(TALLOC_CTX *ctx)
{
	struct xlsx_pictures *p = talloc_zero(ctx, struct xlsx_pictures);

	p->fd = spool_open(p);
	return p->fd < 0 ? NULL : p;
}

/* ---- taking ---- */

bool xlsx_pictures_take(struct xlsx_pictures *p, unsigned row, unsigned column, const char *name,
			const struct register_picture *it)
{
	if (!it->len || !it->width || !it->height)
		return true;
	if (p->n == MOST) {
		errno = EFBIG;
		return false;
	}
	if (!write_all(p->fd, it->bytes, it->len))
		return false;
	if (p->n == p->room) {
		p->room = p->room ? 2 * p->room : 64;
		p->taken = talloc_realloc(p, p->taken, struct taken, p->room);
	}
	p->taken[p->n++] = (struct taken){ .at = p->end,
					   .len = it->len,
					   .row = row,
					   .column = column,
					   .width = it->width,
					   .height = it->height,
					   .png = it->len > 4 && !memcmp(it->bytes, "\x89PNG", 4),
					   .name = name };
	p->end += (off_t)it->len;
	return true;
}

/* ---- writing ---- */

static const char *ending(const struct taken *it)
{
	return it->png ? "png" : "jpeg";
}

static bool add_media(const struct xlsx_pictures *p, struct zip *zip)
{
	char name[48], piece[PIECE];

	for (unsigned i = 0; i < p->n; i++) {
		const struct taken *it = &p->taken[i];

		snprintf(name, sizeof name, "xl/media/image%u.%s", i + 1, ending(it));
		zip_part(zip, name);
		for (size_t done = 0; done < it->len;) {
			const size_t left = it->len - done;
			const ssize_t n = pread(p->fd, piece, left < PIECE ? left : PIECE, it->at + (off_t)done);

			if (n <= 0)
				return false;
			zip_add(zip, piece, (size_t)n);
			done += (size_t)n;
		}
	}
	return true;
}

static void flush(struct zip *zip, struct buf *xml, size_t at_least)
{
	if (xml->len < at_least)
		return;
	zip_add(zip, xml->data, xml->len);
	buf_clear(xml);
}

/* As large as fits into the box, never larger than it is. */
static void put_anchor(struct buf *xml, const struct taken *it, unsigned number)
{
	unsigned long long wide = it->width, high = it->height;

	if (wide > BOX_WIDE) {
		high = high * BOX_WIDE / wide;
		wide = BOX_WIDE;
	}
	if (high > BOX_HIGH) {
		wide = wide * BOX_HIGH / high;
		high = BOX_HIGH;
	}
	wide = (wide ? wide : 1) * PIXEL;
	high = (high ? high : 1) * PIXEL;
	buf_printf(xml,
		   "<xdr:oneCellAnchor><xdr:from><xdr:col>%u</xdr:col><xdr:colOff>%d</xdr:colOff><xdr:row>%u</xdr:row>"
		   "<xdr:rowOff>%d</xdr:rowOff></xdr:from><xdr:ext cx=\"%llu\" cy=\"%llu\"/>",
		   it->column, MARGIN, it->row, MARGIN, wide, high);
	buf_printf(xml,
		   "<xdr:pic><xdr:nvPicPr><xdr:cNvPr id=\"%u\" name=\"%s %u\" descr=\"%s\"/><xdr:cNvPicPr>"
		   "<a:picLocks noChangeAspect=\"1\"/></xdr:cNvPicPr></xdr:nvPicPr><xdr:blipFill>"
		   "<a:blip r:embed=\"rId%u\"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill>",
		   number + 1, it->name, number, it->name, number);
	buf_printf(xml,
		   "<xdr:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"%llu\" cy=\"%llu\"/></a:xfrm>"
		   "<a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/>"
		   "</xdr:oneCellAnchor>",
		   wide, high);
}

static void add_drawing(const struct xlsx_pictures *p, struct zip *zip, struct buf *xml)
{
	zip_part(zip, "xl/drawings/drawing1.xml");
	buf_text(xml, XML_HEAD "<xdr:wsDr xmlns:xdr=\"" DRAWING "spreadsheetDrawing\" xmlns:a=\"" DRAWING
			       "main\" xmlns:r=\"" RELATIONS "\">");
	for (unsigned i = 0; i < p->n; i++) {
		put_anchor(xml, &p->taken[i], i + 1);
		flush(zip, xml, PIECE);
	}
	buf_text(xml, "</xdr:wsDr>");
	flush(zip, xml, 1);
	zip_part(zip, "xl/drawings/_rels/drawing1.xml.rels");
	buf_text(xml, RELATIONSHIPS);
	for (unsigned i = 0; i < p->n; i++) {
		buf_printf(xml,
			   "<Relationship Id=\"rId%u\" Type=\"" RELATIONS "/image\" Target=\"../media/image%u.%s\"/>",
			   i + 1, i + 1, ending(&p->taken[i]));
		flush(zip, xml, PIECE);
	}
	buf_text(xml, "</Relationships>");
	flush(zip, xml, 1);
}

bool xlsx_pictures_write(struct xlsx_pictures *p, struct zip *zip)
{
	struct buf *xml = buf_new(p, XML_MAX);

	if (!add_media(p, zip))
		return false;
	add_drawing(p, zip, xml);
	zip_part(zip, "xl/worksheets/_rels/sheet1.xml.rels");
	buf_text(xml, RELATIONSHIPS "<Relationship Id=\"rId1\" Type=\"" RELATIONS
				    "/drawing\" Target=\"../drawings/drawing1.xml\"/></Relationships>");
	flush(zip, xml, 1);
	return true;
}
