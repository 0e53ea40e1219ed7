#ifndef RENDER_QR_H
#define RENDER_QR_H
/* QR codes (ISO/IEC 18004): error correction level M, the smallest version that fits, a quiet zone of four modules. Dark
 * on white always, for a phone in dark mode is held to the same scanner. All append to out; false (out then holds
 * nothing usable) when text is empty or too long (about 2,300 bytes), or out ran over. */
#include "base/buf.h"

enum { QR_QUIET = 4 };

/* n dark modules side by side, counted from the corner of the quiet zone. */
struct qr_run {
	int x, y, n;
};

/* The dark modules, on ctx. Returns how many modules a side is, with the quiet zone; 0, and no runs, when it cannot be. */
int qr_runs(TALLOC_CTX *ctx, const char *text, const struct qr_run **runs, size_t *n);

/* An <svg> document that scales; one unit a module. */
bool qr_svg(struct buf *out, const char *text);
/* A 1-bit PNG, scale pixels a module (1 to 64). */
bool qr_png(struct buf *out, const char *text, unsigned scale);
/* The PNG as "data:image/png;base64,…", for an <img> and the API. */
bool qr_data_uri(struct buf *out, const char *text, unsigned scale);

#endif
